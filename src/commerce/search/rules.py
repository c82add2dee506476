"""What a product list may be asked, and what its facets look like."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from commerce.catalog.values import AttributeKind
from commerce.kit.db import Row
from commerce.kit.errors import RequestError
from commerce.kit.money import MOST_MINOR, Money
from commerce.search.values import (
    AVAILABLE,
    BRAND,
    ON,
    PRICE,
    RESERVED,
    Bounds,
    CountedValue,
    Facet,
    FacetKind,
    Selection,
    Wanted,
    Wish,
)

LONGEST_QUERY = 200
MOST_WORDS = 8
MOST_SELECTIONS = 20
MOST_VALUES = 100
MOST_FACETS = 30
_NEVER = "nothing"
"""A pattern that no product has: what is said of one begins as JSON does."""


def wanted(wish: Wish, currency: str) -> Wanted:
    """A filter that makes sense, with prices in the currency's minor units. BAD_USER_INPUT for one that does not."""
    codes = [one.code for one in wish.selections]
    _check(len(codes) <= MOST_SELECTIONS, f"At most {MOST_SELECTIONS} facets can be selected.")
    _check(len(set(codes)) == len(codes), "A facet can be selected once.")
    for one in wish.selections:
        check_size(one.values)
    bounds = [wish.price, *(one.bounds for one in wish.selections if one.code == PRICE)]
    slugs = _values_of(BRAND, wish.selections)
    rest = [one for one in wish.selections if not _is_own(one)]
    return Wanted(
        patterns=patterns(wish.query),
        category_keys=wish.category_keys,
        brand_keys=wish.brand_keys,
        brand_slugs=slugs or None,
        price=_within([minor_bounds(one, currency) for one in bounds if one]),
        available_only=wish.available_only or ON in _values_of(AVAILABLE, wish.selections),
        choices=tuple((one.code, value) for one in rest for value in dict.fromkeys(one.values)),
        ranges=tuple((one.code, _checked(one.bounds)) for one in rest if one.bounds),
    )


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise RequestError("BAD_USER_INPUT", message)


def check_size(values: Collection[object]) -> None:
    _check(len(values) <= MOST_VALUES, f"A list of a filter has at most {MOST_VALUES} values.")


def _values_of(code: str, selections: Iterable[Selection]) -> tuple[str, ...]:
    return next((one.values for one in selections if one.code == code), ())


def _is_own(one: Selection) -> bool:
    """Whether it selects in a facet of the shop itself, in a way that this facet knows. Otherwise it matches nothing."""
    return (
        (one.code == BRAND and one.bounds is None)
        or (one.code == PRICE and not one.values)
        or (one.code == AVAILABLE and ON in one.values)
    )


def _checked(bounds: Bounds) -> Bounds:
    least, most = bounds.least, bounds.most
    _check(least is None or most is None or least <= most, "The least value of a range is above the greatest.")
    return bounds


def minor_bounds(bounds: Bounds, currency: str) -> tuple[int, int]:
    """Price bounds in minor units. BAD_USER_INPUT for what is no price, or more exact than the currency."""
    _checked(bounds)
    least = 0 if bounds.least is None else _minor(bounds.least, currency)
    return least, MOST_MINOR if bounds.most is None else _minor(bounds.most, currency)


def _minor(amount: Decimal, currency: str) -> int:
    try:
        minor = Money.of(amount, currency).amount
    except ValueError as error:
        raise RequestError("BAD_USER_INPUT", f"{amount:f} has more digits than {currency}.") from error
    _check(0 <= minor <= MOST_MINOR, f"{amount:f} is no price.")
    return minor


def _within(all_bounds: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """What lies within all of them; None when there are none."""
    if not all_bounds:
        return None
    return max(least for least, _ in all_bounds), min(most for _, most in all_bounds)


def patterns(query: str) -> str | None:
    """The LIKE patterns of all words, a space between two; None without a word.

    What is searched is JSON text, so words are escaped as JSON first. Its own punctuation is no word.
    """
    _check(len(query) <= LONGEST_QUERY, f"A query has at most {LONGEST_QUERY} characters.")
    given = query.split()
    _check(len(given) <= MOST_WORDS, f"A query has at most {MOST_WORDS} words.")
    words = [word for word in given if word not in ("[", "]", ",")]
    if given and not words:
        return _NEVER
    return " ".join(f"%{_escaped(word)}%" for word in dict.fromkeys(words)) or None


def _escaped(word: str) -> str:
    text = json.dumps(word, ensure_ascii=False)[1:-1].replace("\\", "\\\\")
    return text.replace("%", "\\%").replace("_", "\\_")


def facets(rows: Sequence[Row], wanted: Wanted, currency: str, partial: Collection[str] = frozenset()) -> list[Facet]:
    """Facets of one list from their rows: the shop's own, then attributes and options in display order.

    `partial` are the codes of those for which not all products were counted.
    """
    by_code = sorted(rows, key=lambda row: row[0])
    groups = [list(own) for _, own in groupby(by_code, key=lambda row: row[0])]
    groups.sort(key=_facet_place)
    found = [_facet(own, wanted, currency) for own in groups[:MOST_FACETS]]
    return [replace(facet, is_exact=facet.code not in partial) for facet in found]


def _facet_place(own: Sequence[Row]) -> tuple[Any, ...]:
    code, *_, position, _value_position = own[0]
    if code in RESERVED:
        return 0, RESERVED.index(code), code
    return (1, position, code) if position is not None else (2, 0, code)


def _facet(own: Sequence[Row], wanted: Wanted, currency: str) -> Facet:
    code, _, _, least, most, labels, kind, *_ = next((row for row in own if row[3] is not None), own[0])
    if least is not None:
        if code == PRICE:
            least, most = Money(int(least), currency).major, Money(int(most), currency).major
        return Facet(code, FacetKind.RANGE, labels or {}, (), least, most)
    control = FacetKind.TOGGLE if kind == AttributeKind.BOOLEAN or code == AVAILABLE else FacetKind.CHOICE
    values = sorted(own, key=lambda row: (row[-1] or 0, -row[2], row[1]))
    return Facet(code, control, labels or {}, tuple(_value(row, wanted) for row in values))


def _value(row: Row, wanted: Wanted) -> CountedValue:
    code, value, count, _, _, _, _, labels, color, key, *_ = row
    return CountedValue(value, labels or {}, count, _is_selected(code, value, key, wanted), color)


def _is_selected(code: str, value: str, key: UUID | None, wanted: Wanted) -> bool:
    if code == BRAND:
        return value in (wanted.brand_slugs or ()) or key in (wanted.brand_keys or ())
    return wanted.available_only if code == AVAILABLE else (code, value) in wanted.choices


def known(keys: Collection[UUID | None]) -> tuple[UUID, ...] | None:
    """The keys of ids that are ids; None when none were asked for. An id that is none matches nothing."""
    check_size(keys)
    return tuple(dict.fromkeys(key for key in keys if key)) if keys else None
