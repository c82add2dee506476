"""Pages and sizes of product lists: of the whole shop, or of many categories at once.

The keys of a page are picked first and joined with what is shown afterwards, so that deep pages cost what the first does.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, bindparam, cast, column, func, null, select, true, union_all
from sqlmodel import col

from commerce.catalog import queries as catalog
from commerce.catalog.models import CategoryProduct, Media, Product
from commerce.kit.db import Reads, Row, grouped
from commerce.kit.errors import BadCursor
from commerce.kit.pagination import OrderBy, Window, paged
from commerce.search.models import Listing
from commerce.search.queries.narrowing import LISTINGS, bound, is_in, listed, narrowed, on_sale, passes, visible
from commerce.search.queries.ordering import MERCHANTS, bound_locales, order_of
from commerce.search.values import MOST_FOUND, Place, ProductSort, Shape, Wanted

KEYS = 2
"""Columns after the owner that tell where a row stands in its list."""
SHOWN: Any = (
    LISTINGS.image_id, LISTINGS.cheapest_id, LISTINGS.low, LISTINGS.low_before, LISTINGS.dearest_id, LISTINGS.high,
    LISTINGS.high_before,
)  # fmt: skip
"""What a page shows of a listing: its picture, and what `pricing.queries.range_from` takes."""
STRETCH = 1000
"""Listings that are looked through in their order, before all that pass the filters are gathered and put in order."""


async def pages(
    reads: Reads, owners: Sequence[UUID | None], wanted: Wanted, sort: ProductSort, asked: Window, place: Place
) -> list[list[Row]]:
    """A page of each category, or of the whole shop for None, in their order. One row more than the page, if there is.

    A row holds its two sort keys, the columns that `catalog.graphql.product_of` takes, those of its first picture, and
    what `pricing.queries.range_from` takes.
    """
    if asked.keys is not None and (len(asked.keys) != KEYS or None in asked.keys):
        raise BadCursor
    keys = _keys(owners)
    is_alone = len(keys) == 1
    statement = _page(sort, wanted.shape, bool(keys), is_alone, asked.forward, asked.keys is not None)
    own = {"owner": keys[0] if is_alone else None, "owners": keys}
    rows = await reads.rows(statement, **bound(wanted, place), **bound_locales(place), **asked.params, **own)
    return [[row[1:] for row in own] for own in grouped(rows, owners)]


async def totals(reads: Reads, owners: Sequence[UUID | None], wanted: Wanted, place: Place) -> list[int]:
    """How many products each of these lists has, in their order; of a search at most so many as are found."""
    keys = _keys(owners)
    statement = _total(wanted.shape, bool(keys))
    rows = await reads.rows(statement, **bound(wanted, place), owners=keys, most=MOST_FOUND)
    found = dict(map(tuple, rows))
    return [found.get(owner, 0) for owner in owners]


def _keys(owners: Sequence[UUID | None]) -> list[UUID]:
    """The categories; none where the list is of the whole shop."""
    return [owner for owner in owners if owner is not None]


OWNERS: Any = (
    func.unnest(bindparam("owners", type_=ARRAY(Uuid)))
    .table_valued(column("key", Uuid), with_ordinality="place")
    .render_derived("owner")
)
"""The categories whose lists are asked for, and their places from 1 on."""


@cache
def _page(
    sort: ProductSort, shape: Shape, is_placed: bool, is_alone: bool, forward: bool, from_key: bool
) -> Select[Any]:
    cut = {"forward": forward, "from_key": from_key}
    page = _picked(sort, shape, is_placed, is_alone, cut).cte("page").prefix_with("MATERIALIZED")
    order = order_of(sort, in_category=is_placed)
    keys = [page.c[f"key_{i}"] for i in range(KEYS)]
    prices = [page.c[column.name] for column in SHOWN[1:]]
    return (
        select(page.c.owner, *keys, *catalog.PRODUCT_COLUMNS, *catalog.MEDIA_COLUMNS, *prices)
        .select_from(page)
        .join(Product, col(Product.id) == page.c.id)
        .outerjoin(Media, col(Media.id) == page.c.image_id)
        .order_by(*(key.desc() if down == forward else key.asc() for key, (_, down) in zip(keys, order, strict=True)))
    )


def _picked(sort: ProductSort, shape: Shape, is_placed: bool, is_alone: bool, cut: dict[str, bool]) -> Any:
    """Owner, key and sort keys of the products of the page, and what it shows of their listings."""
    if is_placed and not is_alone:
        each = _gathered(sort, shape, OWNERS.c.key, cut).correlate(OWNERS).lateral("picked")
        return select(OWNERS.c.key.label("owner"), *each.c).select_from(OWNERS.join(each, true()))
    category = bindparam("owner", type_=Uuid) if is_placed else None
    is_in_order = shape == Shape() and (not is_placed or sort in MERCHANTS)
    pick = _gathered if is_in_order or sort is ProductSort.NAME else _sought
    picked = pick(sort, shape, category, cut).subquery("picked")
    return select(cast(null() if category is None else category, Uuid).label("owner"), *picked.c)


def _gathered(sort: ProductSort, shape: Shape, category: Any, cut: dict[str, bool]) -> Select[Any]:
    """The page from all that pass the filters. Where there are none, an index gives the order."""
    order = order_of(sort, in_category=category is not None)
    source = listed(LISTINGS.product_id.label("id"), *_named_keys(order), *SHOWN, category=category)
    if sort is ProductSort.NAME:
        source = source.join(Product, col(Product.id) == LISTINGS.product_id)
    return paged(narrowed(source, shape), order, **cut)


def _named_keys(order: OrderBy) -> list[Any]:
    return [key.label(f"key_{i}") for i, (key, _) in enumerate(order)]


def _sought(sort: ProductSort, shape: Shape, category: Any, cut: dict[str, bool]) -> Any:
    """The page from the next stretch of the order. Only if that is too short, all that pass are gathered.

    Much is found soon, and of what is not there is little to gather: so neither takes longer in a bigger shop.
    """
    order = order_of(sort, in_category=category is not None)
    in_place = category is not None and sort in MERCHANTS
    part = _stretch(order, category if in_place else None, cut)
    keys = [part.c[f"key_{i}"] for i in range(KEYS)]
    way = [key.desc() if down == cut["forward"] else key.asc() for key, (_, down) in zip(keys, order, strict=True)]
    shown = [part.c[column.name] for column in SHOWN]
    walk = select(part.c.product_id.label("id"), *keys, *shown).where(visible(part.c), *passes(part.c, shape))
    if category is not None and not in_place:
        walk = walk.where(is_in(category, part.c))
    limit: Any = bindparam("page_limit")
    walked = walk.order_by(*way).limit(limit).cte("walked").prefix_with("MATERIALIZED")
    steps = select(func.count()).select_from(walked).scalar_subquery()
    rest = _gathered(sort, shape, category, cut).where(steps < limit).subquery("gathered")
    return union_all(select(*walked.c).where(steps == limit), select(*rest.c))


def _stretch(order: OrderBy, category: Any, cut: dict[str, bool]) -> Any:
    """The next listings in their order, whether they pass or not."""
    columns = [*LISTINGS, *_named_keys(order)]
    source = select(*columns).select_from(Listing).where(on_sale())
    if category is not None:
        source = select(*columns).select_from(CategoryProduct)
        source = source.join(Listing, (LISTINGS.product_id == col(CategoryProduct.product_id)) & on_sale())
        source = source.where(col(CategoryProduct.category_id) == category)
    return paged(source, order, **cut).limit(STRETCH).subquery("stretch")


@cache
def _total(shape: Shape, is_placed: bool) -> Select[Any]:
    """A search is counted up to the most that are found; other lists as a whole."""
    each = narrowed(listed(LISTINGS.product_id, category=OWNERS.c.key if is_placed else None), shape)
    if shape.words:
        each = each.limit(bindparam("most"))
    if not is_placed:
        return select(cast(null(), Uuid), func.count()).select_from(each.subquery("each"))
    counted = select(func.count().label("count")).select_from(each.correlate(OWNERS).subquery("each"))
    size = counted.correlate(OWNERS).lateral("size")
    return select(OWNERS.c.key, size.c.count).select_from(OWNERS.join(size, true()))
