"""Paging through product lists in every order, both ways, while goods come and go."""

import base64
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.catalog.models import Category
from commerce.shop import Shop
from tests.conftest import Client, TestClock
from tests.search.documents import IN_CATEGORY, LIST
from tests.search.factory import category_id, make_category, make_channel, make_product, set_prices

# Names, ranks and prices with ties; None is a product without a price. The clock goes on after every second one.
GOODS: list[tuple[str, int, str | None]] = [
    ("Elm", 1, "5.00"),
    ("ash", 0, None),
    ("Birch", 0, "5.00"),
    ("Ash 2", 2, "7.50"),
    ("cedar", 0, "5.00"),
    ("Dogwood", 1, "0.00"),
    ("Fir", 2, "7.50"),
    ("Alder", 1, None),
]
Good = tuple[str, int, str | None]
ORDERS: dict[str, Callable[[int, Good], tuple[Any, ...]]] = {
    "RELEVANCE": lambda i, good: (good[1], -i),
    "BEST_SELLING": lambda i, good: (good[1], -i),
    "NEWEST": lambda i, _good: (-i,),
    "PRICE_ASC": lambda i, good: (Decimal(good[2] or "inf"), i),
    "PRICE_DESC": lambda i, good: (-Decimal(good[2] or "-1"), -i),
    "NAME": lambda i, good: (good[0].lower(), i),
}
_numbers = count(1)


def in_order(sort: str, goods: Sequence[Good] = GOODS) -> list[str]:
    """The names of goods, made in this order, as a list has to show them."""
    return [name for _, (name, *_) in sorted(enumerate(goods), key=lambda one: ORDERS[sort](*one))]


async def stock_shelf(shop: Shop, clock: TestClock) -> tuple[UUID, Category]:
    web, shelf = await make_channel(shop), await make_category(shop, "Trees")
    for i, (name, rank, price) in enumerate(GOODS):
        await make_product(shop, name, web, rank=rank, price=price, categories=[shelf])
        clock.advance(seconds=i % 2)
    return web, shelf


async def page(client: Client, **variables: Any) -> tuple[list[str], dict[str, Any]]:
    found = (await client(LIST, **variables))["products"]
    assert [edge["cursor"] for edge in found["edges"]][-1:] == [found["pageInfo"]["endCursor"]][: len(found["edges"])]
    return [edge["node"]["name"] for edge in found["edges"]], found["pageInfo"]


async def forward(client: Client, size: int, **variables: Any) -> list[str]:
    names, position = await page(client, first=size, **variables)
    assert not position["hasPreviousPage"]
    while position["hasNextPage"]:
        more, position = await page(client, first=size, after=position["endCursor"], **variables)
        assert position["hasPreviousPage"]
        assert more
        names += more
    return names


async def backward(client: Client, size: int, **variables: Any) -> list[str]:
    names, position = await page(client, last=size, **variables)
    assert not position["hasNextPage"]
    while position["hasPreviousPage"]:
        more, position = await page(client, last=size, before=position["startCursor"], **variables)
        assert position["hasNextPage"]
        names = more + names
    return names


@pytest.mark.parametrize("sort", ORDERS)
async def test_pages_of_every_order_join_to_the_list(shop: Shop, client: Client, clock: TestClock, sort: str) -> None:
    _, shelf = await stock_shelf(shop, clock)
    for narrow in ({}, {"filter": {"categoryIds": [category_id(shelf)]}}):
        for size in (1, 3, 8, 100):
            assert await forward(client, size, sort=sort, **narrow) == in_order(sort)
            assert await backward(client, size, sort=sort, **narrow) == in_order(sort)


@pytest.mark.parametrize("sort", ORDERS)
async def test_pages_stay_where_they_are_when_goods_come_and_go(
    shop: Shop, client: Client, clock: TestClock, sort: str
) -> None:
    web, shelf = await stock_shelf(shop, clock)
    first, position = await page(client, sort=sort, first=3)
    clock.advance(minutes=1)
    for name, rank, price in (("Aaa", -1, "0.00"), ("Zzz", 9, "99.00"), ("Mmm", 1, "5.00")):
        await make_product(shop, name, web, rank=rank, price=price, categories=[shelf])
    rest = await forward_from(client, position["endCursor"], sort=sort)
    assert first == in_order(sort)[:3]
    assert [name for name in rest if name not in ("Aaa", "Zzz", "Mmm")] == in_order(sort)[3:]
    assert len(rest) == len(set(rest))


async def forward_from(client: Client, cursor: str, **variables: Any) -> list[str]:
    names: list[str] = []
    position = {"hasNextPage": True, "endCursor": cursor}
    while position["hasNextPage"]:
        more, position = await page(client, first=2, after=position["endCursor"], **variables)
        names += more
    return names


