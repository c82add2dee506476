"""Every statement about parcels."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import insert, select
from sqlmodel import col

from commerce.fulfillment.models import Fulfillment, FulfillmentLine
from commerce.kit.db import Reads, Row, Session, among, grouped
from commerce.kit.ids import new_key

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
