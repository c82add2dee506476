"""What a price may be, and what a reduction comes to."""

from collections.abc import Sequence
from uuid import UUID

from commerce.kit.errors import Invalid, Refusal, raise_all
from commerce.kit.money import MOST_MINOR, Money, round_half_up
from commerce.pricing.values import Price, PriceEntry


def saving(price: Price) -> Money | None:
    """What a reduction saves; None when the price is not reduced."""
    return price.compare_at - price.amount if price.compare_at else None


def saving_percent(price: Price) -> int | None:
    """The saving in percent of the price before, to the nearest whole, halves up; None when it is not reduced."""
    saved = saving(price)
    if saved is None or price.compare_at is None:
        return None
    return round_half_up(saved.amount * 100, price.compare_at.amount)


def check_entries(entries: Sequence[PriceEntry]) -> None:
    """Each price is within bounds, below what it is compared with, in one currency, and given once."""
    wrong: list[Refusal] = []
    seen: set[tuple[UUID, UUID, str]] = set()
    for i, entry in enumerate(entries):
        price = entry.price
        place = (entry.variant_key, entry.channel_key, price.amount.currency)
        if place in seen:
            wrong.append(Invalid("input", "prices", i, "variantId"))
        seen.add(place)
        if not 0 <= price.amount.amount <= MOST_MINOR:
            wrong.append(Invalid("input", "prices", i, "amount", "amount"))
        if price.compare_at and not _is_above(price.compare_at, price.amount):
            wrong.append(Invalid("input", "prices", i, "compareAt"))
    raise_all(wrong)


def _is_above(compare_at: Money, amount: Money) -> bool:
    return compare_at.currency == amount.currency and amount.amount < compare_at.amount <= MOST_MINOR
