"""What a result can be narrowed with further: all facets of a list in one statement."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Numeric,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import array_agg
from sqlmodel import col

from commerce.catalog.models import (
    Attribute,
    AttributeChoice,
    Brand,
    Option,
    OptionValue,
    Product,
    ProductAttribute,
    Variant,
    VariantChoice,
)
from commerce.kit.db import Reads, Row, grouped
from commerce.pricing.models import Price
from commerce.search.queries.narrowing import (
    IS_FACET_ATTRIBUTE,
    IS_FACET_OPTION,
    PRICED_HERE,
    base,
    bound,
    buyable,
    facet_conditions,
    listed,
    selected_hits,
)
from commerce.search.values import AVAILABLE, BRAND, ON, PRICE, Place, Shape, Wanted

MOST_VALUES = 50
"""Values that a facet shows: those that are selected, then those with most products."""


async def facets(reads: Reads, owners: Sequence[UUID | None], wanted: Wanted, place: Place) -> list[list[Row]]:
    """The facets of each list: rows of code, value, count, least, most, labels and kind of the facet, labels, color and
    key of the value, and the places of both. Ranges have ends in place of values.
    """
    keys = [owner for owner in owners if owner is not None]
    statement = _facets(wanted.shape, bool(keys))
    picked = [*(value for _, value in wanted.choices), *(wanted.brand_slugs or ())]
    params = {**bound(wanted, place), "owners": keys, "picked": picked}
    rows = await reads.rows(statement, **params)
    return [[row[1:] for row in own] for own in grouped(rows, owners)]


@cache
def _facets(shape: Shape, is_placed: bool) -> Select[Any]:
    left = _left(shape, is_placed=is_placed)
    values, ranges = _values(left), _ranges(left)
    counted = select(
        values.c.owner, values.c.code, values.c.value, func.count().label("count"),
        cast(null(), Numeric).label("least"), cast(null(), Numeric).label("most"),
    ).group_by(values.c.owner, values.c.code, values.c.value)  # fmt: skip
    every = union_all(counted, *ranges).subquery("every")
    is_picked = every.c.value == any_(bindparam("picked", type_=ARRAY(Text)))
    place = func.row_number().over(
        partition_by=[every.c.owner, every.c.code],
        order_by=[func.coalesce(is_picked, False).desc(), every.c.count.desc(), every.c.value],
    )
    return _labeled(select(*every.c, place.label("place")).subquery("ranked"))


def _left(shape: Shape, *, is_placed: bool) -> CTE:
    """Products that pass all filters, and those that fail in just one facet, with its code: only that facet counts them."""
    own = facet_conditions(shape)
    tests = [condition.label(code) for code, condition in own]
    seen = base(listed(col(Product.id), col(Product.brand_id), *tests, is_placed=is_placed), shape).cte("seen")
    failed: list[tuple[ColumnElement[bool], ColumnElement[str]]] = [
        (~seen.c[code], literal(code, Text)) for code, _ in own
    ]
    failures: Any = sum((case((fails, 1), else_=0) for fails, _ in failed), start=literal(0))
    missed: Any = case(*failed, else_=cast(null(), Text)) if failed else cast(null(), Text)
    if not shape.selected:
        left = select(seen.c.owner, seen.c.id, seen.c.brand_id, missed.label("missed")).where(failures <= 1)
        return left.cte("remaining").prefix_with("MATERIALIZED")
    return _with_selected(seen, failures, failed)


def _with_selected(seen: CTE, failures: Any, failed: list[Any]) -> CTE:
    """The same where something is selected in facets of attributes and options."""
    hits = selected_hits()
    codes = array_agg(hits.c.code.distinct(), type_=ARRAY(Text)).label("codes")
    hit = select(hits.c.product_id, codes).group_by(hits.c.product_id).subquery("hits")
    open_codes = bindparam("selected", type_=BigInteger) - func.coalesce(func.cardinality(hit.c.codes), 0)
    wanted = func.unnest(bindparam("selected_codes", type_=ARRAY(Text))).column_valued("wanted")
    met = func.coalesce(wanted == any_(hit.c.codes), False)
    unmet = select(wanted).where(~met).limit(1).correlate(hit).scalar_subquery()
    missed = case(*failed, (open_codes > 0, unmet), else_=cast(null(), Text))
    return (
        select(seen.c.owner, seen.c.id, seen.c.brand_id, missed.label("missed"))
        .outerjoin(hit, hit.c.product_id == seen.c.id)
        .where(failures + open_codes <= 1)
        .cte("remaining")
        .prefix_with("MATERIALIZED")
    )


def _counts(left: CTE, code: Any) -> ColumnElement[bool]:
    """Whether a product counts for a facet."""
    return or_(left.c.missed.is_(None), left.c.missed == code)


def _values(left: CTE) -> Any:
    """Each product once for every value that it has in a choice or a toggle."""
    has, of = col(ProductAttribute.product_id) == left.c.id, col(Attribute.id) == col(ProductAttribute.attribute_id)
    attributes = select(left.c.owner.label("owner"), left.c.id.label("id"), col(Attribute.code).label("code"))
    attributes = attributes.join(ProductAttribute, has).join(Attribute, of)
    attributes = attributes.where(IS_FACET_ATTRIBUTE, _counts(left, col(Attribute.code)))
    choices = attributes.join(AttributeChoice, col(AttributeChoice.id) == col(ProductAttribute.value_id))
    options = (
        select(left.c.owner, left.c.id, col(Option.code), col(OptionValue.code))
        .join(Variant, col(Variant.product_id) == left.c.id)
        .join(VariantChoice, col(VariantChoice.variant_id) == col(Variant.id))
        .join(OptionValue, col(OptionValue.id) == col(VariantChoice.value_id))
        .join(Option, col(Option.id) == col(OptionValue.option_id))
        .where(IS_FACET_OPTION, _counts(left, col(Option.code)))
    )
    brands = (
        select(left.c.owner, left.c.id, literal(BRAND, Text), col(Brand.slug))
        .join(Brand, col(Brand.id) == left.c.brand_id)
        .where(_counts(left, BRAND))
    )
    available = select(left.c.owner, left.c.id, literal(AVAILABLE, Text), literal(ON, Text)).where(
        _counts(left, AVAILABLE), left.c.id.in_(buyable(select(col(Variant.product_id)).select_from(Variant)))
    )
    return union(
        choices.add_columns(col(AttributeChoice.code).label("value")),
        attributes.add_columns(literal(ON, Text)).where(col(ProductAttribute.boolean)),
        options,
        brands,
        available,
    ).subquery("value")


def _ranges(left: CTE) -> list[Select[Any]]:
    """The ends of prices and of numbers."""

    def ends(code: Any, of: Any) -> list[Any]:
        low, high = cast(func.min(of), Numeric), cast(func.max(of), Numeric)
        return [left.c.owner, code, cast(null(), Text), cast(null(), BigInteger), low, high]

    price, number = col(Price.amount), col(ProductAttribute.number)
    prices = (
        select(*ends(literal(PRICE, Text), price))
        .select_from(left)
        .join(Variant, col(Variant.product_id) == left.c.id)
        .join(Price, col(Price.variant_id) == col(Variant.id))
        .where(*PRICED_HERE, _counts(left, PRICE))
        .group_by(left.c.owner)
    )
    code = col(Attribute.code)
    numbers = (
        select(*ends(code, number))
        .select_from(left)
        .join(ProductAttribute, col(ProductAttribute.product_id) == left.c.id)
        .join(Attribute, col(Attribute.id) == col(ProductAttribute.attribute_id))
        .where(number.is_not(None), IS_FACET_ATTRIBUTE, _counts(left, code))
        .group_by(left.c.owner, code)
    )
    return [prices, numbers]


def _labeled(ranked: Any) -> Select[Any]:
    attribute, choice = col(Attribute.id), AttributeChoice
    return (
        select(
            ranked.c.owner, ranked.c.code, ranked.c.value, ranked.c.count, ranked.c.least, ranked.c.most,
            func.coalesce(col(Attribute.name), col(Option.name)), col(Attribute.kind),
            func.coalesce(col(choice.name), col(OptionValue.name), col(Brand.name)), col(OptionValue.color),
            col(Brand.id), col(Attribute.position), func.coalesce(col(choice.position), col(OptionValue.position)),
        )
        .select_from(ranked)
        .outerjoin(Attribute, and_(col(Attribute.code) == ranked.c.code, IS_FACET_ATTRIBUTE))
        .outerjoin(choice, and_(col(choice.attribute_id) == attribute, col(choice.code) == ranked.c.value))
        .outerjoin(Option, and_(col(Option.code) == ranked.c.code, IS_FACET_OPTION))
        .outerjoin(
            OptionValue, and_(col(OptionValue.option_id) == col(Option.id), col(OptionValue.code) == ranked.c.value)
        )
        .outerjoin(Brand, and_(ranked.c.code == BRAND, col(Brand.slug) == ranked.c.value))
        .where(ranked.c.place <= MOST_VALUES)
    )  # fmt: skip
