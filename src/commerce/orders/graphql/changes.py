"""Orders read and changed through the API."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.errors import Invalid, NotFound
from commerce.kit.graphql import (
    ID,
    OWNER,
    PART,
    Info,
    Payload,
    argument,
    described,
    described_enum,
    input_type,
    key_from,
    mutation,
    object_type,
    query,
)
from commerce.kit.money import Money as Amount
from commerce.kit.pagination import After, Before, Connection, First, Last, connection, window
from commerce.orders import actions, queries
from commerce.orders.graphql.types import Order, load_orders, order_of
from commerce.orders.values import (
    CancelReason,
    OrderInfo,
    OrderStatus,
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


async def order_payload(info: Info, key: UUID) -> OrderPayload:
    """The payload with the order as it is now."""
    [order] = await load_orders(info, [key])
    return OrderPayload(order=order)


@strawberry.type
class OrdersQuery:
    @query(OWNER)
    async def order(self, info: Info, id: Annotated[ID, argument("Order.")]) -> Order | None:
        """One order, with ORDERS_READ. A guest reads the own one through its checkout."""
        key = ids.decode(Order.prefix, id)
        if key is None or not info.context.actor.may([Permission.ORDERS_READ]):
            return None
        return (await load_orders(info, [key]))[0]

    @query(Permission.ORDERS_READ)
    async def orders(
        self,
        info: Info,
        query: Annotated[str | None, argument("Exact order number or e-mail address.")] = None,
        status: Annotated[OrderStatus | None, argument("Only orders in this state.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Order]:
        """All orders, latest first."""
        asked = window("orders", first, after, last, before)
        rows = await queries.orders_page(info.context, asked, query, status)

        async def count() -> int:
            return await queries.count_orders(info.context, query, status)

        def keys(row: Any) -> tuple[Any, ...]:
            found = OrderInfo(*row)
            return found.placed_at, found.key

        return connection(Connection[Order], rows, asked, lambda row: order_of(OrderInfo(*row)), keys, count)  # type: ignore[no-any-return]


@strawberry.type
class OrdersMutation:
    @mutation(Permission.ORDERS_WRITE, needs_key=True)
    async def order_cancel(self, info: Info, input: OrderCancelInput) -> OrderPayload:
        """Calls an order off: its stock is given back, and so is its money. Codes: NOT_FOUND, STATE_NOT_ALLOWED."""
        key = key_from(Order.prefix, input.order_id, "input", "orderId")
        async with info.context.transaction() as session:
            order = await actions.lock(session, key)
            await actions.cancel(session, order, CancelReason(input.reason), info.context.actor.scope)
            session.answer = input.order_id
        return await order_payload(info, key)

    @mutation(Permission.ORDERS_WRITE, needs_key=True)
    async def order_refund(self, info: Info, input: OrderRefundInput) -> OrderPayload:
        """Gives money back. Codes: NOT_FOUND, INVALID, REFUND_EXCEEDS_CAPTURED, IDEMPOTENCY_KEY_REUSED."""
        key = key_from(Order.prefix, input.order_id, "input", "orderId")
        async with info.context.transaction() as session:
            amount = await _amount(session, key, input)
            refunds = await actions.request_refund(session, key, amount, input.reason, info.context.actor.scope)
            session.answer = input.order_id
        await actions.refund(info.context, refunds)
        await actions.follow(info.context, key)
        return await order_payload(info, key)

    @mutation(Permission.ORDERS_WRITE, needs_key=True)
    async def order_mark_paid(self, info: Info, input: OrderMarkPaidInput) -> OrderPayload:
        """Confirms the money of a payment outside the shop. Codes: NOT_FOUND, STATE_NOT_ALLOWED."""
        key = key_from(Order.prefix, input.order_id, "input", "orderId")
        async with info.context.transaction() as session:
            await actions.mark_paid(session, key)
            session.answer = input.order_id
        return await order_payload(info, key)


async def _amount(session: Any, key: UUID, input: OrderRefundInput) -> Amount:
    """The amount to refund, in the currency of the order."""
    [order] = await queries.orders_by_key(session, [key])
    if order is None:
        raise NotFound("input", "orderId")
    try:
        return Amount.of(input.amount, order.currency)
    except ValueError as error:
        raise Invalid("input", "amount") from error
