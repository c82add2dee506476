"""What happened to orders."""

from dataclasses import dataclass
from uuid import UUID

from commerce.kit.events import Event


@dataclass(frozen=True)
class OrderPlaced(Event):
    """An order was placed. Its stock is reserved, its payment is open."""

    order_id: UUID


@dataclass(frozen=True)
class OrderPaid(Event):
    """An order was paid in full."""

    order_id: UUID


@dataclass(frozen=True)
class OrderCanceled(Event):
    """An order was called off, and its stock given back."""

    order_id: UUID
    reason: str


@dataclass(frozen=True)
class OrderCompleted(Event):
    """All of an order was sent."""

    order_id: UUID
