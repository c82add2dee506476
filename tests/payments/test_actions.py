"""Looking after payments whose answer was lost, whose provider is gone, and refunds that fail."""

from typing import Any

import pytest
from sqlalchemy import text

from commerce.kit import ids
from commerce.kit.jobs import drain
from commerce.orders import handlers as orders
from commerce.payments import actions
from commerce.payments.providers import Providers
from commerce.payments.values import CreateRequest, Payable
from commerce.shop import Shop
from tests.conftest import Client, TestClock
from tests.races.factory import Died, cancel, check_shop, codes, dying_bank, number, refund
from tests.shopfront import complete, open_shop, ready_checkout


async def sql(shop: Shop, statement: str, **given: Any) -> list[Any]:
    async with shop.database.session() as session:
        result = await session.execute(text(statement), given)
        return list(result.scalars()) if result.returns_rows else []


async def test_a_payment_whose_provider_is_gone_holds_up_no_other(shop: Shop, client: Client, clock: TestClock) -> None:
    goods = await open_shop(shop)
    for key in ("lost", "good"):
        await complete(client, await ready_checkout(client, goods), key, paymentToken="test_delayed")
    await sql(
        shop,
        "update payments_attempt set provider = 'gone' where id = (select min(id::text)::uuid from payments_attempt)",
    )
    clock.advance(minutes=1)
    await actions.check_open(shop.context())
    await drain(shop.context())
    assert await sql(shop, "select status from orders_order order by status") == ["PENDING", "PROCESSING"]


async def test_orders_that_cannot_be_closed_let_others_come_first(shop: Shop, client: Client, clock: TestClock) -> None:
    goods = await open_shop(shop)
    for key in ("lost", "good"):
        await complete(client, await ready_checkout(client, goods), key, paymentToken="test_action")
        clock.advance(seconds=1)
    await sql(
        shop,
        "update payments_attempt set provider = 'gone' where id = (select min(id::text)::uuid from payments_attempt)",
    )
    clock.advance(minutes=31)
    await orders.sweep_overdue(shop.context())
    assert await sql(shop, "select status from orders_order order by placed_at") == ["PENDING", "CANCELED"]
    [until] = await sql(shop, "select expires_at from orders_order where status = 'PENDING'")
    assert (until - clock()).total_seconds() == 60


async def test_a_charge_that_arrives_after_it_was_given_up_is_found_and_paid_back(
    shop: Shop, client: Client, clock: TestClock
) -> None:
    """The call was lost in the net for a minute, and the provider's message never came."""
    checkout = await ready_checkout(client, await open_shop(shop))
    bank = dying_bank(shop)
    bank.dies_before = "create"
    with pytest.raises(Died):
        await complete(client, checkout)
    clock.advance(seconds=31)
    await actions.check_open(shop.context())
    await drain(shop.context())
    assert await sql(shop, "select status from orders_order") == ["CANCELED"]
    [reference] = await sql(shop, "select merchant_ref from payments_attempt")
    [payment] = await sql(shop, "select id from payments_payment")
    [amount] = await sql(shop, "select amount from payments_payment")
    from commerce.kit.money import Money  # noqa: PLC0415

    await bank.create(CreateRequest(reference, Money(amount, "USD"), "card", "Late"))
    clock.advance(minutes=1)
    await actions.check_open(shop.context())
    await drain(shop.context())
    assert await sql(shop, "select payment_status from orders_order") == ["REFUNDED"]
    assert payment
    await check_shop(shop)
    clock.advance(days=2)


async def test_a_payment_that_never_was_is_not_looked_for_forever(shop: Shop, client: Client, clock: TestClock) -> None:
    checkout = await ready_checkout(client, await open_shop(shop))
    dying_bank(shop).dies_before = "create"
    with pytest.raises(Died):
        await complete(client, checkout)
    for _ in range(30):
        clock.advance(hours=1)
        await actions.check_open(shop.context())
    assert await sql(shop, "select next_check_at from payments_attempt") == [None]


