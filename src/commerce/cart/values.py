"""A cart in hand."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
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


class MergeStrategy(StrEnum):
    """What is to become of quantities when a guest's cart is put into that of a person."""

    SUM = "SUM"
    KEEP_HIGHER = "KEEP_HIGHER"
    REPLACE = "REPLACE"


class MergeOutcome(StrEnum):
    """What became of a line."""

    ADDED = "ADDED"
    MERGED = "MERGED"
    CAPPED = "CAPPED"
    DROPPED = "DROPPED"


class MergeReason(StrEnum):
    """Why a line did not come in as it was wanted."""

    OUT_OF_STOCK = "OUT_OF_STOCK"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    UNAVAILABLE = "UNAVAILABLE"
    NO_PRICE = "NO_PRICE"
    REPLACED = "REPLACED"


@dataclass(frozen=True, slots=True)
class Cap:
    """How many of a variant a cart may hold, and what stands in the way of more."""

    most: int
    reason: MergeReason


@dataclass(frozen=True, slots=True)
class MergedLine:
    """What became of a line of a cart that was put into another."""

    variant_key: UUID
    properties: tuple[tuple[str, str], ...]
    title: Texts
    outcome: MergeOutcome
    reason: MergeReason | None
    wanted: int
    resulting: int
    line_key: UUID | None
    """The line that it is in now; None when it was dropped."""

    def document(self) -> dict[str, Any]:
        """As it is kept, as JSON."""
        return {
            "variant": str(self.variant_key), "properties": [list(pair) for pair in self.properties],
            "title": self.title, "outcome": self.outcome, "reason": self.reason, "wanted": self.wanted,
            "resulting": self.resulting, "line": str(self.line_key) if self.line_key else None,
        }  # fmt: skip

    @classmethod
    def read(cls, document: dict[str, Any]) -> "MergedLine":
        """From what is kept."""
        reason, line = document["reason"], document["line"]
        return cls(
            UUID(document["variant"]),
            tuple((key, value) for key, value in document["properties"]),
            document["title"],
            MergeOutcome(document["outcome"]),
            MergeReason(reason) if reason else None,
            document["wanted"],
            document["resulting"],
            UUID(line) if line else None,
        )


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome of a merge: the person's cart, and what became of each line."""

    cart_key: UUID
    report: tuple[MergedLine, ...]


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
