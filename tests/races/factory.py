"""Many checkouts at once, a bank whose caller may die, and what must hold in a shop whatever happened."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

from sqlalchemy import text

from commerce.kit import ids
from commerce.kit.ids import secret_key
from commerce.kit.money import Money
from commerce.payments.providers import Providers
from commerce.payments.providers.manual import ManualProvider
from commerce.payments.providers.test import TestProvider
from commerce.payments.values import CreateRequest, Outcome, OutcomeKind
from commerce.shop import Shop
from tests.conftest import Client
from tests.inventory.factory import check_books
from tests.shopfront import ERRORS, ORDER

T = TypeVar("T")
MANY = 32
"""Requests in flight: more than the shop has connections."""

_COPY_CARTS = """
insert into cart_cart select (jsonb_populate_record(c, jsonb_build_object('id', key))).*
from cart_cart c, unnest(cast(:carts as uuid[])) key where c.id = :cart
"""
_COPY_LINES = """
insert into cart_line select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'cart_id', key))).*
from cart_line l, unnest(cast(:carts as uuid[])) key where l.cart_id = :cart
"""
_COPY_CHECKOUTS = """
insert into checkout_checkout
select (jsonb_populate_record(c, jsonb_build_object('id', own.key, 'cart_id', own.cart))).*
from checkout_checkout c, unnest(cast(:keys as uuid[]), cast(:carts as uuid[])) own(key, cart) where c.cart_id = :cart
"""


async def copies(shop: Shop, checkout: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """So many checkouts like this one, each of a cart of its own."""
    carts, keys = [secret_key() for _ in range(count)], [secret_key() for _ in range(count)]
    given = {"cart": ids.decode("cart", checkout["cart"]["id"]), "carts": carts, "keys": keys}
    async with shop.database.session() as session:
        for statement in (_COPY_CARTS, _COPY_LINES, _COPY_CHECKOUTS):
            await session.execute(text(statement), {k: v for k, v in given.items() if f":{k}" in statement})
    return [
        {**checkout, "id": ids.encode("checkout", key), "cart": {**checkout["cart"], "id": ids.encode("cart", cart)}}
        for key, cart in zip(keys, carts, strict=True)
    ]


async def at_once(work: Sequence[Awaitable[T]], most: int = MANY) -> list[T]:
    """Do all of it, so many at a time."""
    gate = asyncio.Semaphore(most)

    async def one(task: Awaitable[T]) -> T:
        async with gate:
            return await task

    return await asyncio.gather(*(one(task) for task in work))


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


async def do(client: Client, verb: str, kind: str, key: str, **given: Any) -> dict[str, Any]:
    """Call a mutation of orders; its payload."""
    document = f"mutation($input: {kind}!) {{ {verb}(input: $input) {{ order {{ {ORDER} }} {ERRORS} }} }}"
    payload: dict[str, Any] = (await client(document, input={**given, "idempotencyKey": key}))[verb]
    return payload


async def refund(client: Client, order_id: str, amount: str, key: str) -> dict[str, Any]:
    return await do(client, "orderRefund", "OrderRefundInput", key, orderId=order_id, amount=amount)


async def cancel(client: Client, order_id: str, key: str = "cancel") -> dict[str, Any]:
    return await do(client, "orderCancel", "OrderCancelInput", key, orderId=order_id)


async def fulfill(client: Client, order_id: str, key: str, **given: Any) -> dict[str, Any]:
    return await do(client, "orderFulfill", "OrderFulfillInput", key, orderId=order_id, **given)


class Died(BaseException):
    """The process is gone: nothing catches this."""


class DyingCaller(TestProvider):
    """The test bank, whose caller dies before or after it has done what it was asked; or whose answer is lost."""

    __test__ = False
    dies_before: str | None = None
    dies_after: str | None = None
    is_deaf = False

    async def create(self, request: CreateRequest) -> Outcome:
        self._perhaps(self.dies_before == "create")
        outcome = await super().create(request)
        self._perhaps(self.dies_after == "create")
        return outcome

    async def query(self, merchant_ref: str) -> Outcome:
        return Outcome(OutcomeKind.UNKNOWN) if self.is_deaf else await super().query(merchant_ref)

    async def cancel(self, merchant_ref: str) -> Outcome:
        self._perhaps(self.dies_before == "cancel")
        outcome = Outcome(OutcomeKind.UNKNOWN) if self.is_deaf else await super().cancel(merchant_ref)
        self._perhaps(self.dies_after == "cancel")
        return outcome

    async def refund(self, merchant_ref: str, refund_ref: str, amount: Money) -> Outcome:
        self._perhaps(self.dies_before == "refund")
        outcome = await super().refund(merchant_ref, refund_ref, amount)
        self._perhaps(self.dies_after == "refund")
        return Outcome(OutcomeKind.UNKNOWN) if self.is_deaf else outcome

    def _perhaps(self, dies: bool) -> None:
        if dies:
            self.dies_before = self.dies_after = None
            raise Died


def dying_bank(shop: Shop) -> DyingCaller:
    """Put such a bank in the place of the shop's own."""
    own = shop.resources[Providers]["test"]
    bank = DyingCaller(own.database, own.key, own.public_url)
    bank.deliver = own.deliver
    shop.resources[Providers] = Providers([ManualProvider(), bank])
    return bank


