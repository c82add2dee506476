"""Every statement about parcels."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlmodel import col

from commerce.fulfillment.models import Fulfillment, FulfillmentLine
from commerce.kit.db import Reads, Row, Session, among, grouped
from commerce.kit.ids import new_key
from commerce.orders import queries as orders

_parcels = (
    select(
        col(Fulfillment.order_id),
        col(Fulfillment.id),
        col(Fulfillment.carrier),
        col(Fulfillment.tracking_number),
        col(Fulfillment.tracking_url),
        col(Fulfillment.shipped_at),
    )
    .where(among(Fulfillment.order_id))
    .order_by(col(Fulfillment.shipped_at), col(Fulfillment.id))
)
_lines = (
    select(col(FulfillmentLine.fulfillment_id), col(FulfillmentLine.order_line_id), col(FulfillmentLine.quantity))
    .where(among(FulfillmentLine.fulfillment_id))
    .order_by(col(FulfillmentLine.id))
)


_of_person = (
    select(col(Fulfillment.carrier), col(Fulfillment.tracking_number), col(Fulfillment.shipped_at))
    .where(orders.owned_by(Fulfillment.order_id))
    .order_by(col(Fulfillment.shipped_at), col(Fulfillment.id))
)


async def of_person(reads: Reads, person: UUID) -> Sequence[Row]:
    """The parcels of somebody's orders, oldest first."""
    return await reads.rows(_of_person, person=person)


async def forget(session: Session, person: UUID) -> None:
    """Remove how somebody's parcels are followed."""
    statement = update(Fulfillment).where(orders.owned_by(Fulfillment.order_id))
    await session.rows(
        statement.values(carrier=None, tracking_number=None, tracking_url=None).returning(col(Fulfillment.id)),
        person=person,
    )


async def parcels_of(reads: Reads, order_keys: Sequence[UUID]) -> list[list[Row]]:
    """The parcels of several orders, oldest first."""
    return grouped(await reads.rows(_parcels, keys=list(order_keys)), order_keys)


async def lines_of(reads: Reads, keys: Sequence[UUID]) -> list[list[Row]]:
    """What is in several parcels."""
    return grouped(await reads.rows(_lines, keys=list(keys)), keys)


async def add_lines(session: Session, key: UUID, quantities: Mapping[UUID, int]) -> None:
    rows = [
        {"id": new_key(), "fulfillment_id": key, "order_line_id": line, "quantity": quantity}
        for line, quantity in quantities.items()
    ]
    await session.execute(insert(FulfillmentLine), rows)
