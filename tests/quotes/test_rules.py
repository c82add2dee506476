"""How a total comes about: whatever is in the basket, it adds up to the last minor unit."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.values import VariantForSale
from commerce.kit.money import PPM, Money, allocate, round_half_up
from commerce.quotes import rules
from commerce.quotes.values import Adjustment, Basket, Item, Quote, Share
from commerce.shipping.values import ShippingMethod

CURRENCIES = ["USD", "JPY", "KWD", "EUR"]
RATES = {"standard": 190_000, "reduced": 70_000, "odd": 88_750, "none": 0}


def variant(key: int, tax_class: str = "standard") -> VariantForSale:
    return VariantForSale(UUID(int=key), UUID(int=key), UUID(int=1), f"SKU-{key}", {}, (), tax_class, None, None, True)


def item(key: int, unit: int, quantity: int = 1, currency: str = "EUR", tax_class: str = "standard") -> Item:
    return Item(UUID(int=key), variant(key, tax_class), quantity, Money(unit, currency))


def method(
    amount: int, currency: str = "EUR", free_over: int | None = None, tax_class: str = "standard"
) -> ShippingMethod:
    free = None if free_over is None else Money(free_over, currency)
    return ShippingMethod(UUID(int=9), "post", {}, {}, Money(amount, currency), free, tax_class, None, None)


def quote(basket: Basket, adjustments: tuple[Adjustment, ...] = ()) -> Quote:
    """A quote in which these adjustments were found before the steps began."""
    zero = Money.zero(basket.currency)
    found = Quote(basket, (), adjustments, zero, zero)
    for step in rules.STEPS:
        found = step(found)
    return found


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    currency = draw(st.sampled_from(CURRENCIES))
    classes = st.sampled_from([*RATES, "unknown"])
    units = st.integers(0, 10**9)
    lines = draw(st.lists(st.tuples(units, st.integers(1, 9_999), classes), max_size=6))
    shipping = draw(st.none() | st.tuples(st.integers(0, 10**6), st.none() | st.integers(0, 10**9), classes))
    return Basket(
        currency=currency,
        includes_tax=draw(st.booleans()),
        items=tuple(item(i, unit, n, currency, kind) for i, (unit, n, kind) in enumerate(lines)),
        rates=RATES,
        method=method(shipping[0], currency, shipping[1], shipping[2]) if shipping else None,
        is_addressed=True,
    )


@st.composite
def reduced(draw: st.DrawFn) -> tuple[Basket, tuple[Adjustment, ...]]:
    """A basket with adjustments, each shared out over what the ones before it have left of the lines."""
    basket = draw(baskets())
    left = [line.unit.amount * line.quantity for line in basket.items]
    found = []
    for i in range(draw(st.integers(0, 3))):
        amount = draw(st.integers(0, sum(left)))
        shares = allocate(amount, left)
        left = [rest - share for rest, share in zip(left, shares, strict=True)]
        parts = tuple(
            Share(line.key, Money(share, basket.currency)) for line, share in zip(basket.items, shares, strict=True)
        )
        found.append(Adjustment(f"CODE-{i}", "Less", Money(amount, basket.currency), parts))
    return basket, tuple(found)


@given(reduced())
def test_every_quote_adds_up_exactly(given_: tuple[Basket, tuple[Adjustment, ...]]) -> None:
    basket, adjustments = given_
    found = quote(basket, adjustments)
    assert {found.total.currency, found.tax.currency, found.shipping.currency} == {basket.currency}
    lines = sum(line.subtotal.amount for line in found.lines)
    discounts = sum(adjustment.amount.amount for adjustment in adjustments) if basket.items else 0
    taxes = sum(line.tax.amount for line in found.lines) + found.shipping_tax.amount
    added = 0 if basket.includes_tax else taxes
    assert found.discount.amount == discounts
    assert found.total.amount == lines - discounts + found.shipping.amount + added
    assert (found.subtotal.amount, found.tax.amount) == (lines, taxes)


@given(reduced())
def test_every_line_stays_within_its_bounds(given_: tuple[Basket, tuple[Adjustment, ...]]) -> None:
    basket, adjustments = given_
    for line in quote(basket, adjustments).lines:
        assert line.subtotal == line.item.unit * line.item.quantity
        assert 0 <= line.discount.amount <= line.subtotal.amount
        assert line.total == line.subtotal - line.discount
        assert line.tax.amount >= 0
        assert not basket.includes_tax or line.tax <= line.total


@given(reduced())
def test_tax_is_rounded_once_for_each_line(given_: tuple[Basket, tuple[Adjustment, ...]]) -> None:
    basket, adjustments = given_
    found = quote(basket, adjustments)
    taxed = [(line.total, line.tax, line.item.variant.tax_class) for line in found.lines]
    if basket.method:
        taxed.append((found.shipping, found.shipping_tax, basket.method.tax_class))
    for amount, tax, kind in taxed:
        ppm = RATES.get(kind, 0)
        exact = amount.amount * ppm, PPM + ppm if basket.includes_tax else PPM
        assert tax.amount == round_half_up(*exact)
        assert abs(tax.amount * exact[1] - exact[0]) * 2 <= exact[1]


@given(reduced())
def test_shipping_costs_its_price_or_nothing(given_: tuple[Basket, tuple[Adjustment, ...]]) -> None:
    basket, adjustments = given_
    found = quote(basket, adjustments)
    way = basket.method
    if way is None or not basket.items:
        assert found.shipping.is_zero
    else:
        goods = found.subtotal - found.discount
        is_free = way.free_over is not None and goods >= way.free_over
        assert found.shipping == (Money.zero(basket.currency) if is_free else way.amount)


@given(baskets())
def test_the_same_basket_always_costs_the_same(basket: Basket) -> None:
    assert rules.compute(basket) == rules.compute(basket) == quote(basket)
    turned = replace(basket, items=tuple(reversed(basket.items)))
    assert rules.compute(turned).total == rules.compute(basket).total


@pytest.mark.parametrize(
    ("currency", "includes_tax", "total", "tax"),
    [
        ("EUR", True, 4_489, 716),  # 3 × 13.33 + 4.90; 39.99 · 19/119 = 6.38496, 4.90 · 19/119 = 0.782
        ("EUR", False, 5_342, 853),  # 39.99 · 19 % = 7.598, 4.90 · 19 % = 0.931
        ("JPY", True, 4_489, 716),
        ("KWD", False, 5_342, 853),
    ],
)
def test_a_quote_by_hand(currency: str, includes_tax: bool, total: int, tax: int) -> None:
    basket = Basket(currency, includes_tax, (item(1, 1_333, 3, currency),), RATES, method(490, currency), True)
    found = rules.compute(basket)
    assert (found.total, found.tax) == (Money(total, currency), Money(tax, currency))


@pytest.mark.parametrize(("unit", "shipping"), [(4_999, 490), (5_000, 0), (5_001, 0)])
def test_shipping_is_free_from_a_sum_on(unit: int, shipping: int) -> None:
    found = rules.compute(Basket("EUR", True, (item(1, unit),), RATES, method(490, free_over=5_000), True))
    assert found.shipping == Money(shipping, "EUR")


def test_what_is_free_counts_after_discounts() -> None:
    basket = Basket("EUR", True, (item(1, 5_000),), RATES, method(490, free_over=5_000), True)
    less = Adjustment("LESS", "Less", Money(1, "EUR"), (Share(UUID(int=1), Money(1, "EUR")),))
    assert quote(basket, (less,)).shipping == Money(490, "EUR")


def test_an_empty_basket_costs_nothing() -> None:
    found = rules.compute(Basket("EUR", False, (), RATES, method(490), True))
    assert (found.total, found.tax, found.shipping) == (Money.zero("EUR"),) * 3


@given(baskets())
def test_without_tax_the_customer_pays_what_is_left_of_the_price(basket: Basket) -> None:
    taxed, exempt = rules.compute(basket), rules.compute(replace(basket, is_tax_exempt=True))
    assert exempt.tax == Money.zero(basket.currency)
    assert exempt.total == exempt.subtotal - exempt.discount + exempt.shipping
    assert exempt.total <= taxed.total
    if not basket.includes_tax:
        assert exempt.total == exempt.subtotal + exempt.shipping == taxed.total - taxed.tax


def test_without_tax_a_price_that_includes_it_is_the_net_of_one() -> None:
    basket = Basket(
        "EUR", True, (item(1, 1190, 3),), RATES, method(595, tax_class="standard"), True, is_tax_exempt=True
    )
    found = rules.compute(basket)
    assert (found.lines[0].item.unit, found.subtotal) == (Money(1000, "EUR"), Money(3000, "EUR"))
    assert (found.shipping, found.total, found.lines[0].ppm) == (Money(500, "EUR"), Money(3500, "EUR"), 0)
