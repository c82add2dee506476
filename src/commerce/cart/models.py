"""Tables of the carts."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field

from commerce.i18n.values import Texts
from commerce.kit.db import Table, choice, document, instant
from commerce.kit.ids import secret_key
from commerce.kit.sealing import sealed


class CartState(StrEnum):
    """Whether a cart can be changed."""

    OPEN = "OPEN"
    ORDERED = "ORDERED"
    MERGED = "MERGED"


class Cart(Table, table=True):
    """A basket. Its id is random: whoever knows it may open a guest's cart. That of a person is theirs alone."""

    __tablename__ = "cart_cart"
    __table_args__ = (
        Index("ix_cart_cart_idle", "expires_at", postgresql_where="state <> 'ORDERED'"),
        Index("ix_cart_cart_of_person", "customer_id", "created_at", postgresql_where="customer_id is not null"),
    )

    id: UUID = Field(default_factory=secret_key, primary_key=True)
    channel_id: UUID = Field(foreign_key="channels_channel.id")
    customer_id: UUID | None = Field(default=None, foreign_key="accounts_account.id")
    """Whose it is; null for a guest's."""
    currency: str
    country: str
    state: CartState = choice(default=CartState.OPEN)
    version: int = 1
    note: bytes | None = sealed("note", default=None, nullable=True)
    created_at: datetime = instant(nullable=False)
    expires_at: datetime = instant(nullable=False)
    merged_into_id: UUID | None = Field(default=None, foreign_key="cart_cart.id", ondelete="CASCADE", index=True)
    """The cart that took its lines over."""
    merge_report: list[dict[str, Any]] | None = document(default=None, nullable=True)
    """What became of each line when it was merged, so that whoever asks again is told the same."""


class CartLine(Table, table=True):
    """So many of a variant. What it was called and cost when the customer last touched it stands beside."""

    __tablename__ = "cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "variant_id", "properties_key"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    cart_id: UUID = Field(sa_column_args=[ForeignKey("cart_cart.id", ondelete="CASCADE")])
    variant_id: UUID = Field(foreign_key="catalog_variant.id", index=True)
    quantity: int
    properties: dict[str, str] = document(nullable=False)
    properties_key: str = ""
    title: Texts = document(nullable=False)
    unit_amount: int = Field(sa_type=BigInteger)
    added_at: datetime = instant(nullable=False)
