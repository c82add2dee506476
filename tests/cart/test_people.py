"""Carts and checkouts of people: theirs alone. Those of guests are open to whoever knows their id."""

from typing import Any

import pytest
from sqlalchemy import text

from commerce.kit.actor import GUEST, Actor, ActorKind, Permission
from commerce.kit.ids import new_key
from tests.conftest import Client, ShopUnderTest
from tests.shopfront import (
    CART_CREATE,
    COMPLETE,
    LINES_ADD,
    LINES_UPDATE,
    START,
    UPDATE,
    Goods,
    complete,
    make_person,
    open_shop,
    ready_checkout,
)

CART = "query($id: ID!) { cart(id: $id) { id totalQuantity } }"
CHECKOUT = "query($id: ID!) { checkout(id: $id) { id email } }"
NODE = "query($id: ID!) { node(id: $id) { id } }"
NOTE = "mutation($input: CartNoteSetInput!) { cartNoteSet(input: $input) { cart { id } userErrors { code field } } }"


def told(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


async def strangers(shop: ShopUnderTest) -> list[Actor]:
    """Everybody who is somebody else."""
    return [
        GUEST,
        await make_person(shop),
        Actor(ActorKind.STAFF, new_key(), frozenset(Permission)),
        Actor(ActorKind.APP, new_key(), frozenset(Permission)),
    ]


async def changes(goods: Goods, checkout: dict[str, Any], line: str) -> list[tuple[str, dict[str, Any], str]]:
    """Every way to change a cart or its checkout, with the field that is told not to be found."""
    cart, variant = checkout["cart"]["id"], goods.variant("MUG")
    return [
        (LINES_ADD, {"cartId": cart, "lines": [{"variantId": variant}]}, "cartId"),
        (LINES_UPDATE, {"cartId": cart, "lines": [{"lineId": line, "quantity": 9}]}, "cartId"),
        (NOTE, {"cartId": cart, "note": "mine"}, "cartId"),
        (START, {"cartId": cart, "email": "eve@example.com"}, "cartId"),
        (UPDATE, {"checkoutId": checkout["id"], "email": "eve@example.com"}, "checkoutId"),
        (UPDATE, {"checkoutId": checkout["id"]}, "checkoutId"),
        (
            COMPLETE,
            {"checkoutId": checkout["id"], "expectedTotal": checkout["totals"]["total"]["amount"]},
            "checkoutId",
        ),
    ]


async def test_cart_of_a_person_does_not_exist_for_others(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    shop.acting = owner = await make_person(shop)
    checkout = await ready_checkout(client, goods)
    line = (await client("query($id: ID!) { cart(id: $id) { lines { id } } }", id=checkout["cart"]["id"]))["cart"][
        "lines"
    ][0]["id"]
    before = await client(CART, id=checkout["cart"]["id"])
    for stranger in await strangers(shop):
        shop.acting = stranger
        assert (await client(CART, id=checkout["cart"]["id"]))["cart"] is None
        assert (await client(CHECKOUT, id=checkout["id"]))["checkout"] is None
        for one in (checkout["id"], checkout["cart"]["id"]):
            assert (await client(NODE, id=one))["node"] is None
        for i, (document, given, field) in enumerate(await changes(goods, checkout, line)):
            [payload] = (await client(document, {"Idempotency-Key": f"a stranger's key {i}"}, input=given)).values()
            assert told(payload) == [("NOT_FOUND", ["input", field])]
            assert not payload.get("cart")
            assert not payload.get("checkout")
    shop.acting = owner
    assert await client(CART, id=checkout["cart"]["id"]) == before
    assert (await client(CHECKOUT, id=checkout["id"]))["checkout"] == {"id": checkout["id"], "email": "ada@example.com"}
    assert (await complete(client, checkout))["userErrors"] == []


async def test_staff_who_acts_as_the_customer_counts_as_the_customer(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    shop.acting = owner = await make_person(shop)
    checkout = await ready_checkout(client, goods)
    shop.acting = Actor(ActorKind.CUSTOMER, owner.id, behind=new_key())
    assert (await client(CHECKOUT, id=checkout["id"]))["checkout"]["id"] == checkout["id"]
    assert (await complete(client, checkout))["userErrors"] == []


@pytest.mark.parametrize("kind", [ActorKind.GUEST, ActorKind.CUSTOMER])
async def test_cart_of_a_guest_stays_open_to_who_knows_its_id(
    shop: ShopUnderTest, client: Client, kind: ActorKind
) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods, quantities={"MUG": 1})
    shop.acting = await make_person(shop) if kind is ActorKind.CUSTOMER else None
    lines = [{"variantId": goods.variant("TEA"), "quantity": 1}]
    added = (await client(LINES_ADD, input={"cartId": checkout["cart"]["id"], "lines": lines}))["cartLinesAdd"]
    assert (told(added), added["cart"]["totalQuantity"]) == ([], 2)
    shop.acting = None  # it was used by somebody who has signed in, and is a guest's still
    assert (await client(CART, id=checkout["cart"]["id"]))["cart"]["totalQuantity"] == 2


async def test_a_program_buys_for_guests(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    client.act_as_app()
    cart = (await client(CART_CREATE, input={"lines": [{"variantId": goods.variant("MUG")}]}))["cartCreate"]["cart"]
    client.leave()
    assert (await client(CART, id=cart["id"]))["cart"]["id"] == cart["id"]


async def test_viewer_finds_the_own_cart_of_the_channel(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    asia = {"X-Channel": "asia"}
    document = "{ viewer { cart { id } customer { cart { id } } } }"
    shop.acting = await make_person(shop)
    assert (await client(document))["viewer"] == {"cart": None, "customer": {"cart": None}}
    for _ in range(2):
        lines = [{"variantId": goods.variant("MUG")}]
        latest = (await client(CART_CREATE, input={"lines": lines}))["cartCreate"]["cart"]["id"]
        shop.clock.advance(minutes=1)  # type: ignore[attr-defined]
    there = (await client(CART_CREATE, asia, input={"lines": lines}))["cartCreate"]["cart"]["id"]
    assert (await client(document))["viewer"] == {"cart": {"id": latest}, "customer": {"cart": {"id": latest}}}
    assert (await client(document, asia))["viewer"]["cart"] == {"id": there}
    checkout = await ready_checkout(client, goods)
    await complete(client, checkout)
    assert (await client(document))["viewer"]["cart"] == {"id": latest}, "what was ordered is no longer open"
    known = await shop.database.rows(text("select channel_id from customers_presence order by since"))
    assert [row[0] for row in known] == [goods.channels["web"], goods.channels["asia"]]


async def test_staff_in_the_customers_place_sees_whom_a_checkout_is_for_masked(
    shop: ShopUnderTest, client: Client
) -> None:
    goods = await open_shop(shop)
    shop.acting = owner = await make_person(shop)
    checkout = await ready_checkout(client, goods)
    document = """query($id: ID!) { checkout(id: $id) { email phone shippingAddress { name lines region } } }"""
    seen = (await client(document, id=checkout["id"]))["checkout"]
    assert seen["shippingAddress"] == {"name": "Ada Park", "lines": ["1 Pier St"], "region": "US-NJ"}
    shop.acting = Actor(ActorKind.CUSTOMER, owner.id, behind=new_key())
    masked = (await client(document, id=checkout["id"]))["checkout"]
    assert masked["email"] == "a***@example.com"
    assert masked["shippingAddress"] == {"name": "A***", "lines": ["***"], "region": "US-NJ"}
