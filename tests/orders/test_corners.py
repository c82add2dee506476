"""Orders through the API, in the corners."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from commerce.directory.values import Address
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.ids import new_key
from commerce.kit.jobs import drain
from commerce.orders import actions, queries
from commerce.orders.actions import course
from commerce.orders.values import CancelReason
from commerce.payments import queries as payments
from commerce.payments.actions import apply
from commerce.payments.values import EventSource, Outcome, OutcomeKind, Payable
from commerce.shop import Shop
from tests.checkout.test_graphql import READ
from tests.conftest import Client
from tests.races.factory import cancel, check_shop, codes, fulfill, refund
from tests.shopfront import complete, open_shop, ready_checkout


async def paid_order(shop: Shop, client: Client) -> dict:  # type: ignore[type-arg]
    order: dict = (await complete(client, await ready_checkout(client, await open_shop(shop))))["order"]  # type: ignore[type-arg]
    return order


async def test_a_repeated_request_gets_the_same_answer_without_the_right_to_read(shop: Shop, client: Client) -> None:
    order = await paid_order(shop, client)
    client.act(Permission.ORDERS_WRITE)
    for call in (
        lambda: refund(client, order["id"], "1.00", "refund"),
        lambda: fulfill(client, order["id"], "parcel"),
    ):
        first = await call()
        assert first["order"]["id"] == order["id"]
        assert await call() == first


async def test_all_that_is_left_of_an_unknown_order_is_not_found(shop: Shop, client: Client) -> None:
    client.act()
    refused = await fulfill(client, ids.encode("order", new_key()), "parcel")
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [("NOT_FOUND", ["input", "orderId"])]


async def test_nothing_is_left_of_an_order_that_was_sent(shop: Shop, client: Client) -> None:
    order = await paid_order(shop, client)
    client.act()
    assert codes(await fulfill(client, order["id"], "one")) == []
    assert codes(await fulfill(client, order["id"], "two")) == ["STATE_NOT_ALLOWED"]
    assert codes(await cancel(client, order["id"])) == ["STATE_NOT_ALLOWED"]
    await drain(shop.context())
    await check_shop(shop)


async def test_goods_leave_the_stock_for_their_parcel(shop: Shop, client: Client) -> None:
    order = await paid_order(shop, client)
    client.act()
    await fulfill(client, order["id"], "one")
    async with shop.database.session() as session:
        causes = await session.execute(
            text(
                "select distinct m.ref_kind, m.ref_id = f.id from inventory_stock_movement m, fulfillment_fulfillment f"
                " where reason = 'SALE_OUT'"
            )
        )
        assert [tuple(row) for row in causes] == [("fulfillment", True)]


async def test_money_that_came_before_its_failure_was_told_keeps_the_order(shop: Shop, client: Client) -> None:
    """The bank says no, and then that it has charged after all; the worker hears of both afterwards."""
    checkout = await ready_checkout(client, await open_shop(shop))
    order = (await complete(client, checkout, paymentToken="test_action"))["order"]
    key = ids.decode("order", order["id"])
    assert key is not None
    found = await payments.latest_status(shop.context(), Payable("order", key))
    assert found is not None
    for kind in (OutcomeKind.FAILED, OutcomeKind.SUCCEEDED):
        async with shop.context().transaction() as session:
            await apply(session, found.payment_key, Outcome(kind), EventSource.QUERY)
    await drain(shop.context())
    seen = (await client(READ, id=checkout["id"]))["checkout"]
    assert (seen["order"]["status"], seen["order"]["paymentStatus"]) == ("PROCESSING", "PAID")
    async with shop.database.session() as session:
        await session.execute(text("update payments_test_charge set state = 'SUCCEEDED'"))
    await check_shop(shop)


async def test_a_customer_tries_again_though_the_worker_is_late(shop: Shop, client: Client) -> None:
    """The order was called off for want of payment; the job that opens its checkout again has not run yet."""
    checkout = await ready_checkout(client, await open_shop(shop))
    first = (await complete(client, checkout, paymentToken="test_action"))["order"]
    key = ids.decode("order", first["id"])
    assert key is not None
    async with shop.context().transaction() as session:
        await actions.cancel(session, await actions.lock(session, key), CancelReason.PAYMENT_FAILED, "SYSTEM")
    again = await complete(client, checkout, "again")
    assert again["userErrors"] == []
    assert again["order"]["id"] != first["id"]
    assert again["order"]["paymentStatus"] == "PAID"
    await drain(shop.context())
    assert (await client(READ, id=checkout["id"]))["checkout"]["order"]["id"] == again["order"]["id"]
    await check_shop(shop)


async def test_a_row_that_breaks_a_rule_is_a_fault_and_not_tried_for_ever(shop: Shop, client: Client) -> None:
    order = await paid_order(shop, client)
    [known] = await queries.orders_by_key(shop.context(), [ids.decode("order", order["id"])])  # type: ignore[list-item]
    assert known is not None
    from types import SimpleNamespace  # noqa: PLC0415

    zero = SimpleNamespace(amount=0)
    quote = SimpleNamespace(
        basket=SimpleNamespace(method=SimpleNamespace(key=new_key(), name={}), includes_tax=True),
        currency="USD", subtotal=zero, discount=zero, shipping=zero, shipping_tax=zero, tax=zero,
        total=SimpleNamespace(amount=1),
    )  # fmt: skip
    draft = SimpleNamespace(
        key=new_key(), quote=quote, market=SimpleNamespace(key=known.channel_key), email="", phone=None, locale="en",
        country="US", shipping_address=Address("", "US"), billing_address=None, note=None,
        expires_at=known.placed_at, customer_key=None,
    )  # fmt: skip
    async with shop.context().transaction() as session:
        with pytest.raises(IntegrityError):
            await course._insert(session, draft)  # type: ignore[arg-type]
