"""Sums as the API says them."""

from commerce.kit.graphql import PART, Money, described, money, object_type
from commerce.quotes.values import Quote


@object_type(PART)
class Totals:
    """Sums of a cart, a checkout or an order. `subtotal - discount + shipping + (tax, if not included) = total`."""

    subtotal: Money = described("Lines before discounts.")
    discount: Money = described("Discounts on lines together, as a positive amount.")
    shipping: Money | None = described("Shipping after its discounts; null until it is known.")
    tax: Money | None = described("Tax, for the country of the cart until the address is known.")
    tax_included: bool = described("Whether the other sums already contain the tax.")
    total: Money = described("What is to be paid.")
    is_estimate: bool = described("True while shipping or tax is an estimate or missing.")


def totals_of(quote: Quote) -> Totals:
    """The sums of a quote."""
    return Totals(
        subtotal=money(quote.subtotal),
        discount=money(quote.discount),
        shipping=money(quote.shipping) if quote.basket.method else None,
        tax=money(quote.tax),
        tax_included=quote.basket.includes_tax,
        total=money(quote.total),
        is_estimate=quote.is_estimate,
    )
