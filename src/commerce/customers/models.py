"""Tables of the customers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlmodel import Field

from commerce.customers.values import ConsentPurpose, ErasureStatus, ExportStatus
from commerce.kit.db import Table, choice, document, instant
from commerce.kit.ids import secret_key
from commerce.kit.sealing import sealed


class Customer(Table, table=True):
    """What we keep of somebody beside their account, under the same key. It is made when there is something to keep.

    Whoever changes what belongs to a customer holds this row, so that limits hold.
    """

    __tablename__ = "customers_customer"

    id: UUID = Field(foreign_key="accounts_account.id", primary_key=True)
    locale: str | None = None
    note: bytes | None = sealed("note", default=None, nullable=True)
    """What the staff notes of somebody."""
    created_at: datetime = instant(nullable=False)
    erased_at: datetime | None = instant(nullable=True, default=None)


class CustomerAddress(Table, table=True):
    """An entry of somebody's address book. Orders keep copies, which do not change with it."""

    __tablename__ = "customers_address"
    __table_args__ = (
        Index("uq_customers_address_shipping", "customer_id", unique=True, postgresql_where="is_default_shipping"),
        Index("uq_customers_address_billing", "customer_id", unique=True, postgresql_where="is_default_billing"),
    )

    customer_id: UUID = Field(foreign_key="customers_customer.id", index=True)
    content: bytes = sealed("address", nullable=False)
    country: str
    is_default_shipping: bool = False
    is_default_billing: bool = False
    created_at: datetime = instant(nullable=False)


class Group(Table, table=True):
    """A group of customers that are dealt with alike."""

    __tablename__ = "customers_group"

    code: str = Field(unique=True)
    name: str
    is_tax_exempt: bool = False
    """Whether its members buy without tax, as those do who have shown a certificate."""
    created_at: datetime = instant(nullable=False)


class Membership(Table, table=True):
    """A customer in a group."""

    __tablename__ = "customers_membership"
    __table_args__ = (UniqueConstraint("group_id", "customer_id"),)

    group_id: UUID = Field(sa_column_args=[ForeignKey("customers_group.id", ondelete="CASCADE")])
    customer_id: UUID = Field(foreign_key="customers_customer.id", index=True)
    since: datetime = instant(nullable=False)


class Presence(Table, table=True):
    """A channel in which somebody has signed in or bought: its staff sees them."""

    __tablename__ = "customers_presence"
    __table_args__ = (UniqueConstraint("customer_id", "channel_id"),)

    customer_id: UUID = Field(foreign_key="customers_customer.id")
    channel_id: UUID = Field(foreign_key="channels_channel.id", index=True)
    since: datetime = instant(nullable=False)


class Consent(Table, table=True):
    """A consent that somebody gave. Rows are only added; all that changes, once, is that one is withdrawn."""

    __tablename__ = "customers_consent"
    __table_args__ = (
        Index("uq_customers_consent_given", "customer_id", "purpose", unique=True, postgresql_where="withdrawn_at is null"),
    )  # fmt: skip

    customer_id: UUID = Field(foreign_key="customers_customer.id", index=True)
    purpose: ConsentPurpose = choice(nullable=False)
    policy_version: str
    proof: dict[str, Any] = document(nullable=False)
    """How it came: the client, and who acted. Nothing of the person."""
    granted_at: datetime = instant(nullable=False)
    withdrawn_at: datetime | None = instant(nullable=True, default=None)


class Export(Table, table=True):
    """An archive of all that we keep of somebody. Its id is random: with its signature it opens the archive."""

    __tablename__ = "customers_export"

    id: UUID = Field(default_factory=secret_key, primary_key=True)
    customer_id: UUID = Field(foreign_key="customers_customer.id", index=True)
    state: ExportStatus = choice(default=ExportStatus.QUEUED, nullable=False)
    content: bytes | None = sealed("export", default=None, nullable=True)
    """The ZIP in base64."""
    requested_by: str
    requested_at: datetime = instant(nullable=False)
    expires_at: datetime | None = instant(nullable=True, default=None)


class Erasure(Table, table=True):
    """A request to be forgotten."""

    __tablename__ = "customers_erasure"
    __table_args__ = (
        Index("uq_customers_erasure_requested", "customer_id", unique=True, postgresql_where="state = 'REQUESTED'"),
        Index("ix_customers_erasure_due", "due_at", postgresql_where="state = 'REQUESTED'"),
    )

    customer_id: UUID = Field(foreign_key="customers_customer.id", index=True)
    state: ErasureStatus = choice(default=ErasureStatus.REQUESTED, nullable=False)
    requested_by: str
    requested_at: datetime = instant(nullable=False)
    due_at: datetime = instant(nullable=False)
    done_at: datetime | None = instant(nullable=True, default=None)
    """When it was done, or called off."""
