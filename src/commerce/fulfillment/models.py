"""Tables of the parcels."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from commerce.kit.db import Table, instant


class Fulfillment(Table, table=True):
    """A parcel."""

    __tablename__ = "fulfillment_fulfillment"

    order_id: UUID = Field(foreign_key="orders_order.id", index=True)
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    shipped_at: datetime = instant(nullable=False)


class FulfillmentLine(Table, table=True):
    """So many pieces of an order line in a parcel."""

    __tablename__ = "fulfillment_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    fulfillment_id: UUID = Field(foreign_key="fulfillment_fulfillment.id", index=True)
    order_line_id: UUID = Field(foreign_key="orders_line.id", index=True)
    quantity: int
