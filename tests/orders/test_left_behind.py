"""Nobody is forgotten in the middle of a purchase, and nothing is left of an account that became part of another."""

from sqlalchemy import text as sql

from commerce.customers import actions as customers
from commerce.kit import people
from commerce.kit.actor import Actor, ActorKind
from commerce.kit.jobs import drain
from tests.conftest import Client, ShopUnderTest
from tests.customers.factory import act_as, make_customer
from tests.orders.test_lookups import REQUEST
from tests.orders.test_people import MINE, bought
from tests.shopfront import open_shop

MESSAGES = sql("select recipient from messages_message")


async def test_nobody_is_forgotten_while_what_they_ordered_as_a_guest_is_on_its_way(
    shop: ShopUnderTest, client: Client
) -> None:
    goods = await open_shop(shop)
    mia = await make_customer(shop, phone="+8613812345678")
    async with shop.context().transaction() as session:
        await customers.request_erasure(session, Actor(ActorKind.SYSTEM), mia, 0)
    order = await bought(client, goods, email="mia@example.com")  # and nothing has given it to her yet
    [key] = await customers.due_erasures(shop.context())
    await customers.erase(shop.context(), key)
    client.act()
    seen = (await client(MINE, id=order["id"]))["order"]
    assert seen["email"] == "m***@example.com"
    assert [one.part for one in await customers.obstacles(shop.context(), mia)] == ["orders"]


async def test_what_was_written_about_the_orders_of_somebody_is_forgotten_with_them(
    shop: ShopUnderTest, client: Client
) -> None:
    """Also to an address that they gave for an order, and have never shown to be theirs."""
    goods = await open_shop(shop)
    mia = await make_customer(shop, email=None, phone="+8613812345678")
    act_as(client, mia)
    order = await bought(client, goods, email="mia@example.com")
    client.leave()
    asked = {"number": order["number"], "to": {"email": "mia@example.com"}}
    assert (await client(REQUEST, input=asked))["orderLookupRequest"]["userErrors"] == []
    await drain(shop.context())
    vault = shop.database.vault
    written = [vault.open("contact", row[0]) for row in await shop.database.rows(MESSAGES)]
    assert written == ["mia@example.com"]
    async with shop.context().transaction() as session:
        await people.erase(session, mia)
    assert await shop.database.rows(MESSAGES) == []
