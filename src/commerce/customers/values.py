"""Customers as others see them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from commerce.accounts.values import Profile
from commerce.directory.values import Address


class Unset:
    """Stands for what is left as it is."""


UNSET = Unset()


class ConsentPurpose(StrEnum):
    """What somebody may allow us to do. Each is asked for by itself."""

    MARKETING_EMAIL = "MARKETING_EMAIL"
    MARKETING_PHONE = "MARKETING_PHONE"
    PERSONALIZATION = "PERSONALIZATION"
    ANALYTICS = "ANALYTICS"
    SENSITIVE_DATA = "SENSITIVE_DATA"
    CROSS_BORDER_TRANSFER = "CROSS_BORDER_TRANSFER"
    THIRD_PARTIES = "THIRD_PARTIES"


class ExportStatus(StrEnum):
    """How far an export got."""

    QUEUED = "QUEUED"
    READY = "READY"
    EXPIRED = "EXPIRED"


class ErasureStatus(StrEnum):
    """How far an erasure got."""

    REQUESTED = "REQUESTED"
    CANCELED = "CANCELED"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class Privacy:
    """How the shop tells people what it knows of them, and forgets them."""

    public_url: str
    """Where archives are fetched."""
    cooling_days: int
    """Days between the request to be forgotten and its being done, in which they may think better of it."""


@dataclass(frozen=True, slots=True)
class CustomerInfo:
    """A customer: their account, and what we keep beside it."""

    key: UUID
    profile: Profile
    locale: str | None = None
    note: str | None = field(default=None, repr=False)
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AddressInfo:
    """An entry of an address book."""

    key: UUID
    customer: UUID
    address: Address = field(repr=False)
    is_default_shipping: bool
    is_default_billing: bool


@dataclass(frozen=True, slots=True)
class GroupInfo:
    """A group of customers."""

    key: UUID
    code: str
    name: str
    is_tax_exempt: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What a group that somebody is in means for what they buy."""

    group: UUID
    is_tax_exempt: bool


@dataclass(frozen=True, slots=True)
class ConsentInfo:
    """A consent as it was given, and perhaps withdrawn."""

    key: UUID
    purpose: ConsentPurpose
    policy_version: str
    granted_at: datetime
    withdrawn_at: datetime | None
    proof: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExportInfo:
    """An export of somebody's data."""

    key: UUID
    customer: UUID
    state: ExportStatus
    requested_at: datetime
    requested_by: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ErasureInfo:
    """A request to be forgotten."""

    key: UUID
    customer: UUID
    state: ErasureStatus
    requested_at: datetime
    due_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why somebody cannot be forgotten yet: the part of the shop that still needs them, and a message."""

    part: str
    message: str
