"""What customers do at the till."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from commerce.cart import actions as cart
from commerce.cart import rules as cart_rules
from commerce.cart.models import CartState
from commerce.cart.values import Basics, Filled, Line
from commerce.channels.values import Selling
from commerce.checkout import queries, rules
from commerce.checkout.errors import CheckoutClosed
from commerce.checkout.values import KEEP, Entry, Form, Open, Progress, Purchase
from commerce.customers import queries as customers
from commerce.directory.values import Address
from commerce.inventory.errors import OutOfStock
from commerce.kit import ids
from commerce.kit.context import Context
from commerce.kit.db import Reads, Session
from commerce.kit.errors import NotFound, Refusals
from commerce.kit.ids import new_key
from commerce.orders import actions as orders
from commerce.orders import queries as order_queries
from commerce.orders.models import Order
from commerce.orders.values import PAYABLE, UNPAID, OrderDraft, OrderStatus
from commerce.payments import actions as payments
from commerce.payments import queries as payment_queries
from commerce.payments.errors import PaymentDeclined, PaymentPending
from commerce.payments.values import EventSource, Outcome, Payable, PaymentStatus, Ticket
from commerce.quotes import actions as quotes
from commerce.quotes.values import Occasion


class PaymentWindow(timedelta):
    """How long an unpaid order waits before it is called off."""


PATIENCE = timedelta(seconds=20)
"""How long a repeated request waits for the first one to end."""
UNANSWERED = (PaymentStatus.CREATED, PaymentStatus.UNKNOWN)
GLANCE = 0.1


async def start(session: Session, selling: Selling, person: UUID | None, cart_key: UUID, entry: Entry) -> Open:
    """Open the checkout of a cart, or go on with the open one."""
    contents = await cart.contents(session, selling, person, cart_key)
    if contents is None:
        raise NotFound("input", "cartId")
    cart_rules.check_not_merged(contents[0].state, "cartId")
    form = await queries.take_of_cart(session, cart_key, rules.columns(entry))
    if rules.columns(entry):
        rules.check_open(form, "input", "cartId")
    return await _filled_in(session, form, *contents, entry)


async def update(session: Session, selling: Selling, person: UUID | None, key: UUID, entry: Entry) -> Open:
    """Fill in any part of a checkout."""
    form = await queries.fill_in(session, key, person, rules.columns(entry))
    if form is None:
        known = await queries.form(session, key, person)
        raise NotFound("input", "checkoutId") if known is None else CheckoutClosed("input", "checkoutId")
    contents = await cart.contents(session, selling, person, form.cart_key)
    if contents is None:  # it has become somebody's in between
        raise NotFound("input", "checkoutId")
    cart_rules.check_not_merged(contents[0].state, "checkoutId")
    return await _filled_in(session, form, *contents, entry)


async def opened(reads: Reads, selling: Selling, person: UUID | None, key: UUID) -> Open | None:
    """A checkout that somebody may open, with what it would cost now; None when there is none."""
    form = await queries.form(reads, key, person)
    contents = await cart.contents(reads, selling, person, form.cart_key) if form else None
    return await _quoted(reads, form, *contents) if form and contents else None


async def _filled_in(session: Session, form: Form, basics: Basics, lines: tuple[Line, ...], entry: Entry) -> Open:
    """The checkout as filled in. What is not on offer rolls the entry back."""
    if entry.shipping_address is not KEEP and form.shipping_address is not None:
        rules.check_served(form.shipping_address, basics.market.countries)
    found = await _quoted(session, form, basics, lines)
    rules.check_choices(found, entry)
    return found


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
        groups=await customers.groups_of(reads, basics.customer_key),
    )
    offer = await quotes.quote(reads, occasion, [line.wanted for line in lines], with_stock=with_stock)
    options = await payment_queries.options(reads, basics.market.key, is_live=basics.market.is_live)
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
    order_key, person = new_key(), context.actor.person
    async with context.transaction(answer=ids.encode("order", order_key)) as session:
        form = await queries.lock(session, key, person)
        if form is None:
            raise NotFound("input", "checkoutId")
        if form.order_key is not None and not await _is_off(session, form.order_key):
            session.answer = ids.encode("order", form.order_key)
            return form.order_key, None
        if form.order_key is not None:
            await reopen(session, form.order_key)
        contents = await cart.lock(session, selling, person, form.cart_key)
        if contents is None:  # it has become somebody's in between
            raise NotFound("input", "checkoutId")
        cart_rules.check_not_merged(contents[0].state, "checkoutId")
        found = await _quoted(session, form, *contents, with_stock=False)  # reserving decides
        rules.check_complete(found)
        rules.check_total(found.cart.offer.quote.total, purchase.expected_total)
        order = await _place_order(session, _draft(context, selling, found, order_key), context.actor.scope)
        ticket = await _open_payment(session, order, found, purchase)
        await queries.set_order(session, key, order.id)
        await cart.move(session, form.cart_key, CartState.ORDERED)
    return order.id, ticket


async def _is_off(session: Session, order_key: UUID) -> bool:
    """Whether an order came to nothing, though its checkout was not told yet. It stays so: no lock is needed."""
    [order] = await order_queries.orders_by_key(session, [order_key])
    return order is not None and order.cancel_reason in UNPAID


async def _place_order(session: Session, draft: OrderDraft, actor: str) -> Order:
    """Place it; what is out of stock is told by the place of its line in the cart."""
    try:
        return await orders.place(session, draft, actor)
    except OutOfStock as short:
        raise short.within("cart") from None
    except Refusals as several:
        raise Refusals([refusal.within("cart") for refusal in several.refusals]) from None


def _draft(context: Context, selling: Selling, found: Open, key: UUID) -> OrderDraft:
    form, basics, vault = found.form, found.cart.basics, context.vault
    assert form.email is not None
    assert form.shipping_address is not None
    return OrderDraft(
        key=key,
        market=basics.market,
        quote=found.cart.offer.quote,
        customer_key=context.actor.person,
        email=vault.open("email", form.email),
        phone=vault.open_any("phone", form.phone),
        country=form.shipping_address.country,
        locale=selling.locale,
        shipping_address=form.shipping_address,
        billing_address=Address.opened(vault, form.billing_address),
        expires_at=context.now() + context[PaymentWindow],
        note=vault.open_any("note", basics.note),
        properties={line.key: dict(line.properties) for line in found.cart.lines},
    )


async def _open_payment(session: Session, order: Order, found: Open, purchase: Purchase) -> Ticket | None:
    """The payment of an order; none when it costs nothing, and the order goes into work at once."""
    total, option = found.cart.offer.quote.total, found.option
    assert option is not None
    if total.is_zero:
        await orders.follow_money(session, order)
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
        order = await orders.lock(session, order_key)  # before the payment, as everywhere
        payment = await payments.apply(session, ticket.payment_key, outcome, EventSource.SYNC)
        await _follow(session, order, PaymentStatus(payment.status), outcome.hold_for)
    if payment.status == PaymentStatus.UNKNOWN:
        await payments.settle(context, ticket.payment_key)
        return await _progress(context, order_key)
    return _told(order, PaymentStatus(payment.status), payment.action)


async def _follow(session: Session, order: Order, status: PaymentStatus, hold: timedelta | None = None) -> None:
    """Let the order follow what became of its payment."""
    if status in (PaymentStatus.CAPTURED, PaymentStatus.AUTHORIZED):
        await orders.follow_money(session, order)
    elif status is PaymentStatus.FAILED:
        await orders.payment_failed(session, order)
        if order.cancel_reason in UNPAID:
            await reopen(session, order.id)
    elif hold is not None:
        await orders.wait_longer(session, order, hold)


async def resume(context: Context, order_key: UUID) -> Progress:
    """What a repeated request gets: it waits for the first one, and takes over when that one is gone."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE.total_seconds()
    while (found := await payment_queries.latest_status(context, Payable(PAYABLE, order_key))) is not None:
        if found.status not in UNANSWERED:
            break
        is_alone = loop.time() > until or context.now() - found.created_at > PATIENCE
        if found.status == PaymentStatus.UNKNOWN or is_alone:
            await payments.settle(context, found.payment_key)
            break
        await asyncio.sleep(GLANCE)
    return await _progress(context, order_key)


