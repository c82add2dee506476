"""What a price may be, and what a reduction comes to."""

import pytest

from commerce.kit.errors import Refusal
from commerce.kit.ids import new_key
from commerce.kit.money import MOST_MINOR, Money
from commerce.pricing import rules
from commerce.pricing.values import Price, PriceEntry


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


@pytest.mark.parametrize(
    ("amount", "compare_at", "percent"),
    [(1990, 2990, 33), (9950, 10000, 1), (9951, 10000, 0), (0, 100, 100), (875, 1000, 13), (1000, None, None)],
)
def test_saving_is_told_in_whole_percent_with_halves_up(amount: int, compare_at: int | None, percent: int) -> None:
    price = Price(euros(amount), euros(compare_at) if compare_at else None)
    assert rules.saving_percent(price) == percent
    assert rules.saving(price) == (euros(compare_at - amount) if compare_at else None)


@pytest.mark.parametrize(
    ("price", "field"),
    [
        (Price(euros(-1)), ("input", "prices", "0", "amount", "amount")),
        (Price(euros(MOST_MINOR + 1)), ("input", "prices", "0", "amount", "amount")),
        (Price(euros(100), euros(100)), ("input", "prices", "0", "compareAt")),
        (Price(euros(100), Money(200, "USD")), ("input", "prices", "0", "compareAt")),
        (Price(euros(100), euros(MOST_MINOR + 1)), ("input", "prices", "0", "compareAt")),
    ],
)
def test_impossible_prices_are_refused(price: Price, field: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_entries([PriceEntry(new_key(), new_key(), price)])
    assert refused.value.field == field


def test_a_price_is_set_once_in_a_request() -> None:
    entry = PriceEntry(new_key(), new_key(), Price(euros(100)))
    with pytest.raises(Refusal) as refused:
        rules.check_entries([entry, entry])
    assert refused.value.field == ("input", "prices", "1", "variantId")
