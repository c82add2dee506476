"""Tables of the prices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index
from sqlmodel import Field, SQLModel

from commerce.kit.changes import public
from commerce.kit.db import instant


@public
class Price(SQLModel, table=True):
    """What one unit of a variant costs in a channel and currency, in minor units."""

    __tablename__ = "pricing_price"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("compare_at > amount", name="compare_at_above_amount"),
        Index(None, "channel_id", "currency", "amount"),
    )

    variant_id: UUID = Field(foreign_key="catalog_variant.id", primary_key=True)
    channel_id: UUID = Field(foreign_key="channels_channel.id", primary_key=True)
    currency: str = Field(primary_key=True)
    amount: int = Field(sa_type=BigInteger)
    compare_at: int | None = Field(default=None, sa_type=BigInteger)


@public
class PriceLog(SQLModel, table=True):
    """A price as it was from an instant on. Rows are only ever added."""

    __tablename__ = "pricing_price_log"
    __table_args__ = (Index(None, "variant_id", "channel_id", "currency", "changed_at"),)

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=[Identity(always=True)])
    variant_id: UUID = Field(foreign_key="catalog_variant.id")
    channel_id: UUID = Field(foreign_key="channels_channel.id", index=True)
    currency: str
    amount: int = Field(sa_type=BigInteger)
    compare_at: int | None = Field(default=None, sa_type=BigInteger)
    changed_at: datetime = instant(nullable=False)
