"""Money: whole minor units and a currency. All rounding and splitting of amounts happens here and nowhere else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import format_currency, get_currency_symbol, list_currencies

from commerce.kit.locales import nearest

# Digits after the point where ISO 4217 (list one, 2026-01-01) differs from the usual two.
_FRACTION_DIGITS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
_CURRENCIES = frozenset(list_currencies())
MOST_MINOR = 10**15
"""Greatest amount that any input may name, in minor units: far above any order, far below the BIGINT of a column."""

PPM = 1_000_000
"""A rate of 100 %, in parts per million."""


def is_currency(code: str) -> bool:
    """Whether ISO 4217 knows this code."""
    return code in _CURRENCIES


def fraction_digits(currency: str) -> int:
    """Digits after the point: 0 for JPY, 2 for EUR, 3 for KWD."""
    return _FRACTION_DIGITS.get(currency, 2)


def round_half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` to the nearest whole, halves away from zero. `denominator` must be positive."""
    if numerator < 0:
        return -round_half_up(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` in proportion to `weights` so that the parts add up to it exactly.

    Largest remainder (Hamilton) method; ties go to the greater weight, then to the earlier part. With
    `0 <= total <= sum(weights)` no part exceeds its weight. Weights that are all zero count as equal.
    """
    if total < 0:
        return [-part for part in allocate(-total, weights)]
    if not weights:
        return []
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), -weights[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: whole minor units of one currency."""

    amount: int
    currency: str

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: "Iterable[Money]", currency: str) -> "Money":
        """The sum of amounts that are all in `currency`."""
        result = cls(0, currency)
        for amount in amounts:
            result += amount
        return result

    @classmethod
    def of(cls, major: Decimal | str, currency: str) -> "Money":
        """From major units: `Money.of("19.90", "EUR")`. ValueError when the currency has fewer digits."""
        try:
            minor = Decimal(major).scaleb(fraction_digits(currency))
        except InvalidOperation as error:
            raise ValueError(f"{major!r} is not a decimal number") from error
        if not minor.is_finite() or minor != minor.to_integral_value():
            raise ValueError(f"{major} has more digits than {currency}")
        return cls(int(minor), currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: int) -> "Money":
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount <= other.amount

    @property
    def is_zero(self) -> bool:
        return self.amount == 0

    @property
    def major(self) -> Decimal:
        """In major units, with all the digits of the currency: `Decimal("19.90")`."""
        return _major(self.amount, self.currency)

    def split(self, weights: Sequence[int]) -> "list[Money]":
        """In proportion to `weights`; the parts add up exactly. See `allocate`."""
        return [Money(part, self.currency) for part in allocate(self.amount, weights)]

    def share(self, ppm: int) -> "Money":
        """`ppm` millionths of it, to the nearest minor unit, halves away from zero."""
        return Money(round_half_up(self.amount * ppm, PPM), self.currency)

    def tax_within(self, ppm: int) -> "Money":
        """The tax contained in a gross amount: `gross · rate / (1 + rate)`, to the nearest minor unit."""
        return Money(round_half_up(self.amount * ppm, PPM + ppm), self.currency)

    def portion(self, part: int, whole: int, already: int = 0) -> "Money":
        """What falls to `part` of `whole` equal pieces after `already` of them.

        Cumulative floors: however the pieces are taken, all of them together give exactly the whole amount.
        """
        return Money(self.amount * (already + part) // whole - self.amount * already // whole, self.currency)

    def formatted(self, locale: str) -> str:
        """Ready to show, by CLDR: `19,90 €`, `¥1,990`."""
        near = nearest(locale)
        pattern = _pattern(locale, self.currency)
        return str(format_currency(self.major, self.currency, locale=near, currency_digits=False, format=pattern))


@lru_cache(maxsize=1024)
def _pattern(tag: str, currency: str) -> str:
    """The locale's currency pattern with exactly the digits that the currency has after the point.

    A sign that ends in a letter is kept off the number (CLDR's currency spacing, which Babel leaves out).
    """
    locale = nearest(tag)
    digits = fraction_digits(currency)
    pattern = str(locale.currency_formats["standard"].pattern)
    pattern = pattern.replace(".00", f".{'0' * digits}" if digits else "")
    sign = str(get_currency_symbol(currency, locale=locale))
    if sign[-1].isalpha():
        pattern = pattern.replace("¤#", "¤\xa0#")
    return pattern.replace("0¤", "0\xa0¤") if sign[0].isalpha() else pattern


@lru_cache(maxsize=16_384)
def _major(amount: int, currency: str) -> Decimal:
    """Prices come again and again."""
    return Decimal(amount).scaleb(-fraction_digits(currency))
