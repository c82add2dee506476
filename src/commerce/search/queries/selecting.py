"""Selections in the facets of attributes and options.

What a product has is kept as numbers, one for each code and value; a selection asks for any of some numbers.
"""

import hashlib
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Numeric,
    Select,
    Text,
    all_,
    any_,
    bindparam,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlmodel import col

from commerce.catalog.models import Attribute, Option
from commerce.search.models import Profile
from commerce.search.values import MOST_BY_INDEX, RESERVED, Shape, Wanted

_reserved: Any = literal(list(RESERVED), ARRAY(Text))
IS_FACET_OPTION = col(Option.code) != all_(_reserved)
IS_FACET_ATTRIBUTE = col(Attribute.code) != all_(_reserved)


def token(code: str, value: str, kind: str = "") -> int:
    """What a product has of an attribute or option as one number, as `search_token` makes it in the database."""
    digest = hashlib.md5(f"{code}\x01{value}\x01{kind}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def bound_selections(wanted: Wanted) -> dict[str, Any]:
    """The values of all selections."""
    by_code: dict[str, list[int]] = {}
    for code, value in wanted.choices:
        off = [token(code, value, "off")] if value == "false" else []
        by_code.setdefault(code, []).extend([token(code, value), *off])
    groups = list(by_code.values())
    return {
        **{f"tokens_{i}": groups[i] if i < len(groups) else [] for i in range(MOST_BY_INDEX)},
        "chosen_codes": [code for code, tokens in by_code.items() for _ in tokens],
        "chosen_tokens": [number for tokens in groups for number in tokens],
        "range_codes": [code for code, _ in wanted.ranges],
        "range_tokens": [token(code, "", "number") for code, _ in wanted.ranges],
        "range_least": [bounds.least for _, bounds in wanted.ranges],
        "range_most": [bounds.most for _, bounds in wanted.ranges],
    }


def has_selected(shape: Shape) -> list[ColumnElement[bool]]:
    """Conditions on profiles, for having what is selected in every facet."""
    facets: Any = col(Profile.facets)
    conditions = [facets.overlap(bindparam(f"tokens_{i}", type_=ARRAY(BigInteger))) for i in range(shape.by_index)]
    return [*conditions, ~exists(unmet().subquery("unmet"))] if shape.one_by_one else conditions


def unmet() -> Any:
    """The codes of the facets in which a profile has nothing of what is selected."""
    chosen = _given(chosen_codes=Text, chosen_tokens=BigInteger)
    choices = select(chosen.c.chosen_codes.label("code")).group_by(chosen.c.chosen_codes)
    bounds = _given(range_codes=Text, range_tokens=BigInteger, range_least=Numeric, range_most=Numeric)
    own: Any = func.unnest(col(Profile.measured), col(Profile.measures)).table_valued(
        column("token", BigInteger), column("number", Numeric)
    ).render_derived("own")  # fmt: skip
    within: Select[Any] = select(1).select_from(own).where(
        own.c.token == bounds.c.range_tokens,
        or_(bounds.c.range_least.is_(None), own.c.number >= bounds.c.range_least),
        or_(bounds.c.range_most.is_(None), own.c.number <= bounds.c.range_most),
    )  # fmt: skip
    met = func.bool_or(chosen.c.chosen_tokens == any_(col(Profile.facets)))
    return union_all(
        choices.having(~met).correlate(Profile),
        select(bounds.c.range_codes).where(~exists(within.correlate(Profile, bounds))).correlate(Profile),
    )


def _given(**kinds: Any) -> Any:
    """Lists that are bound under these names, side by side."""
    lists = [bindparam(name, type_=ARRAY(kind)) for name, kind in kinds.items()]
    columns = [column(name, kind) for name, kind in kinds.items()]
    return func.unnest(*lists).table_valued(*columns).render_derived("_".join(kinds))
