"""What customers do at the till."""

import asyncio
from datetime import timedelta
from uuid import UUID

from commerce.cart import actions as cart
from commerce.cart.models import CartState
from commerce.cart.values import Basics, Filled, Line
from commerce.channels.values import Selling
from commerce.checkout import queries, rules
from commerce.checkout.models import Checkout, CheckoutState
from commerce.checkout.values import Entry, Form, Keep, Open, Progress, Purchase
from commerce.inventory.errors import OutOfStock
from commerce.kit import ids
from commerce.kit.context import Context
from commerce.kit.db import Reads, Session
from commerce.kit.errors import NotFound, Refusals
from commerce.orders import actions as orders
from commerce.orders import queries as order_queries
from commerce.orders.models import Order
from commerce.orders.values import PAYABLE, CancelReason, OrderDraft, OrderStatus
from commerce.payments import actions as payments
from commerce.payments import queries as payment_queries
from commerce.payments.errors import PaymentDeclined, PaymentPending
from commerce.payments.values import EventSource, Outcome, Payable, PaymentStatus, Ticket
from commerce.quotes import actions as quotes
from commerce.quotes.values import Occasion


class PaymentWindow(timedelta):
    """How long an unpaid order waits before it is called off."""


PATIENCE = 20.0
"""Seconds that a repeated request waits for the first one to end."""
GLANCE = 0.1


async def start(session: Session, selling: Selling, cart_key: UUID, entry: Entry) -> Open:
    """Open the checkout of a cart, or go on with the open one."""
    contents = await cart.contents(session, selling, cart_key)
    if contents is None:
        raise NotFound("input", "cartId")
    checkout = await queries.take_checkout_of_cart(session, cart_key)
    return await _fill_in(session, checkout, *contents, entry)


async def update(session: Session, selling: Selling, key: UUID, entry: Entry) -> Open:
    """Fill in any part of a checkout."""
    checkout = await queries.lock_checkout(session, key)
    if checkout is None:
        raise NotFound("input", "checkoutId")
    contents = await cart.contents(session, selling, checkout.cart_id)
    assert contents is not None
    return await _fill_in(session, checkout, *contents, entry)


async def opened(reads: Reads, selling: Selling, key: UUID) -> Open | None:
    """A checkout with what it would cost now; None when there is none."""
    form = await queries.form(reads, key)
    contents = await cart.contents(reads, selling, form.cart_key) if form else None
    return await _quoted(reads, form, *contents) if form and contents else None


async def _fill_in(session: Session, checkout: Checkout, basics: Basics, lines: tuple[Line, ...], entry: Entry) -> Open:
    if any(not isinstance(part, Keep) for part in _parts(entry)):
        rules.check_open(checkout.state)
    _write(checkout, entry, basics)
    found = await _quoted(session, _form(checkout), basics, lines)
    _check_choices(found, entry)
    await session.flush()
    return found


def _parts(entry: Entry) -> list[object]:
    return [
        entry.email, entry.phone, entry.shipping_address, entry.billing_address, entry.method_key, entry.option_key,
    ]  # fmt: skip


def _write(checkout: Checkout, entry: Entry, basics: Basics) -> None:
    """Put into the row what was filled in."""
    if not isinstance(entry.email, Keep):
        checkout.email = rules.clean_email(entry.email) if entry.email is not None else None
    if not isinstance(entry.phone, Keep):
        if entry.phone is not None:
            rules.check_phone(entry.phone)
        checkout.phone = entry.phone
    if not isinstance(entry.shipping_address, Keep):
        address = entry.shipping_address
        if address is not None:
            rules.check_served(address, basics.market.countries)
        checkout.shipping_address = address.document() if address else None
    if not isinstance(entry.billing_address, Keep):
        checkout.billing_address = entry.billing_address.document() if entry.billing_address else None
    if not isinstance(entry.method_key, Keep):
        checkout.method_id = entry.method_key
    if not isinstance(entry.option_key, Keep):
        checkout.option_id = entry.option_key


def _check_choices(found: Open, entry: Entry) -> None:
    """A way to ship or to pay must be one that is on offer."""
    if not isinstance(entry.method_key, Keep | None) and found.cart.offer.quote.basket.method is None:
        raise NotFound("input", "shippingOptionId")
    if not isinstance(entry.option_key, Keep | None) and found.option is None:
        raise NotFound("input", "paymentOptionId")


