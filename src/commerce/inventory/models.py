"""Tables of the stock."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field, SQLModel

from commerce.i18n.values import Texts
from commerce.kit.changes import public
from commerce.kit.db import Table, choice, document, instant


def _count() -> Any:
    """A number of units, from zero."""
    return Field(default=0, sa_column_kwargs={"server_default": "0"})


@public
class Warehouse(Table, table=True):
    """A place where goods lie."""

    __tablename__ = "inventory_warehouse"

    code: str = Field(unique=True)
    name: Texts = document(nullable=False)
    country: str
    region: str | None = None
    city: str | None = None
    position: int = 0


@public
class ChannelWarehouse(SQLModel, table=True):
    """A warehouse that a channel sells from. The lowest priority is emptied first."""

    __tablename__ = "inventory_channel_warehouse"

    channel_id: UUID = Field(foreign_key="channels_channel.id", primary_key=True)
    warehouse_id: UUID = Field(foreign_key="inventory_warehouse.id", primary_key=True, index=True)
    priority: int


@public
class Stock(SQLModel, table=True):
    """The counts of a variant in a warehouse. `reserved` is held for unpaid owners, `committed` for paid ones."""

    __tablename__ = "inventory_stock"
    __table_args__ = (
        CheckConstraint("on_hand >= 0 and reserved >= 0 and committed >= 0 and safety >= 0", name="not_negative"),
        CheckConstraint("on_hand - reserved - committed >= 0", name="not_oversold"),
    )

    variant_id: UUID = Field(foreign_key="catalog_variant.id", primary_key=True)
    warehouse_id: UUID = Field(foreign_key="inventory_warehouse.id", primary_key=True, index=True)
    on_hand: int = _count()
    reserved: int = _count()
    committed: int = _count()
    safety: int = _count()


class Reservation(SQLModel, table=True):
    """What is held for an owner in a place: units move from reserved to committed to shipped, or are given back."""

    __tablename__ = "inventory_reservation"
    __table_args__ = (
        CheckConstraint("reserved >= 0 and committed >= 0 and shipped >= 0", name="not_negative"),
        Index("ix_inventory_reservation_due", "owner_kind", "expires_at", postgresql_where=text("reserved > 0")),
        Index(None, "variant_id", "warehouse_id"),
    )

    owner_kind: str = Field(primary_key=True)
    owner_id: UUID = Field(primary_key=True)
    variant_id: UUID = Field(foreign_key="catalog_variant.id", primary_key=True)
    warehouse_id: UUID = Field(foreign_key="inventory_warehouse.id", primary_key=True)
    reserved: int = _count()
    committed: int = _count()
    shipped: int = _count()
    expires_at: datetime | None = instant(default=None, nullable=True)


class StockMovement(SQLModel, table=True):
    """The ledger: every change of a count, with its cause. Rows are only ever added; a count is the sum of its rows."""

    __tablename__ = "inventory_stock_movement"
    __table_args__ = (
        # What lies there changes once for a cause, whoever asks for it twice.
        Index(
            "uq_inventory_stock_movement_cause",
            "ref_kind",
            "ref_id",
            "variant_id",
            "warehouse_id",
            "reason",
            unique=True,
            postgresql_where=text("bucket = 'ON_HAND' and ref_id is not null"),
        ),
        Index(None, "variant_id", "warehouse_id", "id"),
    )

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=[Identity(always=True)])
    variant_id: UUID = Field(foreign_key="catalog_variant.id")
    warehouse_id: UUID = Field(foreign_key="inventory_warehouse.id")
    bucket: str = choice(nullable=False)
    delta: int
    balance_after: int
    reason: str = choice(nullable=False)
    ref_kind: str | None = None
    ref_id: UUID | None = None
    at: datetime = instant(nullable=False)
