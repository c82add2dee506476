"""A product list with what is only computed when it is asked for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from commerce.catalog import queries as catalog
from commerce.catalog.graphql import Image, Product, image_from, product_of
from commerce.channels.graphql import selling
from commerce.kit.db import Row
from commerce.kit.graphql import PUBLIC, Info, batched, object_type
from commerce.kit.limits import costs
from commerce.kit.pagination import Connection, Window, connection, window
from commerce.pricing import queries as pricing
from commerce.pricing.values import PriceRange
from commerce.search import queries, rules
from commerce.search.graphql.facets import Facet, facet_of
from commerce.search.graphql.inputs import ProductFilterInput, wish_from
from commerce.search.queries import Counts
from commerce.search.values import MOST_COUNTED, Place, ProductSort, Wanted

T = TypeVar("T")
_BY_PRICE = (ProductSort.PRICE_ASC, ProductSort.PRICE_DESC)


@dataclass(frozen=True, slots=True)
class Asked:
    """The part of a list that is asked for. The paging arguments are as they came."""

    filter: ProductFilterInput | None
    sort: ProductSort | None
    first: int | None
    after: str | None
    last: int | None
    before: str | None


@object_type(PUBLIC)
class ProductConnection(Connection[Product]):
    """One page of a product list, with the facets of the whole result."""

    owner: strawberry.Private[UUID | None]
    wanted: strawberry.Private[Wanted]
    counting: strawberry.Private[asyncio.Task[list[Counts]] | None] = None
    """The facets of this list and those beside it, once they are asked for."""
    beside: strawberry.Private[int] = 0
    """Its place among them."""

    @costs(weight=10)
    @batched
    async def total_count(lists: list["ProductConnection"], info: Info) -> list[int]:
        """Products in the whole result. Computed only when asked for.

        A search for words counts up to 2,500: that number stands for so many or more.
        """
        return await _totals(lists, info)

    @costs(items=20)
    @batched
    async def facets(lists: list["ProductConnection"], info: Info) -> list[list[Facet]]:
        """Facets of the whole result, at most 30: brand, price and availability, then attributes and options that occur.

        Counts of a facet ignore that facet's own selection. Computed only when asked for.
        """
        task = asyncio.create_task(_together(lists, info, queries.facets))
        for k, one in enumerate(lists):
            one.counting, one.beside = task, k
        currency = selling(info).currency
        return [
            [facet_of(facet) for facet in rules.facets(counts.rows, one.wanted, currency, counts.partial)]
            for one, counts in zip(lists, await asyncio.shield(task), strict=True)
        ]


async def _totals(lists: list[ProductConnection], info: Info) -> list[int]:
    await asyncio.sleep(0)  # facets, if they are asked for beside it, are under way now: they count the list anyway
    found: dict[int, int] = {}
    for one in lists:
        counts = (await asyncio.shield(one.counting))[one.beside] if one.counting else None
        if counts is not None and (one.wanted.words or counts.size < MOST_COUNTED):
            found[id(one)] = counts.size
    rest = [one for one in lists if id(one) not in found]
    found.update(zip(map(id, rest), await _together(rest, info, queries.totals), strict=True))
    return [found[id(one)] for one in lists]


async def _together(
    lists: Sequence[ProductConnection],
    info: Info,
    read: Callable[[Any, Sequence[UUID | None], Wanted, Place], Awaitable[list[T]]],
) -> list[T]:
    """What is read of each list, with one statement for all that are narrowed alike."""
    groups: dict[tuple[Wanted, bool], list[UUID | None]] = {}
    for one in lists:
        owners = groups.setdefault((one.wanted, one.owner is None), [])
        if one.owner not in owners:
            owners.append(one.owner)
    found: dict[tuple[Wanted, UUID | None], T] = {}
    for (wanted, _), owners in groups.items():
        for owner, part in zip(owners, await read(info.context, owners, wanted, place(info)), strict=True):
            found[wanted, owner] = part
    return [found[one.wanted, one.owner] for one in lists]


def place(info: Info) -> Place:
    """Where and when this request sees the shop."""
    here = selling(info)
    return Place(here.market.key, info.context.now(), here.currency, here.locales)


async def list_of_shop(info: Info, query: str | None, asked: Asked) -> ProductConnection:
    """A list of the whole shop. One that is narrowed to one category is the list of that category."""
    wanted = rules.wanted(wish_from(query, asked.filter), selling(info).currency)
    if wanted.patterns:
        wanted = replace(wanted, words=await queries.heard(info.context, wanted.patterns))
    owner = None
    if wanted.category_keys and len(wanted.category_keys) == 1:
        [owner], wanted = wanted.category_keys, replace(wanted, category_keys=None)
    [page] = await _pages(info, [owner], wanted, asked)
    return page


async def lists_of_categories(info: Info, keys: Sequence[UUID], asked: Asked) -> list[ProductConnection]:
    """The lists of categories, in their order, with one statement."""
    wanted = rules.wanted(wish_from(None, asked.filter), selling(info).currency)
    distinct = list(dict.fromkeys(keys))
    found = dict(zip(distinct, await _pages(info, distinct, wanted, asked), strict=True))
    return [found[key] for key in keys]


async def _pages(info: Info, owners: Sequence[UUID | None], wanted: Wanted, asked: Asked) -> list[ProductConnection]:
    here, sort = place(info), asked.sort or ProductSort.RELEVANCE
    part = window(_order(sort, here), asked.first, asked.after, asked.last, asked.before)
    groups = await queries.pages(info.context, owners, wanted, sort, part, here)
    return [_page(info, owner, wanted, rows, part) for owner, rows in zip(owners, groups, strict=True)]


def _order(sort: ProductSort, here: Place) -> str:
    """What a cursor is bound to: prices of another currency and names of another language are in another order."""
    if sort in _BY_PRICE:
        return f"{sort}:{here.currency}"
    return f"{sort}:{here.locales[0]}" if sort is ProductSort.NAME else sort.value


def _page(info: Info, owner: UUID | None, wanted: Wanted, rows: Sequence[Row], part: Window) -> ProductConnection:
    currency = selling(info).currency

    async def counted() -> int:
        [total] = await queries.totals(info.context, [owner], wanted, place(info))
        return total

    page: ProductConnection = connection(
        ProductConnection,
        rows,
        part,
        node=lambda row: _product(row, currency),
        keys=lambda row: row[: queries.KEYS],
        counted=counted,
        owner=owner,
        wanted=wanted,
    )
    return page


_IMAGE = queries.KEYS + len(catalog.PRODUCT_COLUMNS)
_RANGE = _IMAGE + len(catalog.MEDIA_COLUMNS)


def _product(row: Row, currency: str) -> Product:
    """A product of a page, which brings along what a list shows of it."""
    product = product_of(row[queries.KEYS : _IMAGE])
    image, ends = row[_IMAGE:_RANGE], row[_RANGE:]
    product.along[Image] = None if image[0] is None else image_from(image)
    product.along[PriceRange] = None if ends[0] is None else pricing.range_from(ends, currency)
    return product
