"""How much tax is on an amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.kit.errors import Refusal
from commerce.kit.money import Money
from commerce.tax import rules
from commerce.tax.values import Taxed


@pytest.mark.parametrize(
    ("amount", "currency", "ppm", "included", "tax"),
    [
        (11900, "EUR", 190_000, True, 1900), (10000, "EUR", 190_000, False, 1900), (1990, "EUR", 190_000, True, 318),
        (1990, "EUR", 0, True, 0), (1000, "JPY", 100_000, True, 91), (5, "USD", 100_000, False, 1),
        (4, "USD", 100_000, False, 0), (19999, "USD", 88_750, False, 1775), (12345, "KWD", 50_000, True, 588),
    ],
)  # fmt: skip
def test_tax_is_rounded_to_the_minor_unit_halves_up(
    amount: int, currency: str, ppm: int, included: bool, tax: int
) -> None:
    assert rules.tax_on(Money(amount, currency), ppm, included) == Money(tax, currency)


def test_tax_is_added_or_taken_out() -> None:
    def euros(amount: int) -> Money:
        return Money(amount, "EUR")

    assert rules.taxed(euros(11900), 190_000, True) == Taxed(euros(10000), euros(1900), euros(11900))
    assert rules.taxed(euros(11900), 190_000, False) == Taxed(euros(11900), euros(2261), euros(14161))


@given(st.integers(0, 10**15), st.integers(0, 10**7), st.booleans())
def test_net_and_tax_are_always_gross(amount: int, ppm: int, included: bool) -> None:
    split = rules.taxed(Money(amount, "EUR"), ppm, included)
    assert split.net + split.tax == split.gross
    assert split.tax.amount >= 0


@pytest.mark.parametrize(("percent", "ppm"), [("19", 190_000), ("8.875", 88_750), ("0", 0), ("1000", 10_000_000)])
def test_percent_is_kept_exactly(percent: str, ppm: int) -> None:
    assert rules.ppm_of(Decimal(percent)) == ppm
    assert rules.percent_of(ppm) == Decimal(percent)
    assert format(rules.percent_of(ppm), "f") == percent


@pytest.mark.parametrize("percent", ["-1", "1000.1", "8.87501"])
def test_impossible_rates_are_refused(percent: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.ppm_of(Decimal(percent), "input", "percent")
    assert refused.value.field == ("input", "percent")


def test_a_region_lies_in_its_country() -> None:
    rules.check_region("US", "US-CA")
    rules.check_region("US", None)
    for region in ("CA-ON", "US", "us-ca", "US-CALI"):
        with pytest.raises(Refusal):
            rules.check_region("US", region)
