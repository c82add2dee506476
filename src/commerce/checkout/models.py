"""Tables of the checkouts."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from commerce.kit.db import Table, instant
from commerce.kit.ids import secret_key
from commerce.kit.sealing import sealed


class Checkout(Table, table=True):
    """The purchase of a cart, filled in step by step until it has an order.

    Its id is random: whoever knows it may open that of a guest's cart. That of a person's cart is theirs alone.
    """

    __tablename__ = "checkout_checkout"

    id: UUID = Field(default_factory=secret_key, primary_key=True)
    cart_id: UUID = Field(foreign_key="cart_cart.id", unique=True, ondelete="CASCADE")
    email: bytes | None = sealed("email", default=None, nullable=True)
    phone: bytes | None = sealed("phone", default=None, nullable=True)
    shipping_address: bytes | None = sealed("address", default=None, nullable=True)
    billing_address: bytes | None = sealed("address", default=None, nullable=True)
    method_id: UUID | None = None
    option_id: UUID | None = None
    order_id: UUID | None = Field(default=None, foreign_key="orders_order.id", unique=True)
    created_at: datetime = instant(nullable=False)
