"""Nobody is forgotten in the middle of a purchase, and nothing is left of an account that became part of another."""

from commerce.customers import actions as customers
from commerce.kit.actor import Actor, ActorKind
from tests.conftest import Client, ShopUnderTest
from tests.customers.factory import make_customer
from tests.orders.test_people import MINE, bought
from tests.shopfront import open_shop


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
