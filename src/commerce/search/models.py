"""Tables of the lists. They repeat what stands elsewhere, in the form in which lists need it (ADR 16).

The database itself keeps them true: triggers of the tables that they repeat note which products changed, and before the
transaction commits, the rows of these products are written anew. Nobody else writes here.
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, Numeric, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from commerce.kit.changes import following, public
from commerce.kit.db import instant

LAST = 2**63 - 1
"""In the place of the price of a product that has none, where the cheapest come first."""


@public
@following(
    "catalog_product",
    "catalog_variant",
    "catalog_media",
    "catalog_publication",
    "channels_channel",
    "pricing_price",
    "inventory_channel_warehouse",
)  # not inventory_stock: most of its changes leave it whether something can be bought, and those that do not are heard of
class Listing(SQLModel, table=True):
    """A product on sale in a channel and currency: what it costs there, its picture, and what lists are ordered by."""

    __tablename__ = "search_listing"
    __table_args__ = (
        Index(
            "ix_search_listing_merchant_order",
            "channel_id",
            "currency",
            text("(-rank)"),
            "product_id",
            postgresql_include=["starts_at", "ends_at"],  # so that counting need not look at the rows
        ),
        Index("ix_search_listing_newest", "channel_id", "currency", "created_at", "product_id"),
        Index("ix_search_listing_cheapest", "channel_id", "currency", text(f"coalesce(low, {LAST})"), "product_id"),
        Index("ix_search_listing_dearest", "channel_id", "currency", text("coalesce(low, -1)"), "product_id"),
    )

    product_id: UUID = Field(primary_key=True)
    channel_id: UUID = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    starts_at: datetime = instant(nullable=False)
    """From when on it is seen: what is published for later stands here already."""
    ends_at: datetime | None = instant(default=None, nullable=True)
    rank: int
    created_at: datetime = instant(nullable=False)
    brand_id: UUID | None = Field(default=None, index=True)
    image_id: UUID | None = None
    """Its first picture."""
    is_available: bool
    """Whether any variant can be bought: it has a price here, and the channel has units to promise."""
    cheapest_id: UUID | None = None
    low: int | None = Field(default=None, sa_type=BigInteger)
    low_before: int | None = Field(default=None, sa_type=BigInteger)
    dearest_id: UUID | None = None
    high: int | None = Field(default=None, sa_type=BigInteger)
    high_before: int | None = Field(default=None, sa_type=BigInteger)
    """The least and the greatest price, what they were reduced from, and whose they are; null without any price."""
    amounts: list[int] = Field(sa_type=ARRAY(BigInteger), nullable=False)
    """The prices of all variants, each once."""


@public
@following(
    "catalog_product",
    "catalog_variant",
    "catalog_variant_choice",
    "catalog_category_product",
    "catalog_product_attribute",
)
class Profile(SQLModel, table=True):
    """What a product is found by, the same everywhere: its words, and what it has of attributes and options.

    An index of the parts of its words, `ix_search_profile_letters`, is made in a migration.
    """

    __tablename__ = "search_profile"
    __table_args__ = (Index(None, "facets", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),)

    product_id: UUID = Field(primary_key=True)
    said: str = Field(sa_type=Text)
    """Its names in all languages and its SKUs, as lists in JSON, in lower case."""
    places: list[UUID] = Field(sa_type=ARRAY(Uuid), nullable=False)
    """Its brand and the categories that it was put into: it is found by their names as well."""
    facets: list[int] = Field(sa_type=ARRAY(BigInteger), nullable=False)
    """What it has of attributes and options, as `search_token` names it: one number for each code and value."""
    measured: list[int] = Field(sa_type=ARRAY(BigInteger), nullable=False)
    """The attributes that it has numbers for, and"""
    measures: list[Decimal] = Field(sa_type=ARRAY(Numeric), nullable=False)
    """these numbers, in the same order."""


class Stale(SQLModel, table=True):
    """Products whose rows have to be written anew before this transaction commits; afterwards none are left here."""

    __tablename__ = "search_stale"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=[Identity(always=True)])
    transaction_id: int = Field(sa_type=BigInteger, index=True)
    product_ids: list[UUID] = Field(sa_type=ARRAY(Uuid), nullable=False)
    channel_id: UUID | None = None
    """A channel that sells from other warehouses now."""
