"""What happened to parcels."""

from dataclasses import dataclass
from uuid import UUID

from commerce.kit.events import Event


@dataclass(frozen=True)
class FulfillmentShipped(Event):
    """A parcel left the house."""

    fulfillment_id: UUID
    order_id: UUID