def _form(checkout: Checkout) -> Form:
    return queries.form_of(
        (
            checkout.id,
            checkout.cart_id,
            checkout.state,
            checkout.email,
            checkout.phone,
            checkout.shipping_address,
            checkout.billing_address,
            checkout.method_id,
            checkout.option_id,
            checkout.order_id,
        )
    )


async def _quoted(
    reads: Reads, form: Form, basics: Basics, lines: tuple[Line, ...], *, with_stock: bool = True
) -> Open:
    address = form.shipping_address
    occasion = Occasion(
        basics.market,
        basics.currency,
        address.country if address else basics.country,
        reads.now(),
        region=address.region if address else None,
        is_addressed=address is not None,
        method_key=form.method_key if address else None,
    )
    offer = await quotes.quote(reads, occasion, [line.wanted for line in lines], with_stock=with_stock)
    options = await payment_queries.options(reads, basics.market.key)
    return Open(form, Filled(basics, lines, offer), tuple(options))


async def complete(context: Context, selling: Selling, key: UUID, purchase: Purchase) -> Progress:
    """Pay and place the order, in three steps; the provider is called between two transactions.

    A crash after the first step leaves a pending order and an open payment, which the worker settles: the order is
    then paid, or released with everything given back.
    """
    order_key, ticket = await _place(context, selling, key, purchase)
    if ticket is None:
        return await resume(context, order_key)
    outcome = await payments.send(context, ticket)
    return await _conclude(context, order_key, ticket, outcome)


async def _place(context: Context, selling: Selling, key: UUID, purchase: Purchase) -> tuple[UUID, Ticket | None]:
    """First step: check, reserve, place, open the payment. Without a ticket there is nothing to send any more."""
    async with context.transaction() as session:
        checkout = await queries.lock_checkout(session, key)
        if checkout is None:
            raise NotFound("input", "checkoutId")
        if checkout.order_id is not None:
            session.answer = ids.encode("order", checkout.order_id)
            return checkout.order_id, None
        contents = await cart.lock(session, selling, checkout.cart_id)
        assert contents is not None
        found = await _quoted(session, _form(checkout), *contents, with_stock=False)  # reserving decides
        rules.check_complete(found)
        rules.check_total(found.cart.offer.quote.total, purchase.expected_total)
        order = await _place_order(session, _draft(context, selling, found), context.actor.scope)
        ticket = await _open_payment(session, order, found, purchase)
        checkout.order_id, checkout.state = order.id, CheckoutState.PAYING
        await cart.move(session, checkout.cart_id, CartState.FROZEN)
        session.answer = ids.encode("order", order.id)
    return order.id, ticket


async def _place_order(session: Session, draft: OrderDraft, actor: str) -> Order:
    """Place it; what is out of stock is told by the place of its line in the cart."""
    try:
        return await orders.place(session, draft, actor)
    except OutOfStock as short:
        raise short.within("cart") from None
    except Refusals as several:
        raise Refusals([refusal.within("cart") for refusal in several.refusals]) from None


def _draft(context: Context, selling: Selling, found: Open) -> OrderDraft:
    form, basics = found.form, found.cart.basics
    assert form.email is not None
    assert form.shipping_address is not None
    return OrderDraft(
        market=basics.market,
        quote=found.cart.offer.quote,
        email=form.email,
        phone=form.phone,
        country=form.shipping_address.country,
        locale=selling.locale,
        shipping_address=form.shipping_address,
        billing_address=form.billing_address,
        expires_at=context.now() + context[PaymentWindow],
        note=basics.note,
        properties={line.key: dict(line.properties) for line in found.cart.lines},
    )


async def _open_payment(session: Session, order: Order, found: Open, purchase: Purchase) -> Ticket | None:
    """The payment of an order; none when it costs nothing, and the order goes into work at once."""
    total, option = found.cart.offer.quote.total, found.option
    assert option is not None
    if total.is_zero:
        await orders.follow_money(session, order.id)
        return None
    assert order.expires_at is not None
    return await payments.open_payment(
        session,
        Payable(PAYABLE, order.id),
        total,
        option,
        subject=f"Order {order.number}",
        expires_at=order.expires_at,
        token=purchase.token,
        return_url=purchase.return_url,
    )


