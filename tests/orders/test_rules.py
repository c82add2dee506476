"""What follows for orders."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commerce.orders import rules
from commerce.orders.values import OrderPaymentStatus, OrderStatus


def test_number_shows_the_day_and_ends_in_its_check_digit() -> None:
    number = rules.new_number(datetime(2026, 11, 22, tzinfo=UTC))
    assert number.startswith("261122")
    assert len(number) == 15
    assert rules.check_digit(number[:-1]) == number[-1]


@given(some.text(alphabet="0123456789", min_size=4, max_size=20), some.integers(0, 19), some.integers(1, 9))
def test_check_digit_finds_any_wrong_digit(digits: str, place: int, off: int) -> None:
    at = place % len(digits)
    wrong = digits[:at] + str((int(digits[at]) + off) % 10) + digits[at + 1 :]
    assert rules.check_digit(wrong) != rules.check_digit(digits)


@pytest.mark.parametrize(
    ("captured", "refunded", "total", "status"),
    [
        (0, 0, 100, OrderPaymentStatus.UNPAID),
        (100, 0, 100, OrderPaymentStatus.PAID),
        (100, 40, 100, OrderPaymentStatus.PARTIALLY_REFUNDED),
        (100, 100, 100, OrderPaymentStatus.REFUNDED),
        (0, 0, 0, OrderPaymentStatus.PAID),
    ],
)
def test_state_of_the_money(captured: int, refunded: int, total: int, status: OrderPaymentStatus) -> None:
    assert rules.money_status(captured, refunded, total) is status


def test_ends_are_ends() -> None:
    for end in (OrderStatus.COMPLETED, OrderStatus.CANCELED):
        assert not any(rules.may_become(end, target) for target in OrderStatus)


def test_title_of_a_variant_joins_its_choices() -> None:
    red, large = {"en": "Red", "de": "Rot"}, {"en": "L", "de": "L", "fr": "L"}
    assert rules.variant_title([({}, red), ({}, large)]) == {"en": "Red / L", "de": "Rot / L"}
    assert rules.variant_title([]) == {}
