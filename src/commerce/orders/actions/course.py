"""The course of an order: placed, paid, sent, called off, paid back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from commerce.customers import actions as customers
from commerce.inventory import actions as inventory
from commerce.inventory.values import Owner, Ref
from commerce.kit.actor import Actor, Permission
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, raise_all
from commerce.kit.events import record
from commerce.kit.hub import changed
from commerce.kit.ids import new_key
from commerce.kit.jobs import later
from commerce.kit.money import Money
from commerce.orders import queries, rules
from commerce.orders.errors import MoreThanLeft
from commerce.orders.events import OrderCanceled, OrderCompleted, OrderPaid, OrderPlaced
from commerce.orders.models import Order
from commerce.orders.values import (
    FOLLOWED,
    PAYABLE,
    UNPAID,
    CancelReason,
    Happening,
    OrderDraft,
    OrderInfo,
    OrderPaymentStatus,
    OrderStatus,
)
from commerce.payments import actions as payments
from commerce.payments import queries as payment_queries
from commerce.payments.values import EventSource, Outcome, OutcomeKind, Payable, RefundStatus
from commerce.quotes.values import QuotedLine

_COLUMNS = {"key": "id", "channel_key": "channel_id", "customer_key": "customer_id"}
PARCEL = "fulfillment"
"""What a parcel is called among the causes of movements of stock."""
NUMBER_TAKEN = "uq_orders_order_number"
"""What PostgreSQL names when a number is taken."""
ANOTHER_LOOK = timedelta(minutes=1)
"""How much longer an order waits whose payment is not known to be closed."""
RESERVED_LONGER = timedelta(minutes=2)
"""Stock is held a little longer than the payment may take, so that the last second still counts."""


async def place(session: Session, draft: OrderDraft, actor: str) -> Order:
    """Place an order: reserve its stock, and keep everything as it was agreed. OutOfStock when stock is short."""
    order = await _insert(session, draft)
    lines = [(line.item.variant.key, line.item.quantity) for line in draft.quote.lines]
    await inventory.reserve(
        session, Owner(PAYABLE, order.id), lines, draft.market.key, draft.expires_at + RESERVED_LONGER
    )
    await queries.add_lines(
        session, [_line(order.id, i, line, draft.properties) for i, line in enumerate(draft.quote.lines)]
    )
    await queries.add_event(session, order.id, Happening.PLACED, actor, "", {})  # nobody has seen an earlier version
    record(session, OrderPlaced(order.id))
    if draft.customer_key is not None:
        await customers.note_presence(session, draft.customer_key, draft.market.key)
    later(session, "orders.expire", draft.expires_at - session.now() + timedelta(seconds=1), order_id=str(order.id))
    return order


async def _insert(session: Session, draft: OrderDraft) -> Order:
    """The row, under a number that no other order has."""
    while True:
        order = _row(session, draft)
        try:
            async with session.begin_nested():
                session.add(order)
        except IntegrityError as error:
            if NUMBER_TAKEN not in str(error.orig):
                raise
            continue
        return order


def _row(session: Session, draft: OrderDraft) -> Order:
    quote, method, vault = draft.quote, draft.quote.basket.method, session.vault
    assert method is not None
    return Order(
        id=draft.key,
        number=rules.new_number(session.now()),
        channel_id=draft.market.key,
        customer_id=draft.customer_key,
        email=vault.seal("email", draft.email),
        email_index=vault.index("email", draft.email),
        phone=vault.seal_any("phone", draft.phone),
        phone_index=vault.index("phone", draft.phone) if draft.phone is not None else None,
        locale=draft.locale,
        country=draft.country,
        currency=quote.currency,
        subtotal=quote.subtotal.amount,
        discount=quote.discount.amount,
        shipping=quote.shipping.amount,
        shipping_tax=quote.shipping_tax.amount,
        tax=quote.tax.amount,
        total=quote.total.amount,
        includes_tax=quote.basket.includes_tax,
        shipping_address=draft.shipping_address.sealed(vault),
        billing_address=draft.billing_address.sealed(vault) if draft.billing_address else None,
        shipping_method_id=method.key,
        shipping_name=method.name,
        note=vault.seal_any("note", draft.note),
        placed_at=session.now(),
        expires_at=draft.expires_at,
    )


def _line(order_key: UUID, position: int, line: QuotedLine, properties: dict[UUID, dict[str, str]]) -> dict[str, Any]:
    variant = line.item.variant
    return {
        "id": new_key(),
        "order_id": order_key,
        "vendor_id": variant.vendor_key,
        "variant_id": variant.key,
        "product_id": variant.product_key,
        "position": position,
        "title": variant.product_name,
        "variant_title": rules.variant_title(variant.choices),
        "sku": variant.sku,
        "quantity": line.item.quantity,
        "unit": line.item.unit.amount,
        "subtotal": line.subtotal.amount,
        "discount": line.discount.amount,
        "total": line.total.amount,
        "tax": line.tax.amount,
        "ppm": line.ppm,
        "properties": properties.get(line.item.key, {}),
    }


async def note(session: Session, order: Order, kind: Happening, actor: str, reference: str = "", **facts: Any) -> None:
    """Write an entry of the timeline of a held order. Writing it twice changes nothing."""
    if await queries.add_event(session, order.id, kind, actor, reference, facts):
        touch(session, order)


def touch(session: Session, order: Order) -> None:
    """Give a held order a new version, one for each transaction, and let its followers know."""
    if changed(session, FOLLOWED, order.id):
        order.version += 1


def info_of(order: Order) -> OrderInfo:
    """A held order as others read it."""
    return OrderInfo(**{f.name: _part(order, f.name) for f in fields(OrderInfo)})


def _part(order: Order, name: str) -> Any:
    return getattr(order, _COLUMNS.get(name, name))


async def lock(session: Session, order_key: UUID) -> Order:
    """The order, held until the transaction ends; NOT_FOUND when there is none."""
    order = await queries.lock_order(session, order_key)
    if order is None:
        raise NotFound("input", "orderId")
    return order


async def lock_for(session: Session, actor: Actor, order_key: UUID) -> Order:
    """The order, held, for staff who may change it in its channel; NOT_FOUND for all others."""
    order = await lock(session, order_key)
    if not actor.may_in(order.channel_id, [Permission.ORDERS_WRITE]):
        raise NotFound("input", "orderId")
    return order


async def follow_money(session: Session, order: Order) -> None:
    """Let a held order follow its payments: paid, it goes into work; paid after its end, it is paid back."""
    captured, refunded = await payment_queries.sums_of(session, Payable(PAYABLE, order.id))
    status = rules.money_status(captured, refunded, order.total)
    if status != order.payment_status:
        order.payment_status = status
        touch(session, order)
    is_paid = order.payment_status != OrderPaymentStatus.UNPAID
    if is_paid and order.status == OrderStatus.PENDING:
        order.status, order.expires_at = OrderStatus.PROCESSING, None
        await inventory.commit(session, Owner(PAYABLE, order.id))
        await note(session, order, Happening.PAID, "SYSTEM", amount=captured)
        record(session, OrderPaid(order.id))
    elif captured > refunded and order.status == OrderStatus.CANCELED:
        await give_back(session, order, None)


async def cancel(session: Session, order: Order, reason: CancelReason, actor: str) -> None:
    """Call a held order off: its stock is given back at once, its money by a job."""
    rules.check_cancelable(order.status, has_parcels=await queries.is_any_sent(session, order.id))
    if order.status == OrderStatus.PENDING and reason not in UNPAID:
        later(session, "payments.close", kind=PAYABLE, key=str(order.id))
    order.status, order.cancel_reason, order.expires_at = OrderStatus.CANCELED, reason, None
    touch(session, order)  # before the first statement, so that the row is written once
    await inventory.release(session, Owner(PAYABLE, order.id))
    await note(session, order, Happening.CANCELED, actor, reason=reason)
    record(session, OrderCanceled(order.id, reason))
    await give_back(session, order, None)


async def wait_longer(session: Session, order: Order, hold: timedelta) -> None:
    """Give a customer more time to pay, and hold the stock for as long."""
    if order.status == OrderStatus.PENDING:
        order.expires_at = session.now() + hold
        touch(session, order)
        await inventory.hold_until(session, Owner(PAYABLE, order.id), order.expires_at + RESERVED_LONGER)


async def give_back(session: Session, order: Order, reason: str | None) -> None:
    """Have all captured money go back; nothing happens when there is none."""
    for refund_key in await payments.refund_rest(session, Payable(PAYABLE, order.id), reason):
        later(session, "payments.send_refund", refund_id=str(refund_key))


async def payment_failed(session: Session, order: Order) -> None:
    """Release a held order whose payment came to nothing, unless it was paid by now."""
    await follow_money(session, order)
    if order.status == OrderStatus.PENDING:
        await note(session, order, Happening.PAYMENT_FAILED, "SYSTEM")
        await cancel(session, order, CancelReason.PAYMENT_FAILED, "SYSTEM")


async def left_to_send(session: Session, order: Order) -> dict[UUID, int]:
    """The pieces of a held order that were not sent yet, by line."""
    rules.check_fulfillable(order.status)
    [lines] = await queries.lines_of(session, [order.id])
    return {line.key: line.quantity - line.fulfilled for line in lines if line.quantity > line.fulfilled}


async def send(session: Session, order: Order, quantities: Mapping[UUID, int], actor: str, parcel_key: UUID) -> Order:
    """Count pieces of a held order's lines as sent in a parcel and take them out of the stock; the last ones complete it."""
    rules.check_fulfillable(order.status)
    taken = await queries.take_for_parcel(session, order.id, quantities)
    raise_all([MoreThanLeft("input", "lines", i) for i, key in enumerate(quantities) if key not in taken])
    pieces = Counter[UUID]()
    for key, quantity in quantities.items():
        pieces[taken[key]] += quantity
    await inventory.ship(session, Owner(PAYABLE, order.id), pieces, Ref(PARCEL, parcel_key))
    await note(session, order, Happening.FULFILLED, actor, str(parcel_key))
    if await queries.is_all_sent(session, order.id):
        order.status = OrderStatus.COMPLETED
        await note(session, order, Happening.COMPLETED, "SYSTEM")
        record(session, OrderCompleted(order.id))
    return order


