"""Tables of the checkouts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from commerce.kit.db import Table, document, instant
from commerce.kit.ids import secret_key


class Checkout(Table, table=True):
    """The purchase of a cart, filled in step by step until it has an order.

    Its id is random: whoever knows it may open it.
    """

    __tablename__ = "checkout_checkout"

    id: UUID = Field(default_factory=secret_key, primary_key=True)
    cart_id: UUID = Field(foreign_key="cart_cart.id", unique=True, ondelete="CASCADE")
    email: str | None = None
    phone: str | None = None
    shipping_address: dict[str, Any] | None = document(default=None, nullable=True)
    billing_address: dict[str, Any] | None = document(default=None, nullable=True)
    method_id: UUID | None = None
    option_id: UUID | None = None
    order_id: UUID | None = Field(default=None, foreign_key="orders_order.id", unique=True)
    created_at: datetime = instant(nullable=False)
