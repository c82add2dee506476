"""Customers as they see themselves, and as the staff sees them."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from commerce.customers import actions, queries
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.jobs import drain
from tests.accounts.documents import SIGN_IN, VIEWER, signed_in
from tests.accounts.factory import PASSWORD, make_staff
from tests.conftest import Client, ShopUnderTest
from tests.customers.factory import act_as, act_in, make_customer
from tests.shopfront import open_shop

ME = """{ viewer { id customer { id name email phone locale isActive note groups { code } channels { code } } } }"""
UPDATE = """mutation($input: CustomerUpdateInput!) {
  customerUpdate(input: $input) { customer { name locale } userErrors { code field message } }
}"""
LIST = """query($q: String, $groupId: ID, $channel: String, $first: Int, $after: String) {
  customers(query: $q, groupId: $groupId, channel: $channel, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id name email phone channels { code } }
  }
}"""
ONE = "query($id: ID!) { customer(id: $id) { name note } node(id: $id) { id } }"
NOTE = """mutation($id: ID!, $note: String) {
  customerNoteSet(input: {customerId: $id, note: $note}) { customer { note } userErrors { code field } }
}"""
SWITCH = """mutation($id: ID!) {
  %s(input: {customerId: $id}) { customer { isActive } userErrors { code field } }
}"""


def cid(key: UUID) -> str:
    return ids.encode("customer", key)


async def names(client: Client, **sought: Any) -> list[str]:
    return [node["name"] for node in (await client(LIST, **sought))["customers"]["nodes"]]


async def test_customers_see_themselves_in_clear_and_nothing_of_the_staff(shop: ShopUnderTest, client: Client) -> None:
    mia = await make_customer(shop, phone="+12015550123")
    client.act()
    await client(NOTE, id=cid(mia), note="Pays late")
    act_as(client, mia)
    viewer = (await client(ME))["viewer"]
    assert viewer == {
        "id": cid(mia),
        "customer": {
            "id": cid(mia), "name": "Mia Park", "email": "mia@example.com", "phone": "+12015550123", "locale": None,
            "isActive": True, "note": None, "groups": [], "channels": [],
        },
    }  # fmt: skip


async def test_who_acts_in_the_place_of_a_customer_sees_masks(shop: ShopUnderTest, client: Client) -> None:
    mia, ada = await make_customer(shop, phone="+8613812345678"), await make_staff(shop)
    act_as(client, mia, behind=ada.id)
    seen = (await client(ME))["viewer"]["customer"]
    assert (seen["name"], seen["email"], seen["phone"]) == ("M***", "m***@example.com", "138****5678")


async def test_customers_change_what_they_tell_of_themselves(shop: ShopUnderTest, client: Client) -> None:
    act_as(client, await make_customer(shop))
    changed = (await client(UPDATE, input={"name": " Mia Lee ", "locale": "zh-hans"}))["customerUpdate"]
    assert changed == {"customer": {"name": "Mia Lee", "locale": "zh-Hans"}, "userErrors": []}
    assert (await client(UPDATE, input={"locale": None}))["customerUpdate"]["customer"] == {
        "name": "Mia Lee", "locale": None,
    }  # fmt: skip
    refused = (await client(UPDATE, input={"name": "x" * 101, "locale": "en"}))["customerUpdate"]
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [("INVALID", ["input", "name"])]
    assert (await client(ME))["viewer"]["customer"]["locale"] is None


async def test_staff_finds_customers_by_exact_contact_in_any_spelling(shop: ShopUnderTest, client: Client) -> None:
    await open_shop(shop)
    await make_customer(shop, phone="+12015550123")
    await make_customer(shop, "li@example.com", "+8613812345678", "李雷")
    client.act(Permission.CUSTOMERS_READ)
    for query in (
        "li@example.com",
        " LI@Example.com",
        "+86 138 1234 5678",
        "0086 138-1234-5678",
        "李@x.y",
        "Mia",
        "mia@",
    ):
        found = await names(client, q=query)
        assert found == (["李*"] if query[0] in "l+0 " else []), query
    for query in ("(201) 555-0123", "2015550123", "001 201 555 0123"):
        assert await names(client, q=query) == ["M***"], query
    in_china = {"X-Channel": "asia"}
    page = (await client(LIST, in_china, q="138 1234 5678"))["customers"]
    assert [node["phone"] for node in page["nodes"]] == ["138****5678"]
    assert (page["totalCount"], await names(client, q="138 1234 5678")) == (1, [])


async def test_customers_are_listed_in_pages_the_newest_first(shop: ShopUnderTest, client: Client) -> None:
    for name in ("Ann", "Ben", "Cat"):
        await make_customer(shop, f"{name}@example.com".lower(), name=name)
    await make_staff(shop)
    client.act(Permission.CUSTOMERS_READ)
    page = (await client(LIST, first=2))["customers"]
    assert [node["name"] for node in page["nodes"]] == ["C***", "B***"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    assert await names(client, after=page["pageInfo"]["endCursor"]) == ["A***"]


async def test_staff_of_a_channel_sees_only_who_is_known_there(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    web, asia = goods.channels["web"], goods.channels["asia"]
    mia = await make_customer(shop, channels=[web])
    ben = await make_customer(shop, "ben@example.com", name="Ben", channels=[asia, web])
    eve = await make_customer(shop, "eve@example.com", name="Eve")
    act_in(client, asia, Permission.CUSTOMERS_READ)
    page = (await client(LIST))["customers"]
    assert [(node["name"], node["channels"]) for node in page["nodes"]] == [("B***", [{"code": "asia"}])]
    assert page["totalCount"] == 1
    for sought in ({"q": "mia@example.com"}, {"channel": "web"}, {"channel": "nowhere"}):
        assert await names(client, **sought) == []
    for key in (mia, eve):
        assert await client(ONE, id=cid(key)) == {"customer": None, "node": None}
    assert (await client(ONE, id=cid(ben)))["node"] == {"id": cid(ben)}
    client.act(Permission.CUSTOMERS_READ)
    assert await names(client, channel="web") == ["B***", "M***"]
    act_in(client, web, Permission.ORDERS_READ)
    answer = await client.send(LIST)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_staff_changes_only_customers_of_its_channels(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    mia = await make_customer(shop, channels=[goods.channels["web"]])
    for channel, errors in (("asia", [{"code": "NOT_FOUND", "field": ["input", "customerId"]}]), ("web", [])):
        act_in(client, goods.channels[channel], Permission.CUSTOMERS_WRITE)
        for text in (NOTE, SWITCH % "customerDeactivate", SWITCH % "customerActivate"):
            [answer] = (await client(text, id=cid(mia))).values()
            assert answer["userErrors"] == errors


async def test_reading_is_not_changing(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    mia = await make_customer(shop, channels=[goods.channels["web"]])
    client.shop.acting = None
    act_in(client, goods.channels["web"], Permission.CUSTOMERS_READ)
    answer = await client.send(NOTE, id=cid(mia), note="x")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_who_is_kept_out_is_out_at_once_until_let_in_again(shop: ShopUnderTest, client: Client) -> None:
    mia = await make_customer(shop)
    await signed_in(client, "mia@example.com")
    client.act(Permission.CUSTOMERS_WRITE)
    out = (await client(SWITCH % "customerDeactivate", id=cid(mia)))["customerDeactivate"]
    assert out["customer"] == {"isActive": False}
    shop.acting = None
    assert (await client.send(VIEWER))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    client.token = None
    refused = (await client(SIGN_IN, email="mia@example.com", password=PASSWORD))["signIn"]
    assert refused["tokens"] is None
    client.act(Permission.CUSTOMERS_WRITE)
    await client(SWITCH % "customerActivate", id=cid(mia))
    shop.acting = None
    await signed_in(client, "mia@example.com")
    assert (await client(VIEWER))["viewer"] == {"name": "Mia Park"}


async def test_staff_is_not_let_in_and_out_as_customers(shop: ShopUnderTest, client: Client) -> None:
    ada = await make_staff(shop)
    async with shop.context().transaction() as session:
        await queries.lock_customer(session, ada.id)
    client.act(Permission.CUSTOMERS_WRITE)
    refused = (await client(SWITCH % "customerDeactivate", id=cid(ada.id)))["customerDeactivate"]
    assert [e["code"] for e in refused["userErrors"]] == ["STATE_NOT_ALLOWED"]


async def test_who_signs_in_is_known_in_the_channel(shop: ShopUnderTest, client: Client) -> None:
    await open_shop(shop)
    mia, ada = await make_customer(shop), await make_staff(shop)
    for email, channel in (("mia@example.com", "asia"), ("mia@example.com", "asia"), ("ada@example.com", "web")):
        await client(SIGN_IN, {"X-Channel": channel}, email=email, password=PASSWORD)
    await drain(shop.context())
    known = await queries.presence_of(shop.context(), [mia, ada.id])
    markets = {row[0]: row[1] for row in [(c, 1) for c in known[0]]}
    assert (len(markets), known[1]) == (1, [])
    client.act(Permission.CUSTOMERS_READ)
    assert await names(client, channel="asia") == ["M***"]


@pytest.mark.race
async def test_presence_is_noted_once_however_many_note_it(racing_shop: ShopUnderTest) -> None:
    goods = await open_shop(racing_shop)
    mia = await make_customer(racing_shop)

    async def note() -> None:
        async with racing_shop.context().transaction() as session:
            await actions.note_presence(session, mia, goods.channels["web"])

    await asyncio.gather(*(note() for _ in range(8)))
    assert await queries.presence_of(racing_shop.context(), [mia]) == [[goods.channels["web"]]]


async def test_many_customers_take_no_more_statements_than_few(
    shop: ShopUnderTest, client: Client, counted: Any
) -> None:
    goods = await open_shop(shop)
    text = """query($first: Int) { customers(first: $first) { totalCount nodes {
      name note addresses { address { formatted } } consents { purpose } groups { name } channels { code }
      exports { url } erasure { status }
    } } }"""
    for i in range(5):
        await make_customer(shop, f"c{i}@example.com", channels=goods.channels.values())
    client.act(Permission.CUSTOMERS_READ)
    counts = []
    for first in (1, 1, 5):  # the first one reads what is remembered afterwards
        counted()
        page = (await client(text, first=first))["customers"]
        assert len(page["nodes"]) == first
        counts.append(len(counted()))
    assert counts[1] == counts[2]
