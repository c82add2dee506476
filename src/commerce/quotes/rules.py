"""How a total comes about. Pure: the same basket always costs the same."""

from collections.abc import Callable
from dataclasses import replace

from commerce.kit.money import Money
from commerce.quotes.values import Basket, Quote, QuotedLine
from commerce.shipping import rules as shipping
from commerce.shipping.values import ShippingMethod
from commerce.tax import rules as tax


def compute(basket: Basket) -> Quote:
    """What a basket costs: the steps below, in their order."""
    zero = Money.zero(basket.currency)
    quote = Quote(basket, (), (), zero, zero)
    for step in STEPS:
        quote = step(quote)
    return quote


def exempt(quote: Quote) -> Quote:
    """Whoever buys without tax pays what is left of prices that include it."""
    basket = quote.basket
    if not basket.is_tax_exempt:
        return quote
    items = tuple(
        replace(
            item,
            unit=_net(item.unit, basket, item.variant.tax_class),
            compare_at=_net(item.compare_at, basket, item.variant.tax_class) if item.compare_at else None,
        )
        for item in basket.items
    )
    return replace(quote, basket=replace(basket, items=items))


def _net(amount: Money, basket: Basket, tax_class: str) -> Money:
    return tax.taxed(amount, basket.rates.get(tax_class, 0), included=basket.includes_tax).net


def _ppm(basket: Basket, tax_class: str) -> int:
    return 0 if basket.is_tax_exempt else basket.rates.get(tax_class, 0)


def price_lines(quote: Quote) -> Quote:
    """Each line at its unit price."""
    zero = Money.zero(quote.currency)
    lines = []
    for item in quote.basket.items:
        subtotal = item.unit * item.quantity
        lines.append(QuotedLine(item, subtotal, zero, subtotal, zero, 0))
    return replace(quote, lines=tuple(lines))


def share_discounts(quote: Quote) -> Quote:
    """Each line less its shares of the adjustments."""
    lines = []
    for line in quote.lines:
        shares = (share.amount for a in quote.adjustments for share in a.shares if share.line_key == line.item.key)
        discount = Money.total(shares, quote.currency)
        lines.append(replace(line, discount=discount, total=line.subtotal - discount))
    return replace(quote, lines=tuple(lines))


def ship(quote: Quote) -> Quote:
    """The chosen way to ship, at its price for what the lines come to. An empty basket ships for nothing."""
    method = quote.basket.method
    if method is None or not quote.lines:
        return quote
    return replace(quote, shipping=shipping_price(quote, method))


def tax_lines(quote: Quote) -> Quote:
    """Tax on each line after discounts, rounded once per line."""
    lines = []
    for line in quote.lines:
        ppm = _ppm(quote.basket, line.item.variant.tax_class)
        lines.append(replace(line, ppm=ppm, tax=tax.tax_on(line.total, ppm, included=quote.basket.includes_tax)))
    return replace(quote, lines=tuple(lines))


def tax_shipping(quote: Quote) -> Quote:
    """Tax on shipping, by the tax class of the method."""
    method = quote.basket.method
    ppm = _ppm(quote.basket, method.tax_class) if method else 0
    return replace(
        quote, shipping_ppm=ppm, shipping_tax=tax.tax_on(quote.shipping, ppm, included=quote.basket.includes_tax)
    )


STEPS: tuple[Callable[[Quote], Quote], ...] = (exempt, price_lines, share_discounts, ship, tax_lines, tax_shipping)


def shipping_price(quote: Quote, method: ShippingMethod) -> Money:
    """What a way to ship costs for this quote, whether or not it is the chosen one."""
    price = shipping.price_for(method, quote.subtotal - quote.discount)
    return _net(price, quote.basket, method.tax_class) if quote.basket.is_tax_exempt else price