async def _conclude(context: Context, order_key: UUID, ticket: Ticket, outcome: Outcome) -> Progress:
    """Third step: note what came of the payment, and confirm or release the order."""
    async with context.transaction() as session:
        await order_queries.lock_order(session, order_key)  # before the payment, as everywhere
        payment = await payments.apply(session, ticket.payment_key, outcome, EventSource.SYNC)
        await _follow(session, order_key, PaymentStatus(payment.status), outcome)
    if payment.status == PaymentStatus.UNKNOWN:
        await payments.settle(context, ticket.payment_key)
    return await _progress(context, order_key)


async def _follow(session: Session, order_key: UUID, status: PaymentStatus, outcome: Outcome) -> None:
    if status in (PaymentStatus.CAPTURED, PaymentStatus.AUTHORIZED):
        await orders.follow_money(session, order_key)
        await finish(session, order_key)
    elif status is PaymentStatus.FAILED:
        await orders.payment_failed(session, order_key)
        await reopen(session, order_key)
    elif outcome.hold_for is not None:
        await orders.wait_longer(session, order_key, outcome.hold_for)


async def resume(context: Context, order_key: UUID) -> Progress:
    """What a repeated request gets: it waits for the first one, and takes over when that one is gone."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    while (found := await payment_queries.latest_status(context, Payable(PAYABLE, order_key))) is not None:
        payment_key, status, _ = found
        if status not in (PaymentStatus.PROCESSING, PaymentStatus.UNKNOWN):
            break
        if status == PaymentStatus.UNKNOWN or loop.time() > until:
            await payments.settle(context, payment_key)
            break
        await asyncio.sleep(GLANCE)
    return await _progress(context, order_key)


async def _progress(context: Context, order_key: UUID) -> Progress:
    """The order as it stands: placed, waiting for the customer, declined, or not known yet."""
    found = await payment_queries.latest_status(context, Payable(PAYABLE, order_key))
    status = PaymentStatus(found[1]) if found else PaymentStatus.CAPTURED
    await _catch_up(context, order_key, status)
    [order] = await order_queries.orders_by_key(context, [order_key])
    assert order is not None
    if order.status == OrderStatus.CANCELED and order.cancel_reason in (
        CancelReason.PAYMENT_FAILED,
        CancelReason.PAYMENT_TIMEOUT,
    ):
        raise PaymentDeclined("input", "checkoutId", is_retryable=True)
    if status in (PaymentStatus.PROCESSING, PaymentStatus.UNKNOWN) and order.status == OrderStatus.PENDING:
        return _pending(order_key, status)
    waits = order.status == OrderStatus.PENDING and found is not None
    return Progress(order_key, found[2] if waits and found else None)


def _pending(order_key: UUID, status: PaymentStatus) -> Progress:
    """A payment at the provider is an answer; one whose outcome was lost is not."""
    if status is PaymentStatus.UNKNOWN:
        raise PaymentPending("input", "checkoutId")
    return Progress(order_key)


async def _catch_up(context: Context, order_key: UUID, status: PaymentStatus) -> None:
    """Do now what a job would do a moment later, so that the answer shows it."""
    if status not in (PaymentStatus.CAPTURED, PaymentStatus.FAILED):
        return
    async with context.transaction() as session:
        await _follow(session, order_key, status, Outcome.nothing())


async def finish(session: Session, order_key: UUID) -> None:
    """The order is paid: the checkout is completed, its cart closed for good."""
    checkout = await queries.lock_checkout_of_order(session, order_key)
    if checkout is not None and checkout.state == CheckoutState.PAYING:
        checkout.state = CheckoutState.COMPLETED
        await cart.move(session, checkout.cart_id, CartState.ORDERED)


async def reopen(session: Session, order_key: UUID) -> None:
    """The order was called off unpaid: the customer may try again with the same cart."""
    checkout = await queries.lock_checkout_of_order(session, order_key)
    if checkout is not None and checkout.state == CheckoutState.PAYING:
        checkout.state, checkout.order_id = CheckoutState.OPEN, None
        await cart.move(session, checkout.cart_id, CartState.OPEN)
