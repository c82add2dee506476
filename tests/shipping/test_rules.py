"""What shipping costs, and what a method may say."""

import pytest

from commerce.kit.errors import Refusal
from commerce.kit.ids import new_key
from commerce.kit.money import Money
from commerce.shipping import rules
from commerce.shipping.values import ShippingMethod


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


@pytest.mark.parametrize(
    ("free_over", "subtotal", "price"),
    [(None, 10**9, 490), (5000, 4999, 490), (5000, 5000, 0), (5000, 5001, 0), (0, 0, 0)],
)
def test_shipping_is_free_from_a_subtotal_on(free_over: int | None, subtotal: int, price: int) -> None:
    limit = None if free_over is None else euros(free_over)
    method = ShippingMethod(new_key(), "post", {}, {}, euros(490), limit, "standard", 1, 3)
    assert rules.price_for(method, euros(subtotal)) == euros(price)


@pytest.mark.parametrize(
    ("days", "field"), [((-1, None), "minDays"), ((None, 366), "maxDays"), ((3, 2), "maxDays"), ((None, -1), "maxDays")]
)
def test_impossible_days_are_refused(days: tuple[int | None, int | None], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_days(*days)
    assert refused.value.field == ("input", field)


def test_possible_days_pass() -> None:
    for days in ((None, None), (0, 0), (1, None), (None, 5), (2, 365)):
        rules.check_days(*days)
