"""Orders read and changed through the API."""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry

from commerce.channels.graphql import selling
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.db import Row
from commerce.kit.errors import Invalid
from commerce.kit.graphql import (
    ID,
    OWNER,
    PART,
    Info,
    Payload,
    argument,
    described,
    described_enum,
    in_channels,
    input_type,
    key_from,
    mutation,
    object_type,
    query,
)
from commerce.kit.money import Money as Amount
from commerce.kit.pagination import After, Before, Connection, First, Last, Window, connection, window
from commerce.orders import actions, queries, rules
from commerce.orders.graphql.types import Order, is_own, load_orders, order_for, order_of
from commerce.orders.models import Order as Placed
from commerce.orders.values import (
    CancelReason,
    OrderInfo,
    OrderStatus,
    Sought,
)


class StaffCancelReason(StrEnum):
    """Why staff calls an order off."""

    CUSTOMER = "CUSTOMER"
    MERCHANT = "MERCHANT"


described_enum(
    {
        StaffCancelReason.CUSTOMER: "The customer asked for it.",
        StaffCancelReason.MERCHANT: "The merchant cannot or will not deliver.",
    }
)(StaffCancelReason)


@input_type
class OrderCancelInput:
    """Calls an order off."""

    order_id: ID = described("Order.")
    reason: StaffCancelReason = described("Why.", default=StaffCancelReason.MERCHANT)
    idempotency_key: str | None = described("Equal for each retry; the header serves as well.", default=None)


@input_type
class OrderRefundInput:
    """Gives money back."""

    order_id: ID = described("Order.")
    amount: Decimal = described("How much, in the currency of the order.")
    reason: str | None = described("Reason to show, at most 500 characters.", default=None)
    idempotency_key: str | None = described(
        "New for each refund, equal for each retry of it; the header serves as well. Required.", default=None
    )


@input_type
class OrderMarkPaidInput:
    """Confirms the money of a payment outside the shop."""

    order_id: ID = described("Order.")
    idempotency_key: str | None = described("Equal for each retry; the header serves as well. Required.", default=None)


@object_type(PART)
class OrderPayload(Payload):
    """Result of every order mutation."""

    order: Order | None = described("The order after the mutation.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **_arguments: Any) -> Any:
        """Whoever may change an order sees it in the answer: the first time, and every time after it."""
        key = ids.decode(Order.prefix, answer or "")
        return await order_payload(info, key) if key else cls._bare([])


def orders_connection(
    info: Info, asked: Window, rows: Sequence[Row], counted: Callable[[], Awaitable[int]]
) -> Connection[Order]:
    """A page of orders that the caller is known to see."""
    actor = info.context.actor

    def node(row: Row) -> Order:
        found = OrderInfo(*row)
        return order_of(found, is_own=is_own(found, actor))

    def keys(row: Row) -> tuple[Any, ...]:
        found = OrderInfo(*row)
        return found.placed_at, found.key

    return connection(Connection[Order], rows, asked, node, keys, counted)  # type: ignore[no-any-return]


def _sought(info: Info, text: str | None, status: OrderStatus | None) -> Sought:
    """Which orders staff asks for, among those of their channels."""
    countries = {country for market in selling(info).markets for country in market.countries}
    return rules.sought(text, status, info.context.actor.channels([Permission.ORDERS_READ]), sorted(countries))


async def order_payload(info: Info, key: UUID) -> OrderPayload:
    """The payload with the order as it is now, for those who may change it."""
    [found] = await queries.orders_by_key(info.context, [key])
    return OrderPayload(order=order_for(found, info.context.actor, Permission.ORDERS_WRITE))


@strawberry.type
class OrdersQuery:
    @query(OWNER)
    async def order(self, info: Info, id: Annotated[ID, argument("Order.")]) -> Order | None:
        """One order: your own, or with ORDERS_READ any of the channel. A guest reads the own one through its checkout."""
        key = ids.decode(Order.prefix, id)
        return (await load_orders(info, [key]))[0] if key is not None else None

    @query(in_channels(Permission.ORDERS_READ))
    async def orders(
        self,
        info: Info,
        query: Annotated[
            str | None, argument("Exact order number, or e-mail address or phone in any spelling.")
        ] = None,
        status: Annotated[OrderStatus | None, argument("Only orders in this state.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Order]:
        """Orders, latest first."""
        asked = window("orders", first, after, last, before)
        sought = _sought(info, query, status)
        rows = await queries.orders_page(info.context, asked, sought)
        return orders_connection(info, asked, rows, partial(queries.count_orders, info.context, sought))


@strawberry.type
class OrdersMutation:
    @mutation(in_channels(Permission.ORDERS_WRITE), needs_key=True)
    async def order_cancel(self, info: Info, input: OrderCancelInput) -> OrderPayload:
        """Calls an order off: its stock is given back, and so is its money. Codes: NOT_FOUND, STATE_NOT_ALLOWED."""
        key = key_from(Order.prefix, input.order_id, "input", "orderId")
        async with info.context.transaction() as session:
            order = await actions.lock_for(session, info.context.actor, key)
            await actions.cancel(session, order, CancelReason(input.reason), info.context.actor.scope)
            session.answer = input.order_id
        return await order_payload(info, key)

    @mutation(in_channels(Permission.ORDERS_WRITE), needs_key=True)
    async def order_refund(self, info: Info, input: OrderRefundInput) -> OrderPayload:
        """Gives money back. Codes: NOT_FOUND, INVALID, REFUND_EXCEEDS_CAPTURED, IDEMPOTENCY_KEY_REUSED."""
        key = key_from(Order.prefix, input.order_id, "input", "orderId")
        async with info.context.transaction() as session:
            order = await actions.lock_for(session, info.context.actor, key)
            amount = _amount(order, input)
            refunds = await actions.request_refund(session, order, amount, input.reason, info.context.actor.scope)
            session.answer = input.order_id
        await actions.refund(info.context, refunds)
        await actions.follow(info.context, key)
        return await order_payload(info, key)

    @mutation(in_channels(Permission.ORDERS_WRITE), needs_key=True)
    async def order_mark_paid(self, info: Info, input: OrderMarkPaidInput) -> OrderPayload:
        """Confirms the money of a payment outside the shop. Codes: NOT_FOUND, STATE_NOT_ALLOWED."""
        key = key_from(Order.prefix, input.order_id, "input", "orderId")
        async with info.context.transaction() as session:
            await actions.mark_paid(session, await actions.lock_for(session, info.context.actor, key))
            session.answer = input.order_id
        return await order_payload(info, key)


def _amount(order: Placed, input: OrderRefundInput) -> Amount:
    """The amount to refund, in the currency of the order."""
    try:
        return Amount.of(input.amount, order.currency)
    except ValueError as error:
        raise Invalid("input", "amount") from error
