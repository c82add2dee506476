"""The process dies between two steps, and somebody else has to finish what it began."""

from datetime import timedelta
from typing import Any

import pytest

from commerce.kit import ids
from commerce.kit.jobs import drain
from commerce.orders import actions as orders
from commerce.orders import handlers as order_handlers
from commerce.payments import handlers as payment_handlers
from commerce.shop import Shop
from tests.conftest import Client, TestClock
from tests.races.factory import Died, at_once, check_shop, codes, copies, dying_bank, fulfill, number, refund
from tests.shopfront import complete, open_shop, ready_checkout

pytestmark = pytest.mark.race


async def let_time_pass(shop: Shop, clock: TestClock, **by: float) -> None:
    """The worker does what is due by the clock, and what follows from it."""
    clock.advance(**by)
    await payment_handlers.check_open(shop.context())
    await order_handlers.sweep_overdue(shop.context())
    await drain(shop.context(), timedelta(minutes=1))


@pytest.mark.parametrize(("step", "status"), [("dies_before", "CANCELED"), ("dies_after", "PROCESSING")])
@pytest.mark.parametrize("comes_back", [True, False])
async def test_dying_around_the_charge(
    racing_shop: Shop, racing_client: Client, clock: TestClock, step: str, status: str, comes_back: bool
) -> None:
    checkout = await ready_checkout(racing_client, await open_shop(racing_shop))
    bank = dying_bank(racing_shop)
    setattr(bank, step, "create")
    with pytest.raises(Died):
        await complete(racing_client, checkout)
    if comes_back:
        clock.advance(seconds=31)
        told = codes(await complete(racing_client, checkout))
        assert told == ([] if status == "PROCESSING" else ["PAYMENT_DECLINED"])
    await let_time_pass(racing_shop, clock, seconds=31)
    assert await number(racing_shop, f"select count(*) from orders_order where status = '{status}'") == 1
    await check_shop(racing_shop)
    assert codes(await complete(racing_client, checkout, "another")) == []
    await drain(racing_shop.context())
    assert await number(racing_shop, "select count(*) from orders_order where status = 'PROCESSING'") == 1
    await check_shop(racing_shop)


async def test_who_comes_back_too_early_is_told_to_ask_again(
    racing_shop: Shop, racing_client: Client, clock: TestClock
) -> None:
    checkout = await ready_checkout(racing_client, await open_shop(racing_shop))
    dying_bank(racing_shop).dies_before = "create"
    with pytest.raises(Died):
        await complete(racing_client, checkout)
    clock.advance(seconds=21)
    payload = await complete(racing_client, checkout)
    assert (codes(payload), payload["order"]) == (["PAYMENT_PENDING"], None)
    clock.advance(seconds=10)
    assert codes(await complete(racing_client, checkout)) == ["PAYMENT_DECLINED"]


@pytest.mark.parametrize("step", ["dies_before", "dies_after"])
async def test_dying_around_a_refund(racing_shop: Shop, racing_client: Client, clock: TestClock, step: str) -> None:
    checkout = await ready_checkout(racing_client, await open_shop(racing_shop))
    order = (await complete(racing_client, checkout))["order"]
    setattr(dying_bank(racing_shop), step, "refund")
    racing_client.act()
    with pytest.raises(Died):
        await refund(racing_client, order["id"], "5.00", "key")
    again = await refund(racing_client, order["id"], "5.00", "key")
    assert (codes(again), again["order"]["refunds"][0]["status"]) == ([], "PENDING")
    await let_time_pass(racing_shop, clock, seconds=31)
    assert await number(racing_shop, "select sum(refunded) from payments_test_charge") == 500
    assert await number(racing_shop, "select count(*) from orders_event where kind = 'REFUNDED'") == 1
    await check_shop(racing_shop)


@pytest.mark.parametrize("step", ["dies_before", "dies_after"])
async def test_dying_while_an_order_runs_out(
    racing_shop: Shop, racing_client: Client, clock: TestClock, step: str
) -> None:
    checkout = await ready_checkout(racing_client, await open_shop(racing_shop))
    order = (await complete(racing_client, checkout, paymentToken="test_action"))["order"]
    setattr(dying_bank(racing_shop), step, "cancel")
    clock.advance(minutes=31)
    key = ids.decode("order", order["id"])
    assert key is not None
    with pytest.raises(Died):
        await orders.expire(racing_shop.context(), key)
    await let_time_pass(racing_shop, clock, minutes=1)
    assert await number(racing_shop, "select count(*) from orders_order where status = 'CANCELED'") == 1
    await check_shop(racing_shop)


async def test_a_bank_that_says_nothing_holds_the_stock_until_it_speaks(
    racing_shop: Shop, racing_client: Client, clock: TestClock
) -> None:
    checkout = await ready_checkout(racing_client, await open_shop(racing_shop))
    bank = dying_bank(racing_shop)
    bank.is_deaf = True
    assert codes(await complete(racing_client, checkout, paymentToken="test_unknown_success")) == ["PAYMENT_PENDING"]
    assert codes(await complete(racing_client, checkout, paymentToken="test_unknown_success")) == ["PAYMENT_PENDING"]
    for _ in range(3):
        await let_time_pass(racing_shop, clock, minutes=20)
    assert await number(racing_shop, "select sum(reserved) from inventory_stock") == 4
    bank.is_deaf = False
    await let_time_pass(racing_shop, clock, hours=1)
    assert await number(racing_shop, "select sum(committed) from inventory_stock") == 4
    await check_shop(racing_shop)


async def test_jobs_that_run_twice_at_the_same_time_do_their_work_once(
    racing_shop: Shop, racing_client: Client, clock: TestClock
) -> None:
    """Every fact of every order is handled three times, by workers beside each other."""
    goods = await open_shop(racing_shop)
    model = await ready_checkout(racing_client, goods, quantities={"MUG": 1})
    tokens = ["test_success", "test_decline", "test_action", "test_unknown_success", "test_delayed"]
    found = []
    for one, token in zip(await copies(racing_shop, model, 10), tokens * 2, strict=True):
        found.append((await complete(racing_client, one, one["id"], paymentToken=token))["order"])
    racing_client.act()
    for order in found:
        if order and order["status"] == "PROCESSING":
            await refund(racing_client, order["id"], "1.00", order["id"])
    await fulfill(racing_client, found[0]["id"], "parcel")
    clock.advance(minutes=31)
    await threefold(racing_shop)
    work: list[Any] = [order_handlers.sweep_overdue(racing_shop.context()) for _ in range(3)]
    work += [payment_handlers.check_open(racing_shop.context()) for _ in range(3)]
    work += [drain(racing_shop.context()) for _ in range(3)]
    await at_once(work)
    await threefold(racing_shop)
    await at_once([drain(racing_shop.context()) for _ in range(3)])
    await drain(racing_shop.context())
    assert await number(racing_shop, "select count(*) from orders_order where status = 'PENDING'") == 0
    await check_shop(racing_shop)


async def threefold(shop: Shop) -> None:
    """As if each job had come three times."""
    from sqlalchemy import text  # noqa: PLC0415

    columns = (
        "priority, queue_manager_id, created, updated, heartbeat, execute_after, status, entrypoint, payload, headers"
    )
    async with shop.database.session() as session:
        for _ in range(2):
            await session.execute(
                text(f"insert into pgqueuer ({columns}) select distinct on (payload) {columns} from pgqueuer")
            )
