"""Tables of the shipping."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from commerce.i18n.values import Texts
from commerce.kit.changes import announced
from commerce.kit.db import Table, document


@announced
class Zone(Table, table=True):
    """Countries that are shipped to alike."""

    __tablename__ = "shipping_zone"

    code: str = Field(unique=True)
    name: Texts = document(nullable=False)


@announced
class ZoneCountry(SQLModel, table=True):
    """A country of a zone."""

    __tablename__ = "shipping_zone_country"

    country: str = Field(primary_key=True)
    zone_id: UUID = Field(foreign_key="shipping_zone.id", primary_key=True, index=True)


@announced
class Method(Table, table=True):
    """A way to ship to a zone, for the customers of a channel."""

    __tablename__ = "shipping_method"
    __table_args__ = (
        UniqueConstraint("channel_id", "zone_id", "code"),
        CheckConstraint("min_days >= 0 and max_days >= min_days", name="days"),
    )

    zone_id: UUID = Field(foreign_key="shipping_zone.id", index=True)
    channel_id: UUID = Field(foreign_key="channels_channel.id")
    code: str
    name: Texts = document(nullable=False)
    description: Texts = document(nullable=False)
    min_days: int | None = None
    max_days: int | None = None
    tax_class: str
    position: int = 0
    is_active: bool = True


@announced
class Rate(SQLModel, table=True):
    """What a method costs in a currency, in minor units; nothing from a subtotal of `free_over` on."""

    __tablename__ = "shipping_rate"
    __table_args__ = (CheckConstraint("amount >= 0 and free_over >= 0", name="not_negative"),)

    method_id: UUID = Field(foreign_key="shipping_method.id", primary_key=True)
    currency: str = Field(primary_key=True)
    amount: int = Field(sa_type=BigInteger)
    free_over: int | None = Field(default=None, sa_type=BigInteger)
