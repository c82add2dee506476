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
MOST_COUNTED = 10_000
"""Products of a list that its facets count at most, and"""
MOST_FOUND = 2_500
"""those of a search, which are dearer to find."""
MOST_BY_INDEX = 3
"""Selections that the index of what products have is asked for; the others are tried on what it finds."""


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
class Words:
    """What words mean: their LIKE patterns in lower case, how the index of letters is asked for all of them, and the
    brands and categories that bear one in their name, each after the pattern of that word.
    """

    letters: str = ""
    patterns: tuple[str, ...] = ()
    places: tuple[tuple[str, UUID], ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter that was found right. None or nothing where all products will do; prices are in minor units."""

    patterns: str | None = None
    words: Words | None = None
    """The patterns, once the shop was asked what they mean."""
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
        chosen = len({code for code, _ in self.choices})
        return Shape(
            words=self.words is not None,
            named=self.words is not None and bool(self.words.places),
            categories=self.category_keys is not None,
            brands=self.brand_keys is not None,
            brand_slugs=self.brand_slugs is not None,
            price=self.price is not None,
            available=self.available_only,
            by_index=min(chosen, MOST_BY_INDEX),
            one_by_one=bool(self.ranges) or chosen > MOST_BY_INDEX,
        )

    @property
    def codes(self) -> list[str]:
        """The facets of attributes and options in which something is selected: first those with values."""
        return list(dict.fromkeys(code for code, _ in (*self.choices, *self.ranges)))


@dataclass(frozen=True, slots=True)
class Shape:
    """Which filters apply, and in how many facets something is selected."""

    words: bool = False
    named: bool = False
    categories: bool = False
    brands: bool = False
    brand_slugs: bool = False
    price: bool = False
    available: bool = False
    by_index: int = 0
    one_by_one: bool = False

    @property
    def selected(self) -> bool:
        return self.by_index > 0 or self.one_by_one

    @property
    def by_profile(self) -> bool:
        """Whether more is asked than what a listing knows by itself."""
        return self.words or self.selected


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
    is_exact: bool = True
    """Whether all products of the list were counted."""
