"""What shipping costs, and what a method may say."""

from collections.abc import Sequence

from commerce.kit.errors import Invalid, OutOfRange, Refusal, Required, raise_all
from commerce.kit.money import Money
from commerce.shipping.values import Rate, ShippingMethod

MOST_DAYS = 365


def price_for(method: ShippingMethod, subtotal: Money) -> Money:
    """What a method costs for goods of this subtotal, after discounts: nothing from its `free_over` on."""
    if method.free_over is not None and subtotal >= method.free_over:
        return Money.zero(method.amount.currency)
    return method.amount


def check_countries(countries: Sequence[str]) -> None:
    """A zone names at least one country, and none twice."""
    if not countries:
        raise Required("input", "countries")
    if len(set(countries)) != len(countries):
        raise Invalid("input", "countries")


def check_days(min_days: int | None, max_days: int | None) -> None:
    """Both ends are within a year and in order, or both are left open."""
    wrong: list[Refusal] = []
    for name, days in (("minDays", min_days), ("maxDays", max_days)):
        if days is not None and not 0 <= days <= MOST_DAYS:
            wrong.append(OutOfRange("input", name, least=0, most=MOST_DAYS))
    raise_all(wrong)
    if min_days is not None and max_days is not None and max_days < min_days:
        raise Invalid("input", "maxDays")


def check_rates(rates: Sequence[Rate]) -> None:
    """Each currency comes once, and what is free from a sum on says so in the same currency."""
    wrong: list[Refusal] = []
    for i, rate in enumerate(rates):
        currency = rate.amount.currency
        if currency in [earlier.amount.currency for earlier in rates[:i]]:
            wrong.append(Invalid("input", "rates", i, "price"))
        if rate.free_over and rate.free_over.currency != currency:
            wrong.append(Invalid("input", "rates", i, "freeOver"))
    raise_all(wrong)
