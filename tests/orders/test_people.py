"""Orders of people: who sees them, how much of them, and that nothing of whom they are for lies open at rest."""

from typing import Any

import pytest
from sqlalchemy import text

from commerce.kit import ids
from commerce.kit.actor import GUEST, Actor, ActorKind, Permission
from commerce.kit.ids import new_key
from tests.conftest import Client, ShopUnderTest
from tests.orders.test_graphql import CANCEL, FULFILL, REFUND
from tests.shopfront import UPDATE, Goods, complete, make_person, open_shop, ready_checkout

MINE = """query($id: ID!) { order(id: $id) { id number email phone note
  shippingAddress { name company lines city district region postalCode country phone formatted }
  billingAddress { name } timeline { message } } }"""
LIST = "query($search: String) { orders(query: $search) { totalCount nodes { id email } } }"
PAID = (
    "mutation($input: OrderMarkPaidInput!) { orderMarkPaid(input: $input) { order { id } userErrors { code field } } }"
)
CHINA = {
    "name": "李雷", "company": "海港", "lines": ["科技园1号"], "city": "深圳市", "district": "南山区", "region": "CN-GD",
    "postalCode": "518000", "country": "CN", "phone": "+8613812345678",
}  # fmt: skip
READS = [Permission.ORDERS_READ]


async def bought(client: Client, goods: Goods, key: str = "buy", country: str = "US", **filled: Any) -> dict[str, Any]:
    """A paid order, with some of its checkout filled in otherwise."""
    checkout = await ready_checkout(client, goods, country, **({"X-Channel": "asia"} if country == "CN" else {}))
    if filled:
        updated = (await client(UPDATE, input={"checkoutId": checkout["id"], **filled}))["checkoutUpdate"]
        assert updated["userErrors"] == []
    payload = await complete(client, checkout, f"a key that is long: {key}")
    assert payload["userErrors"] == []
    return {**payload["order"], "checkout": checkout["id"]}


def staff_of(goods: Goods, channel: str, *permissions: Permission) -> Actor:
    return Actor(ActorKind.STAFF, new_key(), within={goods.channels[channel]: frozenset(permissions)})


async def test_order_of_a_person_is_theirs_at_once_and_shown_to_nobody_else(
    shop: ShopUnderTest, client: Client
) -> None:
    goods = await open_shop(shop)
    shop.acting = owner = await make_person(shop, email="owner@example.com")
    order = await bought(client, goods, email="somebody.else@example.com")
    seen = (await client(MINE, id=order["id"]))["order"]
    assert seen["email"] == "somebody.else@example.com", "and stays theirs, whatever address it goes to"
    assert seen["shippingAddress"]["name"] == "Ada Park"
    assert (await client("query($id: ID!) { node(id: $id) { id } }", id=order["id"]))["node"] == {"id": order["id"]}
    for stranger in (
        None,
        await make_person(shop, email="somebody.else@example.com"),
        Actor(ActorKind.STAFF, new_key()),
    ):
        shop.acting = stranger
        assert (await client(MINE, id=order["id"]))["order"] is None
        assert (await client("query($id: ID!) { checkout(id: $id) { order { id } } }", id=order["checkout"])) == {
            "checkout": None
        }
    shop.acting = Actor(ActorKind.CUSTOMER, owner.id, behind=new_key())
    masked = (await client(MINE, id=order["id"]))["order"]
    assert (masked["number"], masked["email"]) == (order["number"], "s***@example.com"), "seen by staff in their place"


