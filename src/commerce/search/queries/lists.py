"""Pages and sizes of product lists: of the whole shop, or of many categories at once.

The keys of a page are picked first and joined with what is shown afterwards, so that deep pages cost what the first does.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, bindparam, column, func, null, select, true
from sqlmodel import col

from commerce.catalog import queries as catalog
from commerce.catalog.models import Brand, CategoryProduct, Product
from commerce.kit.db import Reads, Row, grouped
from commerce.kit.errors import BadCursor
from commerce.kit.pagination import Window, paged
from commerce.search.queries.narrowing import IN_CATEGORY, bound, listed, narrowed
from commerce.search.queries.ordering import bound_locales, ordered
from commerce.search.values import Place, ProductSort, Shape, Wanted

KEYS = 2
"""Columns after the owner that tell where a row stands in its list."""


async def pages(
    reads: Reads, owners: Sequence[UUID | None], wanted: Wanted, sort: ProductSort, asked: Window, place: Place
) -> list[list[Row]]:
    """A page of each category, or of the whole shop for None, in their order. One row more than the page, if there is.

    A row holds its two sort keys and then the columns that `catalog.graphql.product_of` takes.
    """
    if asked.keys is not None and (len(asked.keys) != KEYS or None in asked.keys):
        raise BadCursor
    keys = _keys(owners)
    statement = _page(sort, wanted.shape, bool(keys), asked.forward, asked.keys is not None)
    params = {**bound(wanted, place), **bound_locales(place), **asked.params, "owners": keys}
    rows = await reads.rows(statement, **params)
    return [[row[1:] for row in own] for own in grouped(rows, owners)]


async def totals(reads: Reads, owners: Sequence[UUID | None], wanted: Wanted, place: Place) -> list[int]:
    """How many products each of these lists has, in their order."""
    keys = _keys(owners)
    statement = _total(wanted.shape, bool(keys))
    rows = await reads.rows(statement, **bound(wanted, place), owners=keys)
    found = dict(map(tuple, rows))
    return [found.get(owner, 0) for owner in owners]


def _keys(owners: Sequence[UUID | None]) -> list[UUID]:
    """The categories; none where the list is of the whole shop."""
    return [owner for owner in owners if owner is not None]


@cache
def _page(sort: ProductSort, shape: Shape, is_placed: bool, forward: bool, from_key: bool) -> Select[Any]:
    source, order = ordered(_source(is_placed=is_placed), sort, is_placed=is_placed)
    picked = paged(narrowed(source, shape), order, forward=forward, from_key=from_key)
    columns = [col(Product.id).label("id"), *(key.label(f"key_{i}") for i, (key, _) in enumerate(order))]
    picked = picked.with_only_columns(*columns, maintain_column_froms=True)
    page = _of_owners(picked, is_placed=is_placed).cte("page").prefix_with("MATERIALIZED")
    keys = [page.c[f"key_{i}"] for i in range(KEYS)]
    return (
        select(page.c.owner, *keys, *catalog.PRODUCT_COLUMNS)
        .select_from(page)
        .join(Product, col(Product.id) == page.c.id)
        .outerjoin(Brand, col(Brand.id) == col(Product.brand_id))
        .order_by(*(key.desc() if down == forward else key.asc() for key, (_, down) in zip(keys, order, strict=True)))
    )


def _source(*, is_placed: bool) -> Select[Any]:
    products = select(col(Product.id)).select_from(Product)
    if not is_placed:
        return products
    here = col(CategoryProduct.category_id) == _owner.c.key
    return select(col(Product.id)).select_from(CategoryProduct).join(Product, IN_CATEGORY).where(here).correlate(_owner)


_owner: Any = (
    func.unnest(bindparam("owners", type_=ARRAY(Uuid))).table_valued(column("key", Uuid)).render_derived("owner")
)


def _of_owners(picked: Select[Any], *, is_placed: bool) -> Select[Any]:
    """The same page for each category by itself: `=` for one category lets the index give the order."""
    if not is_placed:
        whole = picked.subquery("picked")
        return select(null().label("owner"), *whole.c)
    page = picked.lateral("picked")
    return select(_owner.c.key.label("owner"), *page.c).select_from(_owner.join(page, true()))


@cache
def _total(shape: Shape, is_placed: bool) -> Select[Any]:
    counted = listed(func.count(), is_placed=is_placed)
    return narrowed(counted, shape).group_by(counted.selected_columns.owner)
