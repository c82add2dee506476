"""Selections in the facets of attributes and options, as many as there are, by statements of one text."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Numeric,
    Select,
    Subquery,
    Text,
    all_,
    bindparam,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlmodel import col

from commerce.catalog.models import (
    Attribute,
    AttributeChoice,
    Option,
    OptionValue,
    ProductAttribute,
    Variant,
    VariantChoice,
)
from commerce.catalog.values import AttributeKind
from commerce.search.values import RESERVED

_reserved: Any = literal(list(RESERVED), ARRAY(Text))
IS_FACET_OPTION = col(Option.code) != all_(_reserved)
IS_FACET_ATTRIBUTE = col(Attribute.code) != all_(_reserved)


def selected() -> Select[Any]:
    """Products that have what is selected in every facet."""
    hits = selected_hits()
    return (
        select(hits.c.product_id)
        .group_by(hits.c.product_id)
        .having(func.count(hits.c.code.distinct()) == bindparam("selected", type_=BigInteger))
    )


def selected_hits() -> Subquery:
    """Products, each with the codes of the selected facets in which it has what is selected."""
    has = col(ProductAttribute.attribute_id) == col(Attribute.id)
    values, ranges = _given_values(), _given_ranges()
    number = col(ProductAttribute.number)
    chosen = values.c.value == col(AttributeChoice.code), values.c.value == cast(col(ProductAttribute.boolean), Text)
    of_attributes: Any = (
        select(col(ProductAttribute.product_id).label("product_id"), col(Attribute.code).label("code"))
        .select_from(ProductAttribute)
        .join(Attribute, has)
        .where(IS_FACET_ATTRIBUTE)
    )
    return union_all(
        of_attributes.join(AttributeChoice, col(AttributeChoice.id) == col(ProductAttribute.value_id)).join(
            values, (values.c.code == col(Attribute.code)) & chosen[0]
        ),
        of_attributes.join(values, (values.c.code == col(Attribute.code)) & chosen[1]).where(
            col(Attribute.kind) == AttributeKind.BOOLEAN.value
        ),
        of_attributes.join(ranges, ranges.c.code == col(Attribute.code)).where(
            or_(ranges.c.least.is_(None), number >= ranges.c.least),
            or_(ranges.c.most.is_(None), number <= ranges.c.most),
            number.is_not(None),
        ),
        select(col(Variant.product_id), col(Option.code))
        .select_from(VariantChoice)
        .join(Variant, col(Variant.id) == col(VariantChoice.variant_id))
        .join(OptionValue, col(OptionValue.id) == col(VariantChoice.value_id))
        .join(Option, col(Option.id) == col(OptionValue.option_id))
        .join(values, (values.c.code == col(Option.code)) & (values.c.value == col(OptionValue.code)))
        .where(IS_FACET_OPTION),
    ).subquery("hit")


def _given_values() -> Any:
    lists = [bindparam(name, type_=ARRAY(Text)) for name in ("choice_codes", "choice_values")]
    return func.unnest(*lists).table_valued(column("code", Text), column("value", Text)).render_derived("given")


def _given_ranges() -> Any:
    numbers = [bindparam(name, type_=ARRAY(Numeric)) for name in ("range_least", "range_most")]
    given = func.unnest(bindparam("range_codes", type_=ARRAY(Text)), *numbers)
    columns = column("code", Text), column("least", Numeric), column("most", Numeric)
    return given.table_valued(*columns).render_derived("bounds")