async def test_staff_sees_whom_it_is_for_masked(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    order = await bought(
        client, goods, country="CN", email="li.lei@example.com", phone="+8613812345678",
        shippingAddress=CHINA, billingAddress=CHINA,
    )  # fmt: skip
    client.act(Permission.ORDERS_READ)
    seen = (await client(MINE, id=order["id"]))["order"]
    assert (seen["email"], seen["phone"]) == ("l***@example.com", "138****5678")
    address = seen["shippingAddress"]
    assert address.pop("formatted")
    assert address == {
        "name": "李*", "company": "海*", "lines": ["***"], "city": "深圳市", "district": "南山区", "region": "CN-GD",
        "postalCode": "***", "country": "CN", "phone": "138****5678",
    }  # fmt: skip
    assert seen["billingAddress"] == {"name": "李*"}
    for part in ("李雷", "科技园", "518000", "13812345678", "li.lei"):
        assert part not in str(seen)
        assert part not in str(await client(LIST))
    client.act(Permission.ORDERS_WRITE)
    document = CANCEL.replace("email", "email phone billingAddress { name }")
    canceled = (await client(document, input={"orderId": order["id"], "idempotencyKey": "c"}))["orderCancel"]["order"]
    assert (canceled["email"], canceled["billingAddress"]) == ("l***@example.com", {"name": "李*"})


async def test_whom_orders_and_checkouts_are_for_is_sealed_at_rest(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    await bought(
        client, goods, country="CN", email="li.lei@example.com", phone="+8613812345678",
        shippingAddress=CHINA, billingAddress=CHINA,
    )  # fmt: skip
    for table in ("orders_order", "checkout_checkout", "orders_event", "payments_payment", "payments_test_charge",
                  "payments_attempt", "payments_webhook_message", "kit_event", "kit_idempotency_key", "pgqueuer"):  # fmt: skip
        [[rows]] = await shop.database.rows(text(f"select coalesce(string_agg(t::text, ' '), '') from {table} t"))
        lines = "".join(bytes.fromhex(part).decode("latin-1") for part in _hexes(rows))
        for part in ("li.lei", "example.com", "13812345678", "李雷", "科技园", "518000"):
            assert part not in rows, (table, part)
            assert part.encode().decode("latin-1") not in lines, (table, part)
    [[country]] = await shop.database.rows(text("select country from orders_order"))
    assert country == "CN", "for reports and taxes"


def _hexes(rows: str) -> list[str]:
    return [part.split(",")[0].split('"')[0].split(")")[0] for part in rows.replace("\\\\x", "\\x").split("\\x")[1:]]


SPELLINGS = [
    "li.lei@example.com", "  Li.Lei@EXAMPLE.com ", "ｌｉ.lei@example.com", "+8613812345678", "13812345678",
    "138 1234 5678", "+86 138-1234-5678", "0086 138 1234 5678",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_orders_are_found_by_address_and_phone_in_any_spelling(
    shop: ShopUnderTest, client: Client, spelling: str
) -> None:
    goods = await open_shop(shop)
    wanted = await bought(client, goods, "one", email="Li.Lei@example.com", phone="+8613812345678")
    await bought(client, goods, "two", email="li.lei@example.com.au", phone="+8613812345679")
    client.act(Permission.ORDERS_READ)
    found = (await client(LIST, search=spelling))["orders"]
    assert (found["totalCount"], [one["id"] for one in found["nodes"]]) == (1, [wanted["id"]])


@pytest.mark.parametrize("text", ["", "@", "nobody@example.com", "+86", "0", "x" * 10_000, "1" * 200, "\u0000", "%"])
async def test_what_is_nobodys_finds_nothing(shop: ShopUnderTest, client: Client, text: str) -> None:
    await bought(client, await open_shop(shop))
    client.act(Permission.ORDERS_READ)
    answer = await client.send(LIST, search=text)
    if "errors" in answer:
        assert {error["extensions"]["code"] for error in answer["errors"]} <= {"BAD_USER_INPUT", "BAD_REQUEST"}
    else:
        assert answer["data"]["orders"] == {"totalCount": 0, "nodes": []}


async def test_staff_of_a_channel_sees_no_order_of_another(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    asia = await bought(client, goods, "asia", country="CN", email="same@example.com", phone="+8613812345678")
    web = await bought(client, goods, "web", email="same@example.com", phone="+8613812345678")
    for channel, own, other in (("web", web, asia), ("asia", asia, web)):
        shop.acting = staff_of(goods, channel, Permission.ORDERS_READ)
        assert (await client(MINE, id=own["id"]))["order"]["id"] == own["id"]
        assert (await client(MINE, id=other["id"]))["order"] is None
        nodes = await client("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[own["id"], other["id"]])
        assert nodes["nodes"] == [{"id": own["id"]}, None]
        for search in (None, "same@example.com", "13812345678", own["number"]):
            found = (await client(LIST, search=search))["orders"]
            assert (found["totalCount"], [one["id"] for one in found["nodes"]]) == (1, [own["id"]]), search
        assert (await client(LIST, search=other["number"]))["orders"] == {"totalCount": 0, "nodes": []}


async def test_pages_of_a_channel_hold_its_orders_only(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    placed = [await bought(client, goods, f"{i}", country="CN" if i % 2 else "US") for i in range(6)]
    shop.acting = staff_of(goods, "asia", Permission.ORDERS_READ)
    document = """query($first: Int, $after: String) { orders(first: $first, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor } } }"""
    first = (await client(document, first=2))["orders"]
    rest = (await client(document, first=2, after=first["pageInfo"]["endCursor"]))["orders"]
    listed = [one["id"] for one in [*first["nodes"], *rest["nodes"]]]
    assert listed == [placed[i]["id"] for i in (5, 3, 1)]
    assert rest["pageInfo"]["hasNextPage"] is False


async def test_staff_of_a_channel_changes_no_order_of_another(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    order = await bought(client, goods)
    verbs = [(CANCEL, {}), (FULFILL, {}), (REFUND, {"amount": "1.00"}), (PAID, {})]
    before = await shop.database.rows(text("select * from orders_order"))
    shop.acting = staff_of(goods, "asia", *Permission)
    for i, (document, more) in enumerate(verbs):
        [payload] = (await client(document, input={"orderId": order["id"], "idempotencyKey": f"k{i}", **more})).values()
        assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [("NOT_FOUND", ["input", "orderId"])]
        assert payload["order"] is None
    assert await shop.database.rows(text("select * from orders_order")) == before
    shop.acting = staff_of(goods, "web", Permission.ORDERS_WRITE)
    for i, (document, more) in enumerate([verbs[2], verbs[1]]):
        [payload] = (await client(document, input={"orderId": order["id"], "idempotencyKey": f"w{i}", **more})).values()
        assert (payload["userErrors"], payload["order"]["id"]) == ([], order["id"])


async def test_who_has_lost_a_channel_is_told_nothing_by_an_old_key(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    order = await bought(client, goods)
    shop.acting = staff_of(goods, "web", Permission.ORDERS_WRITE)
    given = {"orderId": order["id"], "idempotencyKey": "c"}
    assert (await client(CANCEL, input=given))["orderCancel"]["order"]["id"] == order["id"]
    within = {goods.channels["asia"]: frozenset([Permission.ORDERS_WRITE])}
    shop.acting = Actor(ActorKind.STAFF, shop.acting.id, within=within)
    assert (await client(CANCEL, input=given))["orderCancel"] == {"order": None, "userErrors": []}


async def test_internal_entries_are_for_staff_of_the_channel(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    shop.acting = owner = await make_person(shop)
    order = await bought(client, goods)
    async with shop.database.session() as session:
        await session.execute(text("update orders_event set is_public = false where kind = 'PAID'"))
    counts = []
    for actor in (owner, staff_of(goods, "web", Permission.ORDERS_READ)):
        shop.acting = actor
        counts.append(len((await client(MINE, id=order["id"]))["order"]["timeline"]))
    assert counts == [1, 2]
    shop.acting = GUEST
    assert (await client(MINE, id=ids.encode("order", new_key())))["order"] is None
