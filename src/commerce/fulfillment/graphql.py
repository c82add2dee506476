"""Parcels as the API says them."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.fulfillment import actions, queries
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.errors import Invalid, NotFound, OutOfRange, Refusal, raise_all
from commerce.kit.graphql import (
    ID,
    OWNER,
    PART,
    Info,
    Node,
    batched,
    described,
    extend,
    in_channels,
    input_type,
    key_from,
    mutation,
    object_type,
)
from commerce.kit.scalars import URL
from commerce.orders import actions as orders
from commerce.orders.graphql import Order, OrderLine, OrderPayload, order_payload

MOST_PIECES = 9_999


@object_type(PART)
class LineQuantity:
    """A number of one order line."""

    line_id: ID = described("Line of the order.")
    quantity: int = described("How many.")


@object_type(OWNER)
class Fulfillment(Node):
    """A parcel."""

    prefix: ClassVar[str] = "fulfillment"
    carrier: str | None = described("Carrier; null when not given.")
    tracking_number: str | None = described("Tracking number; null when not given.")
    tracking_url: URL | None = described("Tracking page; null when not given.")
    shipped_at: datetime = described("When it left.")

    @batched
    async def lines(parcels: list["Fulfillment"], info: Info) -> list[list[LineQuantity]]:
        """Contents."""
        groups = await queries.lines_of(info.context, [parcel.key for parcel in parcels])
        return [
            [LineQuantity(line_id=ID(ids.encode(OrderLine.prefix, line)), quantity=n) for _, line, n in rows]
            for rows in groups
        ]


@extend(Order)
@batched
async def fulfillments(orders: list[Order], info: Info) -> list[list[Fulfillment]]:
    """Parcels, oldest first."""
    groups = await queries.parcels_of(info.context, [order.key for order in orders])
    return [[_parcel(*row[1:]) for row in rows] for rows in groups]


def _parcel(key: UUID, carrier: str | None, number: str | None, url: str | None, shipped_at: datetime) -> Fulfillment:
    return Fulfillment(
        key=key,
        carrier=carrier,
        tracking_number=number,
        tracking_url=URL(url) if url else None,
        shipped_at=shipped_at,
    )


@input_type
class LineQuantityInput:
    """A number of one order line."""

    line_id: ID = described("Line.")
    quantity: int = described("How many.")


@input_type
class OrderFulfillInput:
    """Sends a parcel of an order."""

    order_id: ID = described("Order.")
    lines: list[LineQuantityInput] | None = described("Contents; all that is left when left out.", default=None)
    carrier: str | None = described("Carrier.", default=None)
    tracking_number: str | None = described("Tracking number.", default=None)
    tracking_url: URL | None = described("Tracking page.", default=None)
    idempotency_key: str | None = described("Equal for each retry; the header serves as well. Required.", default=None)


def _quantities(lines: Sequence[LineQuantityInput]) -> dict[UUID, int]:
    """The contents by line. Refuses a line given twice and senseless numbers."""
    wrong: list[Refusal] = []
    found: dict[UUID, int] = {}
    for i, line in enumerate(lines):
        key = ids.decode(OrderLine.prefix, line.line_id)
        if key is None:
            wrong.append(NotFound("input", "lines", i, "lineId"))
        elif key in found:
            wrong.append(Invalid("input", "lines", i, "lineId"))
        elif not 1 <= line.quantity <= MOST_PIECES:
            wrong.append(OutOfRange("input", "lines", i, "quantity", least=1, most=MOST_PIECES))
        else:
            found[key] = line.quantity
    raise_all(wrong)
    return found


@strawberry.type
class FulfillmentMutation:
    @mutation(in_channels(Permission.ORDERS_WRITE), needs_key=True)
    async def order_fulfill(self, info: Info, input: OrderFulfillInput) -> OrderPayload:
        """Sends a parcel of a paid order. Codes: NOT_FOUND, REQUIRED, INVALID, LIMIT_EXCEEDED, STATE_NOT_ALLOWED."""
        key = key_from(Order.prefix, input.order_id, "input", "orderId")
        quantities = _quantities(input.lines) if input.lines is not None else None
        async with info.context.transaction() as session:
            await actions.ship(
                session,
                await orders.lock_for(session, info.context.actor, key),
                quantities,
                info.context.actor.scope,
                carrier=input.carrier,
                tracking_number=input.tracking_number,
                tracking_url=input.tracking_url,
            )
            session.answer = input.order_id
        return await order_payload(info, key)
