"""The conditions that narrow a list of products, and the values that are bound to them."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    null,
    or_,
    select,
    true,
)
from sqlmodel import col

from commerce.catalog import queries as catalog
from commerce.catalog.models import Brand, CategoryProduct, Product, Variant
from commerce.inventory import queries as inventory
from commerce.inventory.models import ChannelWarehouse, Stock
from commerce.kit.db import among
from commerce.pricing.models import Price
from commerce.search.queries.selecting import selected
from commerce.search.queries.wording import spoken_of
from commerce.search.values import AVAILABLE, BRAND, PRICE, Place, Shape, Wanted

PRICED_HERE = (
    col(Price.channel_id) == bindparam("channel_key"),
    col(Price.currency) == bindparam("currency"),
)
"""Prices of the channel and currency in which the list is seen."""
IN_CATEGORY = col(CategoryProduct.product_id) == col(Product.id)


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
    statement = base(statement, shape).where(*(condition for _, condition in facet_conditions(shape)))
    return statement.where(_found_by(selected())) if shape.selected else statement


def base(statement: Select[Any], shape: Shape) -> Select[Any]:
    """Only products that are on sale and pass the filters that are no facets: words and categories."""
    statement = statement.where(catalog.visible())
    if shape.categories:
        within = select(col(CategoryProduct.product_id)).where(among(CategoryProduct.category_id, "category_keys"))
        statement = statement.where(col(Product.id).in_(within))
    return statement.where(_found_by(spoken_of())) if shape.words else statement


def _found_by(search: Select[Any]) -> ColumnElement[bool]:
    """Whether a product is among those that a search of its own finds.

    `IS TRUE` keeps it out of the joins: the search runs once and is probed, however few the planner thinks it will find.
    """
    return col(Product.id).in_(search).is_(true())


def facet_conditions(shape: Shape) -> list[tuple[str, ColumnElement[bool]]]:
    """The filters of the shop's own facets, each with the facet's code."""
    conditions = [
        (shape.brands, BRAND, _of_brands),
        (shape.price, PRICE, _priced_within),
        (shape.available, AVAILABLE, _available),
    ]
    return [(code, make()) for applies, code, make in conditions if applies]


def _of_brands() -> ColumnElement[bool]:
    keys: Any = bindparam("brand_keys", type_=ARRAY(Uuid))
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
