"""Tax as others speak of it."""

from dataclasses import dataclass
from uuid import UUID

from commerce.i18n.values import Texts
from commerce.kit.money import Money


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A rate in parts per million, and what it is called: VAT, GST, sales tax."""

    ppm: int
    name: Texts


@dataclass(frozen=True, slots=True)
class PlacedRate:
    """A rate with the place and the class it is for. Without a region it holds in the whole country."""

    key: UUID
    country: str
    region: str | None
    class_code: str
    rate: TaxRate


@dataclass(frozen=True, slots=True)
class TaxClass:
    """Goods that are taxed alike, such as books or food."""

    key: UUID
    code: str
    name: Texts


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount with its tax split out: `net + tax = gross`, exactly."""

    net: Money
    tax: Money
    gross: Money
