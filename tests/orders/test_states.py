"""Whatever customers, staff, the bank and time do to an order, and in whichever order: it ends in a state that exists."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from commerce.kit.jobs import drain
from commerce.orders import handlers as orders
from commerce.payments import actions as payments
from commerce.shop import Shop
from tests.conftest import Client, TestClock
from tests.races.factory import cancel, check_shop, copies, do, fulfill, refund
from tests.shopfront import UPDATE, complete, open_shop, ready_checkout

TOKENS = ["test_success", "test_action", "test_delayed", "test_unknown_success", "test_unknown_failure", "test_decline"]


class Life:
    """One checkout and its orders, to which things happen by chance."""

    def __init__(self, shop: Shop, client: Client, clock: TestClock, seed: int) -> None:
        self.shop, self.client, self.clock = shop, client, clock
        self.chance = random.Random(seed)
        self.checkout: dict[str, Any] = {}
        self.order: dict[str, Any] | None = None
        self.keys = 0

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    async def sql(self, statement: str) -> list[Any]:
        async with self.shop.database.session() as session:
            result = await session.execute(text(statement))
            return list(result.scalars()) if result.returns_rows else []

    async def begin(self) -> None:
        goods = await open_shop(self.shop)
        model = await ready_checkout(self.client, goods, quantities={"MUG": 3, "TEA": 2})
        if self.chance.random() < 0.3:
            transfer = next(o["id"] for o in model["paymentOptions"] if o["code"] == "manual.transfer")
            await self.client(UPDATE, input={"checkoutId": model["id"], "paymentOptionId": transfer})
        [self.checkout] = await copies(self.shop, model, 1)
        self.client.act_as_app()
        await self.pay()

    async def pay(self) -> None:
        payload = await complete(self.client, self.checkout, self.key(), paymentToken=self.chance.choice(TOKENS))
        self.order = payload["order"] or self.order

    async def decide(self) -> None:
        for reference in await self.sql("select merchant_ref from payments_attempt"):
            answer = self.chance.choice(["approve", "decline"])
            await self.client.http.post(f"/payments/test/{reference}", data={"answer": answer})

    async def run_out(self) -> None:
        self.clock.advance(minutes=self.chance.choice([31, 60 * 73]))
        await orders.sweep_overdue(self.shop.context())

    async def look(self) -> None:
        self.clock.advance(minutes=1)
        await payments.check_open(self.shop.context())

    async def capture_late(self) -> None:
        """The bank charges what it had declined or closed, and says so."""
        references = await self.sql(
            "update payments_test_charge set state = 'SUCCEEDED' where state <> 'SUCCEEDED' returning merchant_ref"
        )
        for reference in references:
            await payments.look_up(self.shop.context(), "test", reference)

    async def call_off(self) -> None:
        if self.order:
            await cancel(self.client, self.order["id"], self.key())

    async def confirm(self) -> None:
        if self.order:
            await do(self.client, "orderMarkPaid", "OrderMarkPaidInput", self.key(), orderId=self.order["id"])

    async def send_some(self) -> None:
        if self.order:
            line = self.chance.choice(self.order["lines"])
            await fulfill(self.client, self.order["id"], self.key(), lines=[{"lineId": line["id"], "quantity": 1}])

    async def send_all(self) -> None:
        if self.order:
            await fulfill(self.client, self.order["id"], self.key())

    async def refund_some(self) -> None:
        if self.order:
            await refund(self.client, self.order["id"], self.chance.choice(["0.01", "5.00"]), self.key())

    async def refund_all(self) -> None:
        if self.order:
            await refund(self.client, self.order["id"], self.order["totals"]["total"]["amount"], self.key())

    def verbs(self) -> list[Callable[[], Awaitable[None]]]:
        often = [self.send_some, self.refund_some, self.decide]
        rarely = [self.pay, self.run_out, self.look, self.capture_late, self.call_off, self.confirm, self.send_all]
        return [*often, *often, *rarely, self.refund_all]


@pytest.mark.parametrize("seed", range(16))
async def test_no_sequence_of_verbs_leads_astray(shop: Shop, client: Client, clock: TestClock, seed: int) -> None:
    life = Life(shop, client, clock, seed)
    await life.begin()
    for _ in range(12):
        for _ in range(life.chance.choice([1, 1, 2])):  # at times the worker is late
            verb = life.chance.choice(life.verbs())
            await verb()
        await drain(shop.context())
        await check_shop(shop)
