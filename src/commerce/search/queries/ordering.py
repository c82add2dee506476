"""By which keys a list of products is ordered. All keys of an order run in one direction, so that an index can bound them."""

from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, func, literal_column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from commerce.catalog.models import CategoryProduct, Product
from commerce.kit.pagination import OrderBy
from commerce.search.models import LAST
from commerce.search.queries.narrowing import LISTINGS
from commerce.search.values import Place, ProductSort

LOCALES = 6
"""Locales that a name is looked for in, nearest first; after them any locale will do."""
MERCHANTS = (ProductSort.RELEVANCE, ProductSort.BEST_SELLING)
"""Orders that are the merchant's own, within a category as well."""


def order_of(sort: ProductSort, *, in_category: bool) -> OrderBy:
    """The keys of a list that reads from Listing, by name from Product too, and in a category from CategoryProduct."""
    key, low = LISTINGS.product_id, LISTINGS.low
    if sort is ProductSort.NAME:
        return [(func.lower(shown_name()), False), (key, False)]
    if sort is ProductSort.NEWEST:
        return [(LISTINGS.created_at, True), (key, True)]
    if sort is ProductSort.PRICE_ASC:
        return [(_priced(low, LAST), False), (key, False)]
    if sort is ProductSort.PRICE_DESC:
        return [(_priced(low, -1), True), (key, True)]
    if in_category:
        # The key of the link, not of the product: it stands in the index. Later products have greater keys.
        placed: Any = col(CategoryProduct.product_id)
        return [(-col(CategoryProduct.rank), True), (placed, True)]
    return [(-LISTINGS.rank, True), (key, True)]


def _priced(low: Any, instead: int) -> Any:
    """The lowest price, as its index has it: what has none comes last."""
    return func.coalesce(low, literal_column(str(instead), low.type))


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
