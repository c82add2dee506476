"""Counting the products of a result by what they have. Each part answers rows of one form, to be put together."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Numeric,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union,
)
from sqlmodel import col

from commerce.catalog.models import Attribute, AttributeChoice, Brand, Option, OptionValue
from commerce.catalog.values import AttributeKind
from commerce.search.queries.selecting import IS_FACET_ATTRIBUTE, IS_FACET_OPTION
from commerce.search.values import AVAILABLE, BRAND, ON, PRICE


def parts_of(left: CTE) -> list[Select[Any]]:
    """All facets of the listings that are left: columns part, code, value, products, least and most."""
    return [_size(left), _values(left), _numbers(left), _brands(left), _available(left), _prices(left)]


MOST_KINDS = 64
"""Listings are counted by part: the place of their list, times this, and the place of the facet that they fail in."""


def failed(code: Any) -> Any:
    """The place of a facet among those with a selection. Nothing, 0, is what passes all of them."""
    codes = bindparam("facet_codes", type_=ARRAY(Text))
    return func.array_position(codes, code, type_=Integer)


def counts_for(part: Any, code: Any) -> ColumnElement[bool]:
    """Whether what is in this part counts for a facet: it passes all selections, or fails in just that one."""
    kind = part % MOST_KINDS
    return or_(kind == 0, kind == failed(code))


def _part(
    source: Any, code: Any, value: Any = None, products: Any = None, least: Any = None, most: Any = None
) -> Select[Any]:
    """Some of the numbers of a facet, from products that count for it."""
    columns = [
        cast(null() if given is None else given, kind).label(name)
        for name, kind, given in (
            ("code", Text, code), ("value", Text, value), ("products", BigInteger, products),
            ("least", Numeric, least), ("most", Numeric, most),
        )
    ]  # fmt: skip
    return select(source.c.part.label("part"), *columns).select_from(source).where(counts_for(source.c.part, code))


SIZE = ""
"""In the place of the code of a facet, where the list itself is counted."""


def _size(left: CTE) -> Select[Any]:
    return _part(left, literal(SIZE), None, func.count()).group_by(left.c.part)


def _values(left: CTE) -> Select[Any]:
    """Numbers are counted, and only then it is looked up what they mean: there are few of them then."""
    each = select(left.c.part, func.unnest(left.c.facets).label("token")).subquery("each")
    counted = (
        select(*each.c, func.count().label("products")).group_by(*each.c).cte("counted").prefix_with("MATERIALIZED")
    )
    meaning = _vocabulary()
    return _part(counted, meaning.c.code, meaning.c.value, counted.c.products).join(
        meaning, meaning.c.token == counted.c.token
    )


def _vocabulary() -> Any:
    """What the numbers mean that are shown. One of an attribute and an option with the same codes is the same number."""
    attribute, option = col(Attribute.code), col(Option.code)
    choice, value = col(AttributeChoice.code), col(OptionValue.code)
    choices: Any = select(_token(attribute, choice).label("token"), attribute.label("code"), choice.label("value"))
    toggles = select(_token(attribute, literal(ON)), attribute, literal(ON))
    values = select(_token(option, value), option, value)
    return union(
        choices.join(Attribute, col(Attribute.id) == col(AttributeChoice.attribute_id)).where(IS_FACET_ATTRIBUTE),
        toggles.where(col(Attribute.kind) == AttributeKind.BOOLEAN.value, IS_FACET_ATTRIBUTE),
        values.join(Option, col(Option.id) == col(OptionValue.option_id)).where(IS_FACET_OPTION),
    ).subquery("meaning")


def _token(code: Any, value: Any, kind: str = "") -> ColumnElement[int]:
    return func.search_token(code, value, literal(kind), type_=BigInteger)


def _numbers(left: CTE) -> Select[Any]:
    own, number = func.unnest(left.c.measured).label("token"), func.unnest(left.c.measures).label("number")
    each = select(left.c.part, own, number).where(func.cardinality(left.c.measured) > 0).subquery("own")
    by_token = (each.c.part, each.c.token)
    ends = (func.min(each.c.number).label("least"), func.max(each.c.number).label("most"))
    bounds = select(*by_token, *ends).group_by(*by_token).subquery("bounds")
    code = col(Attribute.code)
    named = (bounds.c.token == _token(code, literal(""), "number")) & (
        col(Attribute.kind) == AttributeKind.NUMBER.value
    )
    return _part(bounds, code, None, None, bounds.c.least, bounds.c.most).join(Attribute, named)


def _brands(left: CTE) -> Select[Any]:
    by_brand = (left.c.part, left.c.brand_id)
    own = select(*by_brand, func.count().label("products")).group_by(*by_brand).subquery("of_brand")
    return _part(own, literal(BRAND), col(Brand.slug), own.c.products).join(Brand, col(Brand.id) == own.c.brand_id)


def _available(left: CTE) -> Select[Any]:
    counted = _part(left, literal(AVAILABLE), literal(ON), func.count()).where(left.c.is_available)
    return counted.group_by(left.c.part)


def _prices(left: CTE) -> Select[Any]:
    ends = _part(left, literal(PRICE), None, None, func.min(left.c.low), func.max(left.c.high))
    return ends.where(left.c.low.is_not(None)).group_by(left.c.part)
