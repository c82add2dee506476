"""The conditions that narrow a list of products, and the values that are bound to them."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Numeric,
    Select,
    Subquery,
    Text,
    Uuid,
    all_,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlmodel import col

from commerce.catalog import queries as catalog
from commerce.catalog.models import (
    Attribute,
    AttributeChoice,
    Brand,
    Category,
    CategoryProduct,
    Option,
    OptionValue,
    Product,
    ProductAttribute,
    Variant,
    VariantChoice,
)
from commerce.inventory import queries as inventory
from commerce.inventory.models import ChannelWarehouse, Stock
from commerce.kit.db import among
from commerce.pricing.models import Price
from commerce.search.values import BRAND, RESERVED, Place, Shape, Wanted

PRICED_HERE = (
    col(Price.channel_id) == bindparam("channel_key"),
    col(Price.currency) == bindparam("currency"),
)
"""Prices of the channel and currency in which the list is seen."""
IN_CATEGORY = col(CategoryProduct.product_id) == col(Product.id)
_reserved: Any = literal(list(RESERVED), ARRAY(Text))
IS_FACET_ATTRIBUTE = col(Attribute.code) != all_(_reserved)
IS_FACET_OPTION = col(Option.code) != all_(_reserved)


def bound(wanted: Wanted, place: Place) -> dict[str, Any]:
    """The values of all conditions."""
    least, most = wanted.price or (0, 0)
    return {
        "channel_key": place.channel_key,
        "now": place.now,
        "currency": place.currency,
        "patterns": wanted.patterns,
        "category_keys": list(wanted.category_keys or ()),
        "brand_keys": _list(wanted.brand_keys),
        "brand_slugs": _list(wanted.brand_slugs),
        "least_price": least,
        "most_price": most,
        "choice_codes": [code for code, _ in wanted.choices],
        "choice_values": [value for _, value in wanted.choices],
        "range_codes": [code for code, _ in wanted.ranges],
        "range_least": [bounds.least for _, bounds in wanted.ranges],
        "range_most": [bounds.most for _, bounds in wanted.ranges],
        "selected_codes": wanted.codes,
        "selected": len(wanted.codes),
    }


def _list(values: tuple[Any, ...] | None) -> list[Any] | None:
    return None if values is None else list(values)


def listed(*columns: Any, is_placed: bool) -> Select[Any]:
    """Columns of products, after the category that the list is of, among those bound as `owners`; or null, for the shop."""
    if not is_placed:
        return select(cast(null(), Uuid).label("owner"), *columns).select_from(Product)
    category = col(CategoryProduct.category_id)
    products = select(category.label("owner"), *columns).select_from(CategoryProduct)
    return products.join(Product, IN_CATEGORY).where(among(category, "owners"))


def narrowed(statement: Select[Any], shape: Shape) -> Select[Any]:
    """Only products that are on sale and pass every filter of the shape. The statement reads from Product."""
    return base(statement, shape).where(*(condition for _, condition in facet_conditions(shape)), *_selected(shape))


def base(statement: Select[Any], shape: Shape) -> Select[Any]:
    """Only products that are on sale and pass the filters that are no facets: words and categories."""
    statement = statement.where(catalog.visible())
    if shape.categories:
        within = select(col(CategoryProduct.product_id)).where(among(CategoryProduct.category_id, "category_keys"))
        statement = statement.where(col(Product.id).in_(within))
    return statement.where(col(Product.id).in_(_spoken_of())) if shape.words else statement


def facet_conditions(shape: Shape) -> list[tuple[str, ColumnElement[bool]]]:
    """The filters of the shop's own facets, each with the facet's code."""
    conditions = [
        (shape.brands, BRAND, _of_brands),
        (shape.price, "price", _priced_within),
        (shape.available, "available", _available),
    ]
    return [(code, make()) for applies, code, make in conditions if applies]


def _of_brands() -> ColumnElement[bool]:
    keys: Any = bindparam("brand_keys", type_=ARRAY(col(Brand.id).type))
    slugs: Any = bindparam("brand_slugs", type_=ARRAY(Text))
    named = select(col(Brand.id)).where(col(Brand.slug) == any_(slugs))
    one_of_keys = or_(keys.is_(None), func.coalesce(col(Product.brand_id) == any_(keys), False))
    return one_of_keys & or_(slugs.is_(None), func.coalesce(col(Product.brand_id).in_(named), False))


def _priced_within() -> ColumnElement[bool]:
    least, most = bindparam("least_price", type_=BigInteger), bindparam("most_price", type_=BigInteger)
    offers = (
        select(col(Variant.product_id))
        .join(Price, col(Price.variant_id) == col(Variant.id))
        .where(*PRICED_HERE, col(Price.amount).between(least, most))
    )
    return col(Product.id).in_(offers)


def _available() -> ColumnElement[bool]:
    return col(Product.id).in_(buyable(select(col(Variant.product_id)).select_from(Variant)))


def buyable(variants: Select[Any]) -> Select[Any]:
    """Only variants that can be bought: with a price here, and with units that the channel can promise."""
    return (
        variants.join(Price, col(Price.variant_id) == col(Variant.id))
        .join(Stock, col(Stock.variant_id) == col(Variant.id))
        .join(ChannelWarehouse, col(ChannelWarehouse.warehouse_id) == col(Stock.warehouse_id))
        .where(
            *PRICED_HERE, col(ChannelWarehouse.channel_id) == bindparam("channel_key"), inventory.FREE_UNITS > 0
        )
    )  # fmt: skip


def _selected(shape: Shape) -> list[ColumnElement[bool]]:
    if not shape.selected:
        return []
    hits = selected_hits()
    all_hit = (
        select(hits.c.product_id)
        .group_by(hits.c.product_id)
        .having(func.count(hits.c.code.distinct()) == bindparam("selected", type_=BigInteger))
    )
    return [col(Product.id).in_(all_hit)]


def selected_hits() -> Subquery:
    """Products, each with the codes of the selected facets in which it has what is selected."""
    has = col(ProductAttribute.attribute_id) == col(Attribute.id)
    values, ranges = _given_values(), _given_ranges()
    number = col(ProductAttribute.number)
    chosen = values.c.value == col(AttributeChoice.code), values.c.value == cast(col(ProductAttribute.boolean), Text)
    of_attributes = (
        select(col(ProductAttribute.product_id).label("product_id"), col(Attribute.code).label("code"))
        .select_from(ProductAttribute)
        .join(Attribute, has)
        .where(IS_FACET_ATTRIBUTE)
    )
    return union_all(
        of_attributes.join(AttributeChoice, col(AttributeChoice.id) == col(ProductAttribute.value_id)).join(
            values, (values.c.code == col(Attribute.code)) & chosen[0]
        ),
        of_attributes.join(values, (values.c.code == col(Attribute.code)) & chosen[1]),
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


def _spoken_of() -> Select[Any]:
    """Products whose names, SKUs, brand and categories, taken together, have every word.

    Of the SKUs and categories only those are gathered that have a word: they are few.
    """
    patterns = func.string_to_array(func.lower(bindparam("patterns", type_=Text)), " ", type_=ARRAY(Text))
    skus = (
        select(col(Variant.product_id).label("key"), _text(func.jsonb_agg(col(Variant.sku))).label("text"))
        .where(func.lower(_text(func.to_jsonb(col(Variant.sku)))).like(any_(patterns)))
        .group_by(col(Variant.product_id))
        .subquery("of_variant")
    )
    named = _said(Category.name)
    categories = (
        select(col(CategoryProduct.product_id).label("key"), func.string_agg(named, " ").label("text"))
        .join(Category, col(Category.id) == col(CategoryProduct.category_id))
        .where(func.lower(named).like(any_(patterns)))
        .group_by(col(CategoryProduct.product_id))
        .subquery("of_category")
    )
    spoken: Any = aliased(Product)
    said = func.concat_ws(" ", _said(spoken.name), _said(Brand.name), skus.c.text, categories.c.text)
    return (
        select(spoken.id)
        .outerjoin(Brand, col(Brand.id) == spoken.brand_id)
        .outerjoin(skus, skus.c.key == spoken.id)
        .outerjoin(categories, categories.c.key == spoken.id)
        .where(func.lower(said).like(all_(patterns)))
    )


def _said(texts: Any) -> Any:
    """The texts of all locales, without the locales."""
    return _text(func.jsonb_path_query_array(texts, literal_column("'$.*'"), type_=JSONB))


def _text(value: Any) -> Any:
    return cast(value, Text)
