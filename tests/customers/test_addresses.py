"""Address books."""

import asyncio
from typing import Any

import pytest

from commerce.customers import queries
from commerce.customers.rules import MOST_ADDRESSES
from commerce.kit import ids
from commerce.kit.actor import Permission
from tests.conftest import Client, ShopUnderTest
from tests.customers.documents import ADDRESS_CREATE, ADDRESS_DELETE, ADDRESS_UPDATE, BOOK
from tests.customers.factory import act_as, act_in, make_customer
from tests.shopfront import ADDRESSES, complete, open_shop, ready_checkout

GB = {"name": "Ada Park", "lines": ["10 Downing St"], "city": "London", "postalCode": "SW1A 2AA"}


def given(country: str, **changed: Any) -> dict[str, Any]:
    known = {**ADDRESSES, "GB": GB}[country]
    return {name: value for name, value in {**known, "country": country, **changed}.items() if value is not None}


async def create(client: Client, country: str = "DE", **flags: Any) -> dict[str, Any]:
    return (await client(ADDRESS_CREATE, input={"address": given(country), **flags}))["customerAddressCreate"]


async def update(client: Client, key: str, **changed: Any) -> dict[str, Any]:
    return (await client(ADDRESS_UPDATE, input={"addressId": key, **changed}))["customerAddressUpdate"]


async def book(client: Client) -> list[dict[str, Any]]:
    return (await client(BOOK))["viewer"]["customer"]["addresses"]


async def test_the_first_address_is_the_default_until_another_one_becomes_it(
    shop: ShopUnderTest, client: Client
) -> None:
    act_as(client, await make_customer(shop))
    first = (await create(client))["customerAddress"]
    assert first["address"] == {
        "name": "Ada Park", "lines": ["Hafenstraße 1"], "city": "Hamburg", "region": None, "postalCode": "20457",
        "country": "DE", "phone": None, "formatted": ["Ada Park", "Hafenstraße 1", "20457 HAMBURG", "GERMANY"],
    }  # fmt: skip
    assert first["isDefaultShipping"]
    assert first["isDefaultBilling"]
    second = (await create(client, "US", isDefaultShipping=True))["customerAddress"]
    assert [(a["id"], a["isDefaultShipping"], a["isDefaultBilling"]) for a in await book(client)] == [
        (second["id"], True, False),
        (first["id"], False, True),
    ]
    await update(client, first["id"], isDefaultShipping=True)
    again = (await update(client, first["id"], isDefaultShipping=True, isDefaultBilling=True))["customerAddress"]
    assert (again["isDefaultShipping"], again["isDefaultBilling"]) == (True, True)
    assert [a["isDefaultShipping"] for a in await book(client)] == [True, False]
    assert (await client(ADDRESS_DELETE, id=first["id"]))["customerAddressDelete"]["deletedId"] == first["id"]
    assert [a["isDefaultShipping"] for a in await book(client)] == [False]


async def test_an_address_is_replaced_as_a_whole(shop: ShopUnderTest, client: Client) -> None:
    act_as(client, await make_customer(shop))
    entry = (await create(client, "US"))["customerAddress"]
    changed = (await update(client, entry["id"], address=given("JP")))["customerAddress"]
    assert (changed["address"]["country"], changed["address"]["city"]) == ("JP", None)
    assert (await update(client, entry["id"], address=given("DE", postalCode="1")))["userErrors"][0]["field"] == [
        "input", "address", "postalCode",
    ]  # fmt: skip
    assert (await book(client))[0]["address"]["country"] == "JP"


@pytest.mark.parametrize(
    ("country", "changed", "code", "field"),
    [
        ("US", {"postalCode": "ABC"}, "INVALID", ["postalCode"]),
        ("US", {"region": None}, "REQUIRED", ["region"]),
        ("US", {"region": "US-XX"}, "INVALID", ["region"]),
        ("DE", {"postalCode": "2045"}, "INVALID", ["postalCode"]),
        ("DE", {"city": None}, "REQUIRED", ["city"]),
        ("CN", {"postalCode": "5180"}, "INVALID", ["postalCode"]),
        ("CN", {"region": "CN-44"}, "INVALID", ["region"]),
        ("JP", {"region": None}, "REQUIRED", ["region"]),
        ("JP", {"postalCode": "15-00001"}, "INVALID", ["postalCode"]),
        ("GB", {"postalCode": "123456"}, "INVALID", ["postalCode"]),
        ("GB", {"lines": []}, "REQUIRED", ["lines"]),
        ("GB", {"lines": ["a", "b", "c", "d"]}, "INVALID", ["lines"]),
        ("GB", {"name": " "}, "REQUIRED", ["name"]),
        ("GB", {"phone": "020 7946"}, "INVALID", ["phone"]),
    ],
)
async def test_what_the_post_would_not_deliver_is_refused_where_it_is_wrong(
    shop: ShopUnderTest, client: Client, country: str, changed: dict[str, Any], code: str, field: list[str]
) -> None:
    act_as(client, await make_customer(shop))
    refused = await client(ADDRESS_CREATE, input={"address": given(country, **changed)})
    errors = refused["customerAddressCreate"]["userErrors"]
    assert [(e["code"], e["field"]) for e in errors] == [(code, ["input", "address", *field])]
    assert await book(client) == []