async def request_refund(session: Session, order: Order, amount: Money, reason: str | None, actor: str) -> list[UUID]:
    """Write down that money of a held order goes back to the customer; the keys of the refunds to send."""
    keys = await payments.request_refund(session, Payable(PAYABLE, order.id), amount, reason)
    await note(session, order, Happening.REFUND_REQUESTED, actor, reference=str(keys[0]), amount=amount.amount)
    return keys


async def refund(context: Context, refund_keys: list[UUID]) -> list[RefundStatus]:
    """Send refunds that were written down. What cannot be sent now is sent by the worker."""
    return [await payments.send_refund(context, key) for key in refund_keys]


async def mark_paid(session: Session, order: Order) -> None:
    """Staff has seen the money of a held order's payment outside the shop."""
    rules.check_payable(order.status)
    for payment in await payment_queries.lock_payments_of(session, Payable(PAYABLE, order.id)):
        if payment.option_code.startswith("manual."):
            outcome = Outcome(OutcomeKind.SUCCEEDED, Money(payment.amount, payment.currency))
            await payments.apply(session, payment.id, outcome, EventSource.STAFF)
            return await follow_money(session, order)
    raise rules.not_payable()


async def expire(context: Context, order_key: UUID) -> None:
    """Call off an order whose time to pay is up, once its payment is closed for certain."""
    [found] = await queries.orders_by_key(context, [order_key])
    if found is None or found.status != OrderStatus.PENDING:
        return
    if found.expires_at is None or found.expires_at > context.now():
        return
    is_closed = await payments.close(context, Payable(PAYABLE, order_key))
    async with context.transaction() as session:
        order = await lock(session, order_key)
        await follow_money(session, order)
        if is_closed and order.status == OrderStatus.PENDING:
            await cancel(session, order, CancelReason.PAYMENT_TIMEOUT, "SYSTEM")
        else:
            await wait_longer(session, order, ANOTHER_LOOK)  # and let others come first


async def follow(context: Context, order_key: UUID) -> None:
    """Let an order follow its payments, in a transaction of its own."""
    async with context.transaction() as session:
        await follow_money(session, await lock(session, order_key))
