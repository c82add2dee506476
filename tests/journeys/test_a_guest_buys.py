"""Whole stories: from the shelf to the parcel."""

from commerce.kit.jobs import drain
from commerce.shop import Shop
from tests.conftest import Client
from tests.shopfront import complete, open_shop, ready_checkout


async def test_a_guest_buys_and_staff_fulfills_and_refunds(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    paid = await complete(client, checkout)
    assert paid["userErrors"] == []
    assert paid["nextAction"] is None
    order = paid["order"]
    assert (order["status"], order["paymentStatus"], order["fulfillmentStatus"]) == (
        "PROCESSING",
        "PAID",
        "UNFULFILLED",
    )
    assert order["email"] == "ada@example.com"
    assert order["totals"]["total"]["amount"] == checkout["totals"]["total"]["amount"]
    assert paid["checkout"]["cart"]["isOpen"] is False
    await drain(shop.context())
