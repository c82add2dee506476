"""Orders that are called off, paid, run out and sent at the same time."""

import asyncio
import random
from typing import Any

import pytest

from commerce.kit import ids
from commerce.kit.jobs import drain
from commerce.orders import actions as orders
from commerce.payments import actions as payments
from commerce.payments import queries as payment_queries
from commerce.payments.values import Payable
from commerce.shop import Shop
from tests.conftest import Client, TestClock
from tests.races.factory import at_once, cancel, check_shop, codes, copies, do, fulfill, number
from tests.shopfront import UPDATE, complete, open_shop, ready_checkout

pytestmark = pytest.mark.race


async def many_orders(shop: Shop, client: Client, count: int, **more: Any) -> list[dict[str, Any]]:
    goods = await open_shop(shop)
    checkouts = await copies(shop, await ready_checkout(client, goods, quantities={"MUG": 2}), count)
    found = [(await complete(client, one, one["id"], **more))["order"] for one in checkouts]
    client.act()
    return found


async def test_an_order_is_called_off_or_sent_but_not_both(racing_shop: Shop, racing_client: Client) -> None:
    found = await many_orders(racing_shop, racing_client, 10)
    work = []
    for order in found:
        work += [cancel(racing_client, order["id"], order["id"]), fulfill(racing_client, order["id"], order["number"])]
    payloads = await at_once(work)
    for canceled, sent in zip(payloads[::2], payloads[1::2], strict=True):
        assert [codes(canceled), codes(sent)] in ([[], ["STATE_NOT_ALLOWED"]], [["STATE_NOT_ALLOWED"], []])
    await drain(racing_shop.context())
    await check_shop(racing_shop)


async def test_pieces_are_sent_once_however_many_parcels_are_packed(racing_shop: Shop, racing_client: Client) -> None:
    found = await many_orders(racing_shop, racing_client, 4)
    work = []
    for order in found:
        one = [{"lineId": order["lines"][0]["id"], "quantity": 1}]
        work += [fulfill(racing_client, order["id"], f"{order['number']}-{i}", lines=one) for i in range(4)]
        work += [fulfill(racing_client, order["id"], f"{order['number']}-all") for i in range(2)]
    await at_once(work)
    await drain(racing_shop.context())
    assert await number(racing_shop, "select count(*) from orders_order where status <> 'COMPLETED'") == 0
    assert await number(racing_shop, "select sum(quantity) from fulfillment_line") == 8
    await check_shop(racing_shop)


async def test_calling_off_during_the_payment_gives_the_money_back(racing_shop: Shop, racing_client: Client) -> None:
    goods = await open_shop(racing_shop)
    checkout = await ready_checkout(racing_client, goods)
    paying = asyncio.create_task(complete(racing_client, checkout, paymentToken="test_slow_answer"))
    read = "query($id: ID!) { checkout(id: $id) { order { id } } }"
    order = None
    while order is None:
        order = (await racing_client(read, id=checkout["id"]))["checkout"]["order"]
    racing_client.act()
    assert codes(await cancel(racing_client, order["id"])) == []
    await paying
    await drain(racing_shop.context())
    seen = await racing_client("query($id: ID!) { order(id: $id) { status paymentStatus } }", id=order["id"])
    assert seen["order"] == {"status": "CANCELED", "paymentStatus": "REFUNDED"}
    await check_shop(racing_shop)


async def test_confirming_and_running_out_at_once_ends_in_one_of_them(
    racing_shop: Shop, racing_client: Client, clock: TestClock
) -> None:
    """A bank transfer arrives in the very minute in which the order is called off for want of it."""
    goods = await open_shop(racing_shop)
    model = await ready_checkout(racing_client, goods, quantities={"MUG": 1})
    transfer = next(o["id"] for o in model["paymentOptions"] if o["code"] == "manual.transfer")
    await racing_client(UPDATE, input={"checkoutId": model["id"], "paymentOptionId": transfer})
    checkouts = await copies(racing_shop, model, 10)
    found = [(await complete(racing_client, one, one["id"]))["order"] for one in checkouts]
    racing_client.act()
    clock.advance(days=4)
    work: list[Any] = []
    for order in found:
        key = ids.decode("order", order["id"])
        assert key is not None
        work += [
            orders.expire(racing_shop.context(), key),
            do(racing_client, "orderMarkPaid", "OrderMarkPaidInput", order["id"], orderId=order["id"]),
        ]
    random.Random(5).shuffle(work)
    await at_once(work)
    await drain(racing_shop.context())
    await check_shop(racing_shop)
    assert await number(racing_shop, "select count(*) from orders_order where status = 'PENDING'") == 0


async def test_everything_at_once_ends_in_a_state_that_makes_sense(
    racing_shop: Shop, racing_client: Client, clock: TestClock
) -> None:
    """Customers approve, time runs out, staff calls off and sends, the worker looks and repeats itself."""
    found = await many_orders(racing_shop, racing_client, 12, paymentToken="test_action")
    clock.advance(minutes=31)
    work: list[Any] = []
    for order in found:
        key = ids.decode("order", order["id"])
        assert key is not None
        payment = await payment_queries.latest_status(racing_shop.context(), Payable("order", key))
        assert payment is not None
        [reference] = await references(racing_shop, key)
        work += [
            racing_client.http.post(f"/payments/test/{reference}", data={"answer": "approve"}),
            orders.expire(racing_shop.context(), key),
            orders.expire(racing_shop.context(), key),
            payments.settle(racing_shop.context(), payment.payment_key),
            payments.close(racing_shop.context(), Payable("order", key)),
            cancel(racing_client, order["id"], f"{order['number']}-cancel"),
            fulfill(racing_client, order["id"], f"{order['number']}-send"),
            drain(racing_shop.context()),
        ]
    random.Random(11).shuffle(work)
    await at_once(work)
    await drain(racing_shop.context())
    await check_shop(racing_shop)


async def references(shop: Shop, order_key: Any) -> list[str]:
    from sqlalchemy import text  # noqa: PLC0415

    async with shop.database.session() as session:
        rows = await session.execute(
            text(
                "select merchant_ref from payments_attempt a join payments_payment p on p.id = a.payment_id"
                " where payable_id = :key"
            ),
            {"key": order_key},
        )
        return list(rows.scalars())