async def test_a_message_about_a_lost_payment_is_followed_until_the_bank_speaks(
    shop: Shop, client: Client, clock: TestClock
) -> None:
    """It says that a declined payment was charged after all, but the bank does not answer when it is asked."""
    checkout = await ready_checkout(client, await open_shop(shop))
    assert codes(await complete(client, checkout, paymentToken="test_decline")) == ["PAYMENT_DECLINED"]
    await drain(shop.context())
    await sql(shop, "update payments_test_charge set state = 'SUCCEEDED'")
    bank = dying_bank(shop)
    bank.is_deaf = True
    [reference] = await sql(shop, "select merchant_ref from payments_attempt")
    await actions.look_up(shop.context(), "test", reference)
    bank.is_deaf = False
    clock.advance(minutes=1)
    await actions.check_open(shop.context())
    await drain(shop.context())
    assert await sql(shop, "select status || payment_status from orders_order") == ["CANCELEDREFUNDED"]
    await check_shop(shop)


async def test_an_order_that_is_called_off_can_no_longer_be_paid(shop: Shop, client: Client) -> None:
    checkout = await ready_checkout(client, await open_shop(shop))
    order = (await complete(client, checkout, paymentToken="test_action"))["order"]
    client.act()
    assert codes(await cancel(client, order["id"])) == []
    await drain(shop.context())
    assert await sql(shop, "select state from payments_test_charge") == ["FAILED"]
    assert await sql(shop, "select status from payments_payment") == ["FAILED"]
    again = await complete(client, checkout, paymentToken="test_action")
    assert (again["order"]["id"], again["order"]["status"]) == (order["id"], "CANCELED")
    assert again["checkout"]["cart"]["isOpen"] is False
    await check_shop(shop)


async def test_a_close_that_is_not_answered_is_asked_for_again(shop: Shop, client: Client) -> None:
    checkout = await ready_checkout(client, await open_shop(shop))
    order = (await complete(client, checkout, paymentToken="test_action"))["order"]
    bank = dying_bank(shop)
    bank.is_deaf = True
    client.act()
    await cancel(client, order["id"])
    with pytest.raises(LookupError):
        await drain(shop.context())
    key = ids.decode("order", order["id"])
    assert key is not None
    bank.is_deaf = False
    await actions.close_for_good(shop.context(), Payable("order", key))
    assert await sql(shop, "select state from payments_test_charge") == ["FAILED"]


async def test_a_refund_that_fails_is_told_and_can_be_asked_for_again(shop: Shop, client: Client) -> None:
    checkout = await ready_checkout(client, await open_shop(shop))
    order = (await complete(client, checkout))["order"]
    client.act()
    await sql(shop, "update payments_test_charge set state = 'FAILED'")
    failed = await refund(client, order["id"], "5.00", "one")
    assert [r["status"] for r in failed["order"]["refunds"]] == ["FAILED"]
    await drain(shop.context())
    assert await number(shop, "select count(*) from orders_event where kind = 'REFUND_FAILED'") == 1
    await sql(shop, "update payments_test_charge set state = 'SUCCEEDED'")
    done = await refund(client, order["id"], order["totals"]["total"]["amount"], "two")
    assert done["order"]["paymentStatus"] == "REFUNDED"
    await drain(shop.context())
    await check_shop(shop)


async def test_a_pending_payment_answers_a_repeated_request_at_once(shop: Shop, client: Client) -> None:
    """The provider has answered: there is nobody to wait for."""
    checkout = await ready_checkout(client, await open_shop(shop))
    first = await complete(client, checkout, paymentToken="test_delayed")
    assert first["order"]["payments"][0]["status"] == "PROCESSING"
    assert (await complete(client, checkout, paymentToken="test_delayed"))["order"] == first["order"]
    assert shop.resources[Providers]
