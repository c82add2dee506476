"""What staff does in the warehouse."""

from collections.abc import Mapping
from uuid import UUID

from commerce.fulfillment import queries
from commerce.fulfillment.events import FulfillmentShipped
from commerce.fulfillment.models import Fulfillment
from commerce.kit.db import Session
from commerce.kit.errors import Required
from commerce.kit.events import record
from commerce.orders import actions as orders
from commerce.orders.models import Order


async def ship(
    session: Session,
    order: Order,
    quantities: Mapping[UUID, int] | None,
    actor: str,
    *,
    carrier: str | None = None,
    tracking_number: str | None = None,
    tracking_url: str | None = None,
) -> Fulfillment:
    """Send a parcel of a held order, or all that is left of it: its pieces leave the stock; the last ones complete it."""
    if quantities is None:
        quantities = await orders.left_to_send(session, order)
    if not quantities:
        raise Required("input", "lines")
    parcel = Fulfillment(
        order_id=order.id,
        carrier=carrier,
        tracking_number=tracking_number,
        tracking_url=tracking_url,
        shipped_at=session.now(),
    )
    await orders.send(session, order, quantities, actor, parcel.id)
    session.add(parcel)
    await session.flush()
    await queries.add_lines(session, parcel.id, quantities)
    record(session, FulfillmentShipped(parcel.id, order.id))
    return parcel
