"""Money adds up, whatever is done to it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.kit.money import MOST_MINOR, PPM, Money, allocate, fraction_digits, is_currency, round_half_up

amounts = st.integers(-MOST_MINOR, MOST_MINOR)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=30)
rates = st.integers(0, PPM)
currencies = st.sampled_from(["USD", "JPY", "KWD", "CLF"])


@given(amounts, weights)
def test_parts_add_up_to_the_whole(total: int, weights: list[int]) -> None:
    assert sum(allocate(total, weights)) == total


@given(weights, st.data())
def test_no_part_of_a_discount_is_greater_than_its_line(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    if any(weights):
        assert all(0 <= part <= weight for part, weight in zip(allocate(total, weights), weights, strict=True))


@given(amounts, weights)
def test_parts_differ_from_their_exact_share_by_less_than_one(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    if whole:
        for part, weight in zip(allocate(total, weights), weights, strict=True):
            assert abs(part * whole - total * weight) < whole


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 0], [3, 2]),
        (1, [2, 5, 5], [0, 1, 0]),
        (10, [3, 3, 4], [3, 3, 4]),
        (0, [7, 9], [0, 0]),
        (7, [], []),
    ],
)
def test_odd_cents_go_to_the_largest_remainder(total: int, weights: list[int], parts: list[int]) -> None:
    assert allocate(total, weights) == parts


@given(amounts, st.lists(st.integers(1, 50), min_size=1, max_size=20))
def test_portions_taken_one_after_another_make_the_whole(amount: int, pieces: list[int]) -> None:
    money, whole = Money(amount, "EUR"), sum(pieces)
    taken = [money.portion(piece, whole, sum(pieces[:i])) for i, piece in enumerate(pieces)]
    assert Money.total(taken, "EUR") == money


def test_portion_of_a_line_of_three() -> None:
    line = Money(1000, "EUR")
    assert [line.portion(1, 3, already).amount for already in range(3)] == [333, 333, 334]


@given(amounts, rates)
def test_tax_and_net_make_the_gross(amount: int, ppm: int) -> None:
    gross = Money(amount, "EUR")
    tax = gross.tax_within(ppm)
    net = gross - tax
    assert net + tax == gross
    assert abs(net.share(ppm).amount - tax.amount) <= 1


@pytest.mark.parametrize(
    ("gross", "ppm", "tax"), [(11900, 190_000, 1900), (1990, 190_000, 318), (100, 0, 0), (-11900, 190_000, -1900)]
)
def test_tax_within_a_price(gross: int, ppm: int, tax: int) -> None:
    assert Money(gross, "EUR").tax_within(ppm) == Money(tax, "EUR")


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**9))
def test_rounding_is_the_same_on_both_sides_of_zero(numerator: int, denominator: int) -> None:
    rounded = round_half_up(numerator, denominator)
    assert rounded == -round_half_up(-numerator, denominator)
    assert 2 * abs(rounded * denominator - numerator) <= denominator


@pytest.mark.parametrize(("numerator", "rounded"), [(5, 1), (4, 0), (-5, -1), (-4, 0), (15, 2), (25, 3)])
def test_halves_round_away_from_zero(numerator: int, rounded: int) -> None:
    assert round_half_up(numerator, 10) == rounded


@given(amounts, currencies)
def test_major_units_and_back(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert Money.of(money.major, currency) == money
    assert Money.of(str(money.major), currency) == money


@pytest.mark.parametrize(
    ("major", "currency", "minor"),
    [("19.90", "USD", 1990), ("1990", "JPY", 1990), ("19.900", "KWD", 19900), ("-0.5", "EUR", -50), ("3", "EUR", 300)],
)
def test_major_units(major: str, currency: str, minor: int) -> None:
    assert Money.of(major, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("minor", "currency", "major"), [(1990, "USD", "19.90"), (1990, "JPY", "1990"), (5, "KWD", "0.005")]
)
def test_all_digits_of_the_currency_are_shown(minor: int, currency: str, major: str) -> None:
    assert format(Money(minor, currency).major, "f") == major


@pytest.mark.parametrize("major", ["19.999", "0.001", "NaN", "Infinity", "ten", ""])
def test_more_digits_than_the_currency_has_are_refused(major: str) -> None:
    with pytest.raises(ValueError, match=r"digits|decimal"):
        Money.of(major, "USD")
    with pytest.raises(ValueError, match=r"digits|decimal"):
        Money.of(Decimal("0.5"), "JPY")


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("en", ["$19.90", "¥1,990", "KWD 19.900", "-$19.90"]),
        ("en-US", ["$19.90", "¥1,990", "KWD 19.900", "-$19.90"]),
        ("de", ["19,90 $", "1.990 ¥", "19,900 KWD", "-19,90 $"]),
        ("zh-Hans", ["US$19.90", "JP¥1,990", "KWD 19.900", "-US$19.90"]),
        ("xx", ["$19.90", "¥1,990", "KWD 19.900", "-$19.90"]),
    ],
)
def test_formatted_by_locale(locale: str, shown: list[str]) -> None:
    amounts = [Money(1990, "USD"), Money(1990, "JPY"), Money(19900, "KWD"), Money(-1990, "USD")]
    # CLDR puts a no-break space of one width or another between a number and its sign.
    assert [amount.formatted(locale).replace("\xa0", " ").replace("\u202f", " ") for amount in amounts] == shown


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="EUR and USD do not add up"):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(ValueError, match="do not add up"):
        Money(1, "EUR") - Money(1, "USD")
    with pytest.raises(ValueError, match="do not add up"):
        assert Money(1, "EUR") < Money(1, "USD")


def test_arithmetic_is_exact() -> None:
    price = Money(1990, "EUR")
    assert price * 3 - price == Money(3980, "EUR")
    assert -price + price == Money.zero("EUR")
    assert Money.zero("EUR").is_zero
    assert Money(1, "EUR") < price <= Money(1990, "EUR")
    assert price.share(150_000) == Money(299, "EUR")
    assert price.split([1, 1]) == [Money(995, "EUR"), Money(995, "EUR")]


def test_currencies_are_those_of_iso_4217() -> None:
    assert all(map(is_currency, ["EUR", "USD", "CNY", "KWD", "JPY"]))
    assert not any(map(is_currency, ["eur", "EURO", "", "€"]))
    assert [fraction_digits(code) for code in ("JPY", "EUR", "KWD", "CLF")] == [0, 2, 3, 4]
