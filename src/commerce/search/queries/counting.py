"""Counting the products of a result by what they have. Each part answers rows of one form, to be put together."""

from typing import Any

from sqlalchemy import CTE, BigInteger, Numeric, Select, Text, and_, cast, exists, func, literal, null, or_, select
from sqlmodel import col

from commerce.catalog.models import (
    Attribute,
    AttributeChoice,
    Brand,
    Option,
    OptionValue,
    ProductAttribute,
    Variant,
    VariantChoice,
)
from commerce.pricing.models import Price
from commerce.search.queries.narrowing import PRICED_HERE, buyable
from commerce.search.queries.selecting import IS_FACET_ATTRIBUTE, IS_FACET_OPTION
from commerce.search.values import AVAILABLE, BRAND, ON, PRICE


def parts_of(left: CTE) -> list[Select[Any]]:
    """All facets of the products that are left: columns owner, code, value, products, least and most."""
    return [*_attributes(left), *_options(left), _brands(left), _available(left), _prices(left)]


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
    counts = or_(source.c.missed.is_(None), source.c.missed == code)
    return select(source.c.owner.label("owner"), *columns).select_from(source).where(counts)


def _attributes(left: CTE) -> list[Select[Any]]:
    """What products say of themselves is gathered first, in one go, and named afterwards: there is little of it then."""
    given = ProductAttribute
    said = (
        select(
            left.c.owner, left.c.missed, col(given.attribute_id), col(given.value_id), col(given.boolean),
            func.count().label("products"), func.min(col(given.number)).label("least"),
            func.max(col(given.number)).label("most"),
        )
        .join(given, col(given.product_id) == left.c.id)
        .group_by(left.c.owner, left.c.missed, col(given.attribute_id), col(given.value_id), col(given.boolean))
        .cte("said")
    )  # fmt: skip
    code, value = col(Attribute.code), col(AttributeChoice.code)
    named = col(Attribute.id) == said.c.attribute_id
    choices = _part(said, code, value, said.c.products).join(Attribute, named)
    toggles = _part(said, code, literal(ON), said.c.products).join(Attribute, named).where(said.c.boolean)
    ranges = _part(said, code, None, None, said.c.least, said.c.most).join(Attribute, named)
    return [
        choices.join(AttributeChoice, col(AttributeChoice.id) == said.c.value_id).where(IS_FACET_ATTRIBUTE),
        toggles.where(IS_FACET_ATTRIBUTE),
        ranges.where(said.c.least.is_not(None), IS_FACET_ATTRIBUTE),
    ]


def _options(left: CTE) -> list[Select[Any]]:
    """Products by the values that any variant of them has."""
    has_variant = col(Variant.product_id) == left.c.id
    chosen = (
        select(left.c.owner, left.c.missed, left.c.id, col(VariantChoice.value_id))
        .join(Variant, has_variant)
        .join(VariantChoice, col(VariantChoice.variant_id) == col(Variant.id))
        .distinct()
        .subquery("chosen")
    )
    by_value = (
        select(chosen.c.owner, chosen.c.missed, chosen.c.value_id, func.count().label("products"))
        .group_by(chosen.c.owner, chosen.c.missed, chosen.c.value_id)
        .subquery("offered")
    )
    counted = (
        _part(by_value, col(Option.code), col(OptionValue.code), by_value.c.products)
        .join(OptionValue, col(OptionValue.id) == by_value.c.value_id)
        .join(Option, col(Option.id) == col(OptionValue.option_id))
        .where(IS_FACET_OPTION)
    )
    return [counted, _counted_twice(left)]


def _counted_twice(left: CTE) -> Select[Any]:
    """Where an attribute and an option share a code, they are one facet, and who has a value by both counts once."""
    has_variant = col(Variant.product_id) == left.c.id
    by_option = (
        exists()
        .where(has_variant, col(VariantChoice.variant_id) == col(Variant.id))
        .where(col(VariantChoice.value_id) == col(OptionValue.id))
    )
    shared = and_(col(OptionValue.option_id) == col(Option.id), col(OptionValue.code) == col(AttributeChoice.code))
    return (
        _part(left, col(Option.code), col(OptionValue.code), literal(-1))
        .join(ProductAttribute, col(ProductAttribute.product_id) == left.c.id)
        .join(AttributeChoice, col(AttributeChoice.id) == col(ProductAttribute.value_id))
        .join(Attribute, col(Attribute.id) == col(AttributeChoice.attribute_id))
        .join(Option, col(Option.code) == col(Attribute.code))
        .join(OptionValue, shared)
        .where(IS_FACET_OPTION, by_option)
    )


def _brands(left: CTE) -> Select[Any]:
    named = _part(left, literal(BRAND), col(Brand.slug), func.count()).join(Brand, col(Brand.id) == left.c.brand_id)
    return named.group_by(left.c.owner, col(Brand.slug))


def _available(left: CTE) -> Select[Any]:
    can_be_bought = left.c.id.in_(buyable(select(col(Variant.product_id)).select_from(Variant)))
    return _part(left, literal(AVAILABLE), literal(ON), func.count()).where(can_be_bought).group_by(left.c.owner)


def _prices(left: CTE) -> Select[Any]:
    amount = col(Price.amount)
    return (
        _part(left, literal(PRICE), None, None, func.min(amount), func.max(amount))
        .join(Variant, col(Variant.product_id) == left.c.id)
        .join(Price, col(Price.variant_id) == col(Variant.id))
        .where(*PRICED_HERE)
        .group_by(left.c.owner)
    )