WRONG = {
    "an order without its payment": """
        select o.number from orders_order o where o.total > 0 and 1 <> (select count(*) from payments_payment p
            where p.payable_id = o.id and p.amount = o.total and p.currency = o.currency)""",
    "a payment without its order": """
        select id from payments_payment p where not exists (select from orders_order o where o.id = p.payable_id)""",
    "stock held for nobody": """
        select owner_id from inventory_reservation r
        where not exists (select from orders_order o where o.id = r.owner_id)""",
    "stock that is not held as its order stands": """
        select o.number, o.status from orders_order o
        cross join lateral (select sum(quantity) as bought, sum(fulfilled) as sent from orders_line l
            where l.order_id = o.id) as l
        cross join lateral (select coalesce(sum(reserved), 0) as reserved, coalesce(sum(committed), 0) as committed,
            coalesce(sum(shipped), 0) as shipped from inventory_reservation r where r.owner_id = o.id) as r
        where (r.reserved, r.committed, r.shipped) <> (
            case when o.status = 'PENDING' then bought else 0 end,
            case when o.status in ('PROCESSING', 'COMPLETED') then bought - sent else 0 end, sent)""",
    "an order in two checkouts, or a cart that is closed without one": """
        select c.id from cart_cart c left join checkout_checkout k on k.cart_id = c.id
        where (c.state = 'ORDERED') <> (k.order_id is not null)""",
    "lines that do not add up": """
        select o.number from orders_order o
        where (subtotal, discount, tax) <> (select sum(l.subtotal), sum(l.discount), sum(l.tax) + o.shipping_tax
            from orders_line l where l.order_id = o.id)
        or total <> subtotal - discount + shipping + case when includes_tax then 0 else tax end""",
    "sums that are not those of the events": """
        select p.id from payments_payment p where (captured, refunded) <> (
            select coalesce(sum(amount) filter (where type = 'CHARGE_SUCCESS'), 0),
                   coalesce(sum(amount) filter (where type = 'REFUND_SUCCESS'), 0)
            from payments_event e where e.payment_id = p.id)""",
    "money that the bank took and the shop does not know, or the other way round": """
        select a.merchant_ref from payments_attempt a join payments_payment p on p.id = a.payment_id
        left join payments_test_charge c on c.merchant_ref = a.merchant_ref where a.provider = 'test'
        and (p.captured, p.refunded) <> (case when c.state = 'SUCCEEDED' then c.amount else 0 end, coalesce(c.refunded, 0))""",
    "an order that does not say what its money does": """
        select o.number, o.payment_status from orders_order o
        cross join lateral (select coalesce(sum(captured), 0) as captured, coalesce(sum(refunded), 0) as refunded
            from payments_payment p where p.payable_id = o.id) as p
        where o.payment_status <> case when refunded > 0 and refunded >= captured then 'REFUNDED'
            when refunded > 0 then 'PARTIALLY_REFUNDED' when captured >= o.total then 'PAID' else 'UNPAID' end""",
    "money of a canceled order that was kept": """
        select o.number from orders_order o join payments_payment p on p.payable_id = o.id
        where o.status = 'CANCELED' and p.captured > p.refunded""",
    "an order in a state that does not exist": """
        select o.number, o.status, o.payment_status from orders_order o
        cross join lateral (select sum(quantity) as bought, sum(fulfilled) as sent from orders_line l
            where l.order_id = o.id) as l
        where not case o.status
            when 'PENDING' then payment_status = 'UNPAID' and sent = 0 and expires_at is not null
                and cancel_reason is null
            when 'PROCESSING' then payment_status in ('PAID', 'PARTIALLY_REFUNDED', 'REFUNDED') and sent < bought
                and expires_at is null and cancel_reason is null
            when 'COMPLETED' then payment_status in ('PAID', 'PARTIALLY_REFUNDED', 'REFUNDED') and sent = bought
                and expires_at is null and cancel_reason is null
            when 'CANCELED' then (payment_status = 'REFUNDED' or payment_status = case total when 0 then 'PAID'
                else 'UNPAID' end) and sent = 0 and expires_at is null and cancel_reason is not null
            else false end""",
    "a timeline that tells something twice, or not at all": """
        select o.number from orders_order o
        cross join lateral (select
            count(*) filter (where kind = 'PLACED') as placed, count(*) filter (where kind = 'PAID') as paid,
            count(*) filter (where kind = 'CANCELED') as canceled, count(*) filter (where kind = 'COMPLETED') as completed,
            count(*) filter (where kind = 'REFUNDED') as refunded, count(*) filter (where kind = 'FULFILLED') as parcels
            from orders_event e where e.order_id = o.id) as e
        where placed <> 1 or paid > 1 or (o.status in ('PROCESSING', 'COMPLETED') and paid <> 1)
        or canceled <> case o.status when 'CANCELED' then 1 else 0 end
        or completed <> case o.status when 'COMPLETED' then 1 else 0 end
        or refunded <> (select count(*) from payments_refund r join payments_payment p on p.id = r.payment_id
            where p.payable_id = o.id and r.status = 'SUCCEEDED')
        or parcels <> (select count(*) from fulfillment_fulfillment f where f.order_id = o.id)""",
}


async def check_shop(shop: Shop) -> None:
    """Goods, money, orders, carts and the bank tell the same story. Run it when the jobs are done."""
    await check_books(shop)
    found: dict[str, Any] = {}
    async with shop.database.session() as session:
        for wrong, statement in WRONG.items():
            found[wrong] = [tuple(row) for row in await session.execute(text(statement))]
    assert {wrong: rows for wrong, rows in found.items() if rows} == {}


async def number(shop: Shop, statement: str) -> int:
    """A number from the database."""
    async with shop.database.session() as session:
        return int((await session.execute(text(statement))).scalar_one())
