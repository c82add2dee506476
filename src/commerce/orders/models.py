"""Tables of the orders."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from commerce.i18n.values import Texts
from commerce.kit.db import Table, choice, document, instant
from commerce.kit.sealing import index_of, sealed
from commerce.orders.values import CancelReason, Happening, OrderPaymentStatus, OrderStatus


class Order(Table, table=True):
    """A purchase. `subtotal - discount + shipping + (tax, unless included) = total` is also the table's rule."""

    __tablename__ = "orders_order"
    __table_args__ = (
        CheckConstraint(
            "total = subtotal - discount + shipping + case when includes_tax then 0 else tax end", name="sums"
        ),
        CheckConstraint("subtotal >= 0 and discount >= 0 and shipping >= 0 and tax >= 0", name="amounts"),
        Index("ix_orders_order_placed", "placed_at", "id"),
        Index("ix_orders_order_of_person", "customer_id", "placed_at", "id"),
        Index("ix_orders_order_waiting", "expires_at", postgresql_where="status = 'PENDING'"),
    )

    number: str = Field(unique=True)
    channel_id: UUID = Field(foreign_key="channels_channel.id")
    status: OrderStatus = choice(default=OrderStatus.PENDING)
    payment_status: OrderPaymentStatus = choice(default=OrderPaymentStatus.UNPAID)
    customer_id: UUID | None = Field(default=None, foreign_key="accounts_account.id")
    """Whose it is: that of who was signed in when it was placed, or has proven its address or phone since."""
    email: bytes | None = sealed("email", default=None, nullable=True)
    email_index: bytes | None = index_of("email", default=None, nullable=True, index=True)
    phone: bytes | None = sealed("phone", default=None, nullable=True)
    phone_index: bytes | None = index_of("phone", default=None, nullable=True, index=True)
    locale: str
    country: str
    currency: str
    subtotal: int = Field(sa_type=BigInteger)
    discount: int = Field(sa_type=BigInteger)
    shipping: int = Field(sa_type=BigInteger)
    shipping_tax: int = Field(sa_type=BigInteger)
    tax: int = Field(sa_type=BigInteger)
    total: int = Field(sa_type=BigInteger)
    includes_tax: bool
    shipping_address: bytes = sealed("address", nullable=False)
    billing_address: bytes | None = sealed("address", default=None, nullable=True)
    shipping_method_id: UUID
    shipping_name: Texts = document(nullable=False)
    note: bytes | None = sealed("note", default=None, nullable=True)
    cancel_reason: CancelReason | None = choice(default=None, nullable=True)
    placed_at: datetime = instant(nullable=False)
    expires_at: datetime | None = instant(default=None, nullable=True)
    version: int = 1
    """Grows with every change of the order or of what belongs to it."""


class OrderLine(Table, table=True):
    """A line of an order, with everything as it was agreed."""

    __tablename__ = "orders_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("total = subtotal - discount", name="sums"),
        CheckConstraint("fulfilled between 0 and quantity", name="fulfilled"),
    )

    order_id: UUID = Field(foreign_key="orders_order.id", index=True)
    vendor_id: UUID = Field(foreign_key="vendors_vendor.id")
    variant_id: UUID
    product_id: UUID
    position: int
    title: Texts = document(nullable=False)
    variant_title: Texts = document(nullable=False)
    sku: str
    quantity: int
    fulfilled: int = 0
    unit: int = Field(sa_type=BigInteger)
    subtotal: int = Field(sa_type=BigInteger)
    discount: int = Field(sa_type=BigInteger)
    total: int = Field(sa_type=BigInteger)
    tax: int = Field(sa_type=BigInteger)
    ppm: int
    properties: dict[str, str] = document(nullable=False)


class OrderEvent(Table, table=True):
    """An entry of an order's timeline."""

    __tablename__ = "orders_event"
    __table_args__ = (UniqueConstraint("order_id", "kind", "reference"),)

    order_id: UUID = Field(foreign_key="orders_order.id")
    kind: Happening = choice()
    reference: str = ""
    """What it is about, where an order can have several of a kind: a refund, a parcel."""
    facts: dict[str, Any] = document(nullable=False)
    actor: str
    is_public: bool = True
    at: datetime = instant(nullable=False)
