"""Stock as others speak of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from commerce.i18n.values import Texts


class Owner(NamedTuple):
    """Whom stock is held for: `Owner("order", order.id)`."""

    kind: str
    key: UUID


class Ref(NamedTuple):
    """What caused a movement: `Ref("fulfillment", fulfillment.id)`. A cause moves the same goods only once."""

    kind: str
    key: UUID


class Bucket(StrEnum):
    """A count of the stock: what lies there, what is held for unpaid owners, what is held for paid ones."""

    ON_HAND = "ON_HAND"
    RESERVED = "RESERVED"
    COMMITTED = "COMMITTED"


class Reason(StrEnum):
    """Why stock moved."""

    RESERVE = "RESERVE"
    COMMIT = "COMMIT"
    RELEASE = "RELEASE"
    SALE_OUT = "SALE_OUT"
    PURCHASE_IN = "PURCHASE_IN"
    RETURN_IN = "RETURN_IN"
    COUNT_ADJUST = "COUNT_ADJUST"
    DAMAGE = "DAMAGE"


class Status(StrEnum):
    """Stock state."""

    IN_STOCK = "IN_STOCK"
    LOW_STOCK = "LOW_STOCK"
    BACKORDER = "BACKORDER"
    PREORDER = "PREORDER"
    OUT_OF_STOCK = "OUT_OF_STOCK"


BY_STAFF = (Reason.PURCHASE_IN, Reason.RETURN_IN, Reason.COUNT_ADJUST, Reason.DAMAGE)
"""Reasons for which a staff member changes what lies there."""


class Place(NamedTuple):
    """A variant in a warehouse; stock is locked in this order."""

    variant_key: UUID
    warehouse_key: UUID


@dataclass(frozen=True, slots=True)
class Free:
    """Units of a variant that a warehouse can still promise."""

    place: Place
    priority: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Held:
    """What is held for one owner in one place: not paid yet, paid but not yet shipped, and shipped."""

    place: Place
    reserved: int = 0
    committed: int = 0
    shipped: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """By how much the counts of a place change."""

    place: Place
    on_hand: int = 0
    reserved: int = 0
    committed: int = 0


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A place where goods lie."""

    key: UUID
    code: str
    name: Texts
    country: str
    region: str | None
    city: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Level:
    """The counts of a variant in a warehouse."""

    place: Place
    on_hand: int
    reserved: int
    committed: int
    safety: int

    @property
    def available(self) -> int:
        return max(0, self.on_hand - self.reserved - self.committed - self.safety)


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the ledger."""

    number: int
    place: Place
    bucket: str
    delta: int
    balance_after: int
    reason: str
    ref: Ref | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Supply:
    """Units that a channel can promise, and the most of them that one order may hold; None without a limit."""

    quantity: int
    max_per_order: int | None = None