async def test_rank_within_the_category_decides_there(shop: Shop, client: Client) -> None:
    web, shelf = await make_channel(shop), await make_category(shop, "Trees")
    for name, rank in (("Third", 3), ("First", 1), ("Second", 2)):
        await make_product(shop, name, web, rank=rank, categories=[shelf])
    found = (await client(IN_CATEGORY, slug="trees"))["category"]["products"]
    assert [edge["node"]["name"] for edge in found["edges"]] == ["First", "Second", "Third"]
    assert (await page(client))[0] == ["First", "Second", "Third"]


async def test_names_are_ordered_in_the_language_of_the_context(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    for name, chinese in (("Ash", "丙"), ("Birch", "甲"), ("Cedar", "")):
        await make_product(shop, name, web, names={"zh-Hans": chinese} if chinese else {})
    assert (await page(client, sort="NAME"))[0] == ["Ash", "Birch", "Cedar"]
    chinese = {"headers": {"Accept-Language": "zh-Hans"}}
    # Without a Chinese name the English one stands in for it.
    assert (await page(client, sort="NAME", **chinese))[0] == sorted(["丙", "甲", "Cedar"])


async def test_cheapest_variant_in_the_currency_decides(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    await make_product(shop, "A", web, price={"USD": "1.00", "JPY": "900"})
    await make_product(shop, "B", web, price={"USD": "2.00", "JPY": "100"})
    await make_product(shop, "C", web, price={"JPY": "500"})
    assert (await page(client, sort="PRICE_ASC"))[0] == ["A", "B", "C"]
    assert (await page(client, sort="PRICE_DESC"))[0] == ["B", "A", "C"]
    yen = {"headers": {"X-Currency": "JPY"}}
    assert (await page(client, sort="PRICE_ASC", **yen))[0] == ["B", "C", "A"]
    await set_prices(shop, [web], {"A": {"JPY": "50"}})
    assert (await page(client, sort="PRICE_ASC", **yen))[0] == ["A", "B", "C"]


async def test_page_of_none_tells_whether_there_is_anything(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    nothing = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert await page(client, first=0) == ([], nothing)
    await make_product(shop, "Mug", web)
    assert await page(client, first=0) == ([], {**nothing, "hasNextPage": True})


async def test_page_has_twenty_items_when_nothing_is_said(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    for i in range(21):
        await make_product(shop, f"Mug {i}", web)
    names, position = await page(client)
    assert (len(names), position["hasNextPage"]) == (20, True)
    assert len((await page(client, first=100))[0]) == 21


async def test_cursors_of_another_order_are_refused(shop: Shop, client: Client, clock: TestClock) -> None:
    await stock_shelf(shop, clock)
    cursors = {sort: (await page(client, sort=sort, first=1))[1]["endCursor"] for sort in ORDERS}
    for made_in, cursor in cursors.items():
        for sort in ORDERS:
            errors = (await client.send(LIST, sort=sort, after=cursor)).get("errors", [])
            codes = [error["extensions"]["code"] for error in errors]
            assert codes == ([] if sort == made_in else ["BAD_USER_INPUT"]), (made_in, sort)


@pytest.mark.parametrize(
    ("sort", "headers"), [("PRICE_ASC", {"X-Currency": "JPY"}), ("NAME", {"Accept-Language": "zh-Hans"})]
)
async def test_cursors_of_another_context_are_refused(
    shop: Shop, client: Client, clock: TestClock, sort: str, headers: dict[str, str]
) -> None:
    await stock_shelf(shop, clock)
    cursor = (await page(client, sort=sort, first=1))[1]["endCursor"]
    [error] = (await client.send(LIST, headers, sort=sort, after=cursor))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize("keys", [[], [1], ["x", "y"], [1, 2, 3], [None, None], [10**30, 1], [{"u": "x"}, 1]])
async def test_forged_cursors_are_refused(shop: Shop, client: Client, clock: TestClock, keys: list[Any]) -> None:
    await stock_shelf(shop, clock)
    forged = base64.urlsafe_b64encode(json.dumps(["RELEVANCE", *keys]).encode()).decode().rstrip("=")
    [error] = (await client.send(LIST, after=forged))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    goods=st.lists(
        st.tuples(st.sampled_from("abABc"), st.integers(-1, 2), st.sampled_from([None, "0.00", "5.00", "7.50"])),
        max_size=9,
    ),
    size=st.integers(1, 4),
)
async def test_pages_of_any_size_hold_each_product_once(
    shop: Shop, client: Client, clock: TestClock, goods: list[Good], size: int
) -> None:
    number = next(_numbers)
    web = await make_channel(shop, f"web-{number}")
    shelf = await make_category(shop, f"Shelf {number}")
    for i, (name, rank, price) in enumerate(goods):
        await make_product(shop, name, web, sku=f"sku-{number}-{i}", rank=rank, price=price, categories=[shelf])
        clock.advance(seconds=i % 2)
    here: dict[str, Any] = {"headers": {"X-Channel": f"web-{number}"}}
    for sort in ORDERS:
        for narrow in ({}, {"filter": {"categoryIds": [category_id(shelf)]}}):
            assert await forward(client, size, sort=sort, **narrow, **here) == in_order(sort, goods)
            assert await backward(client, size, sort=sort, **narrow, **here) == in_order(sort, goods)
