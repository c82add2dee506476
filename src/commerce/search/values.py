"""What is asked of a product list, and what it answers with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from commerce.i18n.values import Texts

BRAND = "brand"
PRICE = "price"
AVAILABLE = "available"
RESERVED = (BRAND, PRICE, AVAILABLE)
"""Facets of the shop itself. An attribute or option with such a code is no facet."""
ON = "true"
"""The value of a toggle that is on."""


class ProductSort(StrEnum):
    """Order of a product list."""

    RELEVANCE = "RELEVANCE"
    NEWEST = "NEWEST"
    PRICE_ASC = "PRICE_ASC"
    PRICE_DESC = "PRICE_DESC"
    BEST_SELLING = "BEST_SELLING"
    NAME = "NAME"


class FacetKind(StrEnum):
    """Control that suits a facet."""

    CHOICE = "CHOICE"
    TOGGLE = "TOGGLE"
    RANGE = "RANGE"


@dataclass(frozen=True, slots=True)
class Bounds:
    """From and to, both included; None for an open end."""

    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected within a facet: any of the values, or what lies within the bounds."""

    code: str
    values: tuple[str, ...] = ()
    bounds: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A filter as it was asked for. None where nothing is asked for."""

    query: str = ""
    category_keys: tuple[UUID, ...] | None = None
    brand_keys: tuple[UUID, ...] | None = None
    price: Bounds | None = None
    available_only: bool = False
    selections: tuple[Selection, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter that was found right. None or nothing where all products will do; prices are in minor units."""

    patterns: str | None = None
    category_keys: tuple[UUID, ...] | None = None
    brand_keys: tuple[UUID, ...] | None = None
    brand_slugs: tuple[str, ...] | None = None
    price: tuple[int, int] | None = None
    available_only: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    ranges: tuple[tuple[str, Bounds], ...] = ()

    @property
    def shape(self) -> "Shape":
        """What of it decides the text of a statement."""
        return Shape(
            words=self.patterns is not None,
            categories=self.category_keys is not None,
            brands=self.brand_keys is not None or self.brand_slugs is not None,
            price=self.price is not None,
            available=self.available_only,
            selected=bool(self.choices or self.ranges),
        )

    @property
    def codes(self) -> list[str]:
        """The facets of attributes and options in which something is selected."""
        return sorted({code for code, _ in (*self.choices, *self.ranges)})


@dataclass(frozen=True, slots=True)
class Shape:
    """Which filters apply."""

    words: bool = False
    categories: bool = False
    brands: bool = False
    price: bool = False
    available: bool = False
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a list is seen."""

    channel_key: UUID
    now: datetime
    currency: str
    locales: Sequence[str]


@dataclass(frozen=True, slots=True)
class CountedValue:
    """A value of a facet, and how many products it leaves."""

    value: str
    labels: Texts
    count: int
    is_selected: bool
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter that a result can be narrowed with. The shop's own facets have no labels here."""

    code: str
    kind: FacetKind
    labels: Texts
    values: tuple[CountedValue, ...] = field(default=())
    least: Decimal | None = None
    most: Decimal | None = None
