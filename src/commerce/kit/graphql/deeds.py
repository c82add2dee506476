"""What the audit log keeps of an input: ids, numbers, choices and codes. Of any other text it keeps how long it was."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import orjson
import strawberry
from strawberry.types.base import StrawberryContainer, get_object_definition
from strawberry.utils.str_converters import to_camel_case

from commerce.kit import ids
from commerce.kit.masking import Hidden
from commerce.kit.scalars import CountryCode, CurrencyCode, Locale

MOST_SHOWN = 20
"""Items of a list that are written down."""
_CODES = frozenset({"code", "sku", "class_code", "tax_class", "tax_class_code", "option", "operation"})
"""Texts that name things of the shop in the inputs of those who run it."""
_CODE = re.compile(r"(?!\d{5})[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", re.ASCII)
_SHORT_CODE = re.compile(r"[A-Za-z0-9_-]{1,35}", re.ASCII)


def facts_of(given: Any, *, shows_codes: bool) -> Any:
    """An input as it may be kept. Whatever is hidden is left out altogether."""
    return _fact(given, None, shows_codes=shows_codes)


def _fact(value: Any, kind: Any, *, shows_codes: bool) -> Any:
    if isinstance(value, strawberry.Some):
        return _fact(value.value, kind, shows_codes=shows_codes)
    if isinstance(value, list | tuple):
        shown = [_fact(one, kind, shows_codes=shows_codes) for one in value[:MOST_SHOWN]]
        return [*shown, {"more": len(value) - MOST_SHOWN}] if len(value) > MOST_SHOWN else shown
    if (definition := get_object_definition(value)) is not None:
        return {
            to_camel_case(name): _fact(inner, kind, shows_codes=shows_codes)
            for name, inner, kind in _parts(value, definition, shows_codes=shows_codes)
        }
    return _leaf(value, kind)


def _parts(value: Any, definition: Any, *, shows_codes: bool) -> Iterator[tuple[str, Any, Any]]:
    for field in definition.fields:
        inner = getattr(value, field.python_name)
        if inner is strawberry.UNSET or isinstance(inner, Hidden):
            continue
        kind = _innermost(field.type)
        is_code = shows_codes and kind is str and field.python_name in _CODES
        yield field.python_name, inner, _CODE if is_code else kind


def _innermost(kind: Any) -> Any:
    while isinstance(kind, StrawberryContainer):
        kind = kind.of_type
    return kind


def _leaf(value: Any, kind: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return value if _may_be_shown(value, kind) else {"length": len(value)}
    return {"length": len(orjson.dumps(value, default=str))}


def _may_be_shown(text: str, kind: Any) -> bool:
    if kind is strawberry.ID:
        return ids.split(text) is not None
    if kind is _CODE:
        return _CODE.fullmatch(text) is not None
    return kind in (CurrencyCode, CountryCode, Locale) and _SHORT_CODE.fullmatch(text) is not None


def _ids(given: Any) -> Iterator[tuple[str, str]]:
    """The ids in an input with their names, the outermost first."""
    definition = get_object_definition(given)
    if definition is None:
        return
    inner = []
    for field in definition.fields:
        value = getattr(given, field.python_name)
        value = value.value if isinstance(value, strawberry.Some) else value
        if _innermost(field.type) is strawberry.ID:
            found = value if isinstance(value, list) else [value]
            yield from ((field.python_name, one) for one in found if isinstance(one, str) and ids.split(one))
        else:
            inner += value if isinstance(value, list) else [value]
    for one in inner:
        yield from _ids(one)


def subject_in(given: Any) -> str | None:
    """What an input is about: the first thing that it names."""
    return next((text for name, text in _ids(given) if not name.startswith("channel")), None) or next(
        (text for _, text in _ids(given)), None
    )


def channel_in(given: Any) -> UUID | None:
    """The channel that an input is about; None if it names none or several."""
    found = {ids.decode("channel", text) for _, text in _ids(given) if text.startswith("channel_")}
    return found.pop() if len(found) == 1 else None
