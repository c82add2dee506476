"""Values that many requests can share, since none can change them."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Never
from uuid import UUID


class Frozen(dict[Any, Any]):
    """A map of the database that many requests share: to be read only."""

    def _refuse(self, *_args: object, **_named: object) -> Never:
        raise TypeError("This is remembered and shared: copy it to change it.")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse


_PLAIN = (str, bytes, int, float, bool, Decimal, UUID, datetime, date, time, timedelta, Enum, type(None))


def frozen(value: Any) -> Any:
    """The same value such that nobody can change it. Of rows only tuples, frozen dataclasses and maps can be shared."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return Frozen((key, frozen(inner)) for key, inner in value.items())
    if isinstance(value, frozenset):
        return value
    if isinstance(value, tuple):
        return _like(value, [frozen(inner) for inner in value])
    if dataclasses.is_dataclass(value) and getattr(value, "__dataclass_params__").frozen:  # noqa: B009
        return _of_fields(value, [field.name for field in dataclasses.fields(value) if field.init])
    raise TypeError(f"A {type(value).__name__} can be changed by whoever holds it, so it cannot be remembered.")


def _like(value: tuple[Any, ...], inner: list[Any]) -> Any:
    if all(new is old for new, old in zip(inner, value, strict=True)):
        return value
    return value._make(inner) if hasattr(value, "_make") else tuple(inner)  # named tuples have it


def _of_fields(value: Any, names: list[str]) -> Any:
    changed = {name: new for name in names if (new := frozen(old := getattr(value, name))) is not old}
    return dataclasses.replace(value, **changed) if changed else value
