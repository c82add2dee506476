"""Orders as others speak of them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from commerce.channels.values import Market
from commerce.directory.values import Address
from commerce.i18n.values import Texts
from commerce.quotes.values import Quote

PAYABLE = "order"
"""What an order is called among payables."""
FOLLOWED = "order"
"""What an order is called among the things that can be followed."""


class OrderStatus(StrEnum):
    """Overall state of an order."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


class OrderPaymentStatus(StrEnum):
    """State of the money of an order."""

    UNPAID = "UNPAID"
    AUTHORIZED = "AUTHORIZED"
    PAID = "PAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"


class FulfillmentStatus(StrEnum):
    """State of the goods of an order, derived from its lines."""

    UNFULFILLED = "UNFULFILLED"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    FULFILLED = "FULFILLED"


class CancelReason(StrEnum):
    """Why an order was called off."""

    PAYMENT_TIMEOUT = "PAYMENT_TIMEOUT"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    CUSTOMER = "CUSTOMER"
    MERCHANT = "MERCHANT"


UNPAID = (CancelReason.PAYMENT_TIMEOUT, CancelReason.PAYMENT_FAILED)
"""Reasons for which the customer may try again."""


class Happening(StrEnum):
    """Kind of an entry in an order's timeline."""

    PLACED = "PLACED"
    PAID = "PAID"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    FULFILLED = "FULFILLED"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"
    REFUND_REQUESTED = "REFUND_REQUESTED"
    REFUNDED = "REFUNDED"
    REFUND_FAILED = "REFUND_FAILED"


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order to be, made from a quote. It knows neither cart nor checkout."""

    key: UUID
    market: Market
    quote: Quote
    email: str = field(repr=False)
    country: str
    locale: str
    shipping_address: Address = field(repr=False)
    billing_address: Address | None = field(repr=False)
    expires_at: datetime
    phone: str | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)
    customer_key: UUID | None = None
    """Whose order it is; None for a guest's."""
    properties: dict[UUID, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which orders are asked for. What is None does not narrow them."""

    number: str | None = None
    email: str | None = field(default=None, repr=False)
    phones: tuple[str, ...] | None = field(default=None, repr=False)
    """What a phone may be that was written without its country."""
    status: str | None = None
    channels: tuple[UUID, ...] | None = None
    customer: UUID | None = None


@dataclass(frozen=True, slots=True)
class OrderLineInfo:
    """A line of an order, as it is kept."""

    key: UUID
    order_key: UUID
    variant_key: UUID
    title: Texts
    variant_title: Texts
    sku: str
    quantity: int
    fulfilled: int
    unit: int
    subtotal: int
    discount: int
    total: int
    tax: int
    ppm: int
    properties: dict[str, str]
    currency: str
    includes_tax: bool


@dataclass(frozen=True, slots=True)
class OrderInfo:
    """An order, as it is kept, without its lines. Whom it is for is sealed."""

    key: UUID
    number: str
    channel_key: UUID
    customer_key: UUID | None
    status: str
    payment_status: str
    email: bytes | None
    phone: bytes | None
    locale: str
    country: str
    currency: str
    subtotal: int
    discount: int
    shipping: int
    tax: int
    total: int
    includes_tax: bool
    shipping_address: bytes
    billing_address: bytes | None
    shipping_name: Texts
    note: bytes | None
    cancel_reason: str | None
    placed_at: datetime
    expires_at: datetime | None
    version: int
