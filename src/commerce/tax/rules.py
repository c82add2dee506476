"""How much tax is on an amount."""

import re
from decimal import Decimal

from commerce.kit.errors import Invalid, OutOfRange
from commerce.kit.money import PPM, Money
from commerce.tax.values import Taxed

PPM_PER_PERCENT = PPM // 100
MOST_PERCENT = 1000


def tax_on(amount: Money, ppm: int, included: bool) -> Money:
    """The tax on an amount, or the tax that it already contains; to the nearest minor unit, halves up."""
    return amount.tax_within(ppm) if included else amount.share(ppm)


def taxed(amount: Money, ppm: int, included: bool) -> Taxed:
    """An amount with its tax split out."""
    return split(amount, tax_on(amount, ppm, included), included)


def split(amount: Money, tax: Money, included: bool) -> Taxed:
    """An amount with a tax that is known, such as the sum of several lines."""
    return Taxed(amount - tax, tax, amount) if included else Taxed(amount, tax, amount + tax)


def ppm_of(percent: Decimal, *field: str | int) -> int:
    """`19` → 190000. INVALID when it is not between 0 and 1000 or has more than four digits after the point."""
    if not 0 <= percent <= MOST_PERCENT:
        raise OutOfRange(*field, least=0, most=MOST_PERCENT)
    ppm = percent * PPM_PER_PERCENT
    if ppm != ppm.to_integral_value():
        raise Invalid(*field)
    return int(ppm)


def percent_of(ppm: int) -> Decimal:
    """`88750` → `8.875`."""
    return Decimal(ppm).scaleb(-4).normalize() + 0


def check_region(country: str, region: str | None) -> None:
    """A region is named by ISO 3166-2 and lies in the country."""
    if region is not None and not re.fullmatch(rf"{country}-[A-Z0-9]{{1,3}}", region):
        raise Invalid("input", "region")
