"""What a stranger orders with the address of somebody else makes nobody see them who did not before."""

from commerce.customers import queries as customers
from commerce.kit.jobs import drain
from tests.conftest import Client, ShopUnderTest
from tests.customers.factory import make_customer
from tests.orders.test_people import PAID
from tests.shopfront import UPDATE, complete, open_shop, ready_checkout


async def test_an_order_that_nobody_pays_for_makes_a_customer_known_nowhere(
    shop: ShopUnderTest, client: Client
) -> None:
    """Else whoever sees to one channel would order as a guest with an address, and lift the masks of whose it is."""
    goods = await open_shop(shop)
    web = goods.channels["web"]
    mia = await make_customer(shop, channels=[goods.channels["asia"]])
    checkout = await ready_checkout(client, goods)
    transfer = next(one["id"] for one in checkout["paymentOptions"] if one["code"] == "manual.transfer")
    filled = {"checkoutId": checkout["id"], "email": "mia@example.com", "paymentOptionId": transfer}
    assert (await client(UPDATE, input=filled))["checkoutUpdate"]["userErrors"] == []
    order = (await complete(client, checkout))["order"]
    assert order["status"] == "PENDING"
    await drain(shop.context())
    assert web not in (await customers.presence_of(shop.context(), [mia]))[0]
    client.act()
    paid = await client(PAID, input={"orderId": order["id"], "idempotencyKey": "paid"})
    assert paid["orderMarkPaid"]["userErrors"] == []
    await drain(shop.context())
    assert web in (await customers.presence_of(shop.context(), [mia]))[0]