async def _progress(context: Context, order_key: UUID) -> Progress:
    """The order as it stands. What a job would do a moment later is done now, so that the answer shows it."""
    found = await payment_queries.latest_status(context, Payable(PAYABLE, order_key))
    status = PaymentStatus(found.status) if found else PaymentStatus.CAPTURED
    async with context.transaction() as session:
        order = await orders.lock(session, order_key)
        await _follow(session, order, status)
    return _told(order, status, found.action if found else None)


def _told(order: Order, status: PaymentStatus, action: dict[str, Any] | None) -> Progress:
    """How far a completion got: placed, waiting for the customer, declined, or not known yet."""
    if order.cancel_reason in UNPAID:
        raise PaymentDeclined("input", "checkoutId", is_retryable=True)
    if order.status == OrderStatus.PENDING and status in UNANSWERED:
        raise PaymentPending("input", "checkoutId")
    return Progress(orders.info_of(order), action if order.status == OrderStatus.PENDING else None)


async def reopen(session: Session, order_key: UUID) -> None:
    """The order was called off unpaid: the customer may try again with the same cart."""
    cart_key = await queries.drop_order(session, order_key)
    if cart_key is not None:
        await cart.move(session, cart_key, CartState.OPEN)


async def export(reads: Reads, person: UUID) -> list[dict[str, Any]]:
    """The checkouts of a person in clear: of their carts, and those that their orders came from."""
    vault = reads.vault
    return [
        {
            "created_at": created_at.isoformat(),
            "email": vault.open_any("email", email),
            "phone": vault.open_any("phone", phone),
            "shipping_address": vault.open_document("address", shipping),
            "billing_address": vault.open_document("address", billing),
        }
        for _, created_at, email, phone, shipping, billing in await queries.of_person(reads, person)
    ]


async def forget(session: Session, person: UUID) -> None:
    """Remove the checkouts of a person with their carts, also those that they filled in as a guest."""
    await cart.drop(session, [row[0] for row in await queries.of_person(session, person)])
