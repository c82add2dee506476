"""By which keys a list of products is ordered. All keys of an order run in one direction, so that an index can bound them."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, Text, bindparam, func, literal, literal_column, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from commerce.catalog.models import CategoryProduct, Product, Variant
from commerce.kit.pagination import OrderBy
from commerce.pricing.models import Price
from commerce.search.queries.narrowing import PRICED_HERE
from commerce.search.values import Place, ProductSort

LOCALES = 6
"""Locales that a name is looked for in, nearest first; after them any locale will do."""
_UNPRICED_LAST = {ProductSort.PRICE_ASC: 2**63 - 1, ProductSort.PRICE_DESC: -1}


_created_at: Any = col(Product.created_at)
_linked: Any = col(CategoryProduct.product_id)


class Ordered(NamedTuple):
    """A statement with what its order needs, and the order."""

    statement: Select[Any]
    order: OrderBy


def ordered(statement: Select[Any], sort: ProductSort, *, is_placed: bool) -> Ordered:
    """The order of a list, over a statement that reads from Product, and from CategoryProduct in a category."""
    if sort in _UNPRICED_LAST:
        return _by_price(statement, sort, is_placed=is_placed)
    key: Any = col(Product.id)
    if sort is ProductSort.NAME:
        return Ordered(statement, [(func.lower(shown_name()), False), (key, False)])
    if sort is ProductSort.NEWEST:
        return Ordered(statement, [(_created_at, True), (key, True)])
    if is_placed:
        # The key of the link, not of the product: it stands in the index. Later products have greater keys.
        return Ordered(statement, [(-col(CategoryProduct.rank), True), (_linked, True)])
    return Ordered(statement, [(-col(Product.rank), True), (key, True)])


def _by_price(statement: Select[Any], sort: ProductSort, *, is_placed: bool) -> Ordered:
    lowest = _lowest(of_each=is_placed)
    on = true() if is_placed else lowest.c.product_id == col(Product.id)
    key: Any = col(Product.id)
    price = func.coalesce(lowest.c.amount, literal(_UNPRICED_LAST[sort], lowest.c.amount.type))
    descends = sort is ProductSort.PRICE_DESC
    return Ordered(statement.outerjoin(lowest, on), [(price, descends), (key, descends)])


def _lowest(*, of_each: bool) -> Subquery | Any:
    """Lowest prices: looked up for each product of a category, or gathered at once for the whole shop."""
    amount = func.min(col(Price.amount)).label("amount")
    prices: Any = select(col(Variant.product_id).label("product_id"), amount).join(
        Price, col(Price.variant_id) == col(Variant.id)
    )
    here = prices.where(*PRICED_HERE).group_by(col(Variant.product_id))
    if not of_each:
        return here.subquery("lowest")
    return here.where(col(Variant.product_id) == col(Product.id)).correlate(Product).lateral("lowest")


def shown_name() -> ColumnElement[str]:
    """The name of a product as `i18n.rules.pick` picks it."""
    name = col(Product.name)
    picked = [func.nullif(name.op("->>")(bindparam(f"locale_{i}", type_=Text)), "") for i in range(LOCALES)]
    found = func.jsonb_path_query_first(name, literal_column("""'$.* ? (@ != "")'"""), type_=JSONB)
    return func.coalesce(*picked, found.op("#>>")(literal_column("'{}'")), "", type_=Text)


def bound_locales(place: Place) -> dict[str, str]:
    """The values of `shown_name`."""
    last = len(place.locales) - 1
    return {f"locale_{i}": place.locales[min(i, last)] for i in range(LOCALES)}
