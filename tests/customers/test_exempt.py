"""Who is in a group that buys without tax does so from the next look at a cart on, and not a look longer."""

from typing import Any

import pytest

from commerce.kit import ids
from tests.conftest import Client, ShopUnderTest
from tests.customers.documents import GROUP_CREATE, GROUP_UPDATE, MEMBERS_ADD, MEMBERS_REMOVE
from tests.customers.factory import act_as, make_customer
from tests.shopfront import Goods, complete, open_shop, ready_checkout

CART = """mutation($input: CartCreateInput!) { cartCreate(input: $input) { cart { id } userErrors { code } } }"""
READ = """query($id: ID!) { cart(id: $id) { totals { subtotal { amount } tax { amount } total { amount } taxIncluded } } }"""
WITH = {"web": ("13.90", "2.64", "16.54"), "asia": ("98.00", "11.27", "98.00")}
WITHOUT = {"web": ("13.90", "0.00", "13.90"), "asia": ("86.73", "0.00", "86.73")}
PLACES = {"web": ("DE", "EUR"), "asia": ("CN", "CNY")}


async def group(client: Client, *, exempt: bool) -> str:
    sent = {"code": f"g-{exempt}".lower(), "name": "G", "isTaxExempt": exempt}
    return (await client(GROUP_CREATE, input=sent))["customerGroupCreate"]["customerGroup"]["id"]


async def sums(client: Client, cart: str) -> tuple[str, str, str]:
    totals: Any = (await client(READ, id=cart))["cart"]["totals"]
    return totals["subtotal"]["amount"], totals["tax"]["amount"], totals["total"]["amount"]


async def mug(client: Client, goods: Goods, channel: str) -> str:
    country, currency = PLACES[channel]
    sent = {
        "country": country, "currencyCode": currency, "lines": [{"variantId": goods.variant("MUG"), "quantity": 1}],
    }  # fmt: skip
    return (await client(CART, {"X-Channel": channel}, input=sent))["cartCreate"]["cart"]["id"]


@pytest.mark.parametrize("channel", ["web", "asia"])
async def test_tax_comes_and_goes_with_the_group(shop: ShopUnderTest, client: Client, channel: str) -> None:
    goods = await open_shop(shop)
    mia = await make_customer(shop)
    client.act()
    plain, exempt = await group(client, exempt=False), await group(client, exempt=True)
    customers = [ids.encode("customer", mia)]
    act_as(client, mia)
    cart = await mug(client, goods, channel)
    for change, expected in (
        ({"text": MEMBERS_ADD, "group": plain}, WITH),
        ({"text": MEMBERS_ADD, "group": exempt}, WITHOUT),
        ({"text": MEMBERS_REMOVE, "group": exempt}, WITH),
        ({"text": MEMBERS_ADD, "group": exempt}, WITHOUT),
    ):
        client.act()
        await client(change["text"], group=change["group"], customers=customers)
        act_as(client, mia)
        assert await sums(client, cart) == expected[channel]
    client.act()
    await client(GROUP_UPDATE, input={"groupId": exempt, "isTaxExempt": False})
    act_as(client, mia)
    assert await sums(client, cart) == WITH[channel]


async def test_others_and_guests_pay_tax(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    mia, ben = await make_customer(shop), await make_customer(shop, "ben@example.com")
    client.act()
    await client(MEMBERS_ADD, group=await group(client, exempt=True), customers=[ids.encode("customer", mia)])
    act_as(client, ben)
    assert await sums(client, await mug(client, goods, "web")) == WITH["web"]
    shop.acting = None
    assert await sums(client, await mug(client, goods, "web")) == WITH["web"]


async def test_an_order_is_placed_without_tax_and_refused_when_the_group_is_left_meanwhile(
    shop: ShopUnderTest, client: Client
) -> None:
    goods = await open_shop(shop)
    mia = await make_customer(shop)
    client.act()
    exempt = await group(client, exempt=True)
    customers = [ids.encode("customer", mia)]
    await client(MEMBERS_ADD, group=exempt, customers=customers)
    act_as(client, mia)
    checkout = await ready_checkout(client, goods)
    client.act()
    await client(MEMBERS_REMOVE, group=exempt, customers=customers)
    act_as(client, mia)
    assert [e["code"] for e in (await complete(client, checkout, "k1"))["userErrors"]] == ["TOTAL_CHANGED"]
    client.act()
    await client(MEMBERS_ADD, group=exempt, customers=customers)
    act_as(client, mia)
    placed = await complete(client, checkout, "k2")
    assert placed["userErrors"] == []
    assert placed["order"]["totals"]["tax"]["amount"] == "0.00"
    assert placed["order"]["totals"]["total"]["amount"] == checkout["totals"]["total"]["amount"]
