"""Prices as others speak of them."""

from dataclasses import dataclass
from uuid import UUID

from commerce.kit.money import Money


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs. `compare_at` is the struck-through price, greater than the amount; None when not reduced."""

    amount: Money
    compare_at: Money | None = None


@dataclass(frozen=True, slots=True)
class PriceRange:
    """From-to prices over the variants of a product, and whose they are."""

    min: Price
    max: Price
    cheapest: UUID
    dearest: UUID


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """A price to be set."""

    variant_key: UUID
    channel_key: UUID
    price: Price