async def test_nobody_touches_the_addresses_of_others(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    mia = await make_customer(shop, channels=[goods.channels["web"]])
    act_as(client, mia)
    entry = (await create(client, "US"))["customerAddress"]["id"]
    act_as(client, await make_customer(shop, "ben@example.com"))
    expected = [{"code": "NOT_FOUND", "field": ["input", "addressId"]}]
    refused = await update(client, entry, isDefaultBilling=True)
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [("NOT_FOUND", ["input", "addressId"])]
    assert (await client(ADDRESS_DELETE, id=entry))["customerAddressDelete"]["userErrors"] == expected
    node = "query($id: ID!) { node(id: $id) { ... on CustomerAddress { address { name lines city postalCode } } } }"
    assert (await client(node, id=entry))["node"] is None
    act_in(client, goods.channels["asia"], Permission.CUSTOMERS_READ)
    assert (await client(node, id=entry))["node"] is None
    act_in(client, goods.channels["web"], Permission.CUSTOMERS_READ)
    assert (await client(node, id=entry))["node"]["address"] == {
        "name": "A***", "lines": ["***"], "city": "Newark", "postalCode": "***",
    }  # fmt: skip
    text = "query($id: ID!) { customer(id: $id) { addresses { address { name formatted } } } }"
    shown = (await client(text, id=ids.encode("customer", mia)))["customer"]["addresses"]
    assert "Pier" not in str(shown)
    assert "NEWARK" in str(shown)


async def test_an_address_book_is_full_at_fifty(shop: ShopUnderTest, client: Client) -> None:
    act_as(client, await make_customer(shop))
    for _ in range(MOST_ADDRESSES):
        assert (await create(client))["userErrors"] == []
    refused = await create(client)
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [("LIMIT_EXCEEDED", ["input", "address"])]
    assert len(await book(client)) == MOST_ADDRESSES


async def test_changing_an_address_changes_no_order(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    act_as(client, await make_customer(shop))
    entry = (await create(client, "US"))["customerAddress"]["id"]
    order = (await complete(client, await ready_checkout(client, goods)))["order"]["id"]
    read = "query($id: ID!) { order(id: $id) { shippingAddress { name lines city postalCode } } }"
    before = (await client(read, id=order))["order"]
    assert before["shippingAddress"]["lines"] == ADDRESSES["US"]["lines"]
    await update(client, entry, address=given("DE"))
    assert (await client(read, id=order))["order"] == before
    await client(ADDRESS_DELETE, id=entry)
    assert (await client(read, id=order))["order"] == before


async def test_the_same_request_again_adds_one_address(shop: ShopUnderTest, client: Client) -> None:
    act_as(client, await make_customer(shop))
    sent = {"address": given("DE")}
    made = [await client(ADDRESS_CREATE, {"Idempotency-Key": "1"}, input=sent) for _ in range(2)]
    assert made[0] == made[1]
    assert len(await book(client)) == 1


async def test_nothing_of_an_address_is_kept_in_clear(shop: ShopUnderTest, client: Client) -> None:
    act_as(client, await make_customer(shop))
    await create(client)
    [row] = await shop.database.rows(queries.addresses._by_key, keys=[ids.decode("customer_address", (await book(client))[0]["id"])])  # fmt: skip
    assert b"Hafen" not in bytes(row[2])


@pytest.mark.race
async def test_addresses_that_are_added_at_once_never_exceed_the_limit(racing_shop: ShopUnderTest) -> None:
    client = Client(racing_shop)
    act_as(client, await make_customer(racing_shop))
    for _ in range(MOST_ADDRESSES - 3):
        await create(client)
    answers = await asyncio.gather(*(create(client, isDefaultShipping=True) for _ in range(8)))
    assert sorted(str([e["code"] for e in a["userErrors"]]) for a in answers) == ["['LIMIT_EXCEEDED']"] * 5 + ["[]"] * 3
    kept = await book(client)
    assert (len(kept), sum(a["isDefaultShipping"] for a in kept)) == (MOST_ADDRESSES, 1)
    await client.http.aclose()


@pytest.mark.race
async def test_the_first_address_of_somebody_is_added_at_once(racing_shop: ShopUnderTest) -> None:
    client = Client(racing_shop)
    act_as(client, await make_customer(racing_shop))
    answers = await asyncio.gather(*(create(client) for _ in range(6)))
    assert [a["userErrors"] for a in answers] == [[]] * 6
    assert sum(a["isDefaultBilling"] for a in await book(client)) == 1
    await client.http.aclose()
