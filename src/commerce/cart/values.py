"""A cart in hand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commerce.channels.values import Market
from commerce.i18n.values import Texts
from commerce.quotes.values import Offer, Wanted


@dataclass(frozen=True, slots=True)
class Addition:
    """So many of a variant to add, with properties such as an engraving."""

    variant_key: UUID
    quantity: int
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is kept."""

    key: UUID
    variant_key: UUID
    quantity: int
    properties: tuple[tuple[str, str], ...]
    title: Texts
    unit_amount: int

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.key, self.variant_key, self.quantity)


@dataclass(frozen=True, slots=True)
class Basics:
    """A cart as it is kept, without its lines."""

    key: UUID
    market: Market
    customer_key: UUID | None
    currency: str
    country: str
    state: str
    version: int
    note: bytes | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Filled:
    """A cart with its lines and what they would cost."""

    basics: Basics
    lines: tuple[Line, ...]
    offer: Offer
