"""Checkouts as the API shows them."""

from datetime import datetime, timedelta
from typing import ClassVar

import strawberry

from commerce.accounts.graphql.viewer import own
from commerce.cart.graphql import Cart, cart_of
from commerce.checkout import rules
from commerce.checkout.values import Open, RequirementCode
from commerce.directory import addresses
from commerce.directory.graphql import Address
from commerce.directory.values import Address as AddressValue
from commerce.i18n import rules as i18n
from commerce.kit import masking
from commerce.kit.errors import spoken
from commerce.kit.graphql import (
    OWNER,
    PART,
    Info,
    Node,
    batched,
    derived,
    described,
    described_enum,
    object_type,
)
from commerce.orders.graphql import Order, own_orders
from commerce.payments.graphql import PaymentOption, option_of
from commerce.quotes.graphql import Totals, totals_of
from commerce.quotes.rules import shipping_price
from commerce.shipping.values import ShippingMethod
from commerce.tax import rules as tax
from commerce.tax.graphql import TaxedMoney, taxed_money

described_enum(
    {
        RequirementCode.CONTACT: "E-mail address.",
        RequirementCode.SHIPPING_ADDRESS: "Complete shipping address.",
        RequirementCode.SHIPPING_OPTION: "Way to ship.",
        RequirementCode.PAYMENT_OPTION: "Way to pay.",
        RequirementCode.CART_LINES: "Lines that can be bought.",
    },
    name="CheckoutRequirementCode",
)(RequirementCode)

_ASKED = {
    RequirementCode.CART_LINES: (spoken("The cart needs lines that can be bought."), []),
    RequirementCode.CONTACT: (spoken("An e-mail address is needed."), ["email"]),
    RequirementCode.SHIPPING_ADDRESS: (spoken("A shipping address is needed."), ["shippingAddress"]),
    RequirementCode.SHIPPING_OPTION: (spoken("Choose a way to ship."), ["shippingOptionId"]),
    RequirementCode.PAYMENT_OPTION: (spoken("Choose a way to pay."), ["paymentOptionId"]),
}


@object_type(PART)
class CheckoutRequirement:
    """Something that is missing before completion."""

    code: RequirementCode = described("Kind.")
    message: str = described("Text to show, in the current locale.")
    field: list[str] = described("Path within `CheckoutUpdateInput` that supplies it; empty when the cart does.")


@object_type(OWNER)
class ShippingOption(Node):
    """A way to ship, quoted for this checkout."""

    prefix: ClassVar[str] = "shipping_option"
    method: strawberry.Private[ShippingMethod]
    price: TaxedMoney = described("Price after discounts.")
    quoted_at: strawberry.Private[datetime]

    @derived
    def name(self, info: Info) -> str:
        """Name in the current locale."""
        return i18n.pick(self.method.name, info.context.locales)

    @derived
    def description(self, info: Info) -> str | None:
        """Description in the current locale; null without one."""
        return i18n.pick(self.method.description, info.context.locales) or None

    @derived
    def earliest_at(self) -> datetime | None:
        """Earliest arrival when ordered now; null when the merchant does not say."""
        return _in_days(self.quoted_at, self.method.min_days)

    @derived
    def latest_at(self) -> datetime | None:
        """Latest arrival when ordered now; null when the merchant does not say."""
        return _in_days(self.quoted_at, self.method.max_days)


def _in_days(start: datetime, days: int | None) -> datetime | None:
    return start + timedelta(days=days) if days is not None else None


@object_type(OWNER)
class Checkout(Node):
    """
    The purchase of a cart. It is filled in by `checkoutUpdate` in any order, and completed once it has no requirements
    left. Its id is random: keep it as a secret, like a session token.
    """

    prefix: ClassVar[str] = "checkout"
    opened: strawberry.Private[Open]

    @derived
    def cart(self) -> Cart:
        """Cart that is bought, quoted for the address of this checkout. Read-only while a payment is under way."""
        return cart_of(self.opened.cart)

    @derived
    def totals(self) -> Totals:
        """Sums with shipping and tax."""
        return totals_of(self.opened.cart.offer.quote)

    @derived
    def email(self, info: Info) -> str | None:
        """Where to write to; null until it is given."""
        return own(info, info.context.vault.open_any("email", self.opened.form.email), masking.email)

    @derived
    def phone(self, info: Info) -> str | None:
        """Phone in E.164 form; null until it is given."""
        return own(info, info.context.vault.open_any("phone", self.opened.form.phone), masking.phone)

    @derived
    def shipping_address(self, info: Info) -> Address | None:
        """Where it goes; null until it is given."""
        return _address(info, self.opened.form.shipping_address)

    @derived
    def billing_address(self, info: Info) -> Address | None:
        """Whom to bill; null for the shipping address."""
        return _address(info, AddressValue.opened(info.context.vault, self.opened.form.billing_address))

    @derived
    def shipping_options(self, info: Info) -> list[ShippingOption]:
        """Ways to ship to the address; empty until it is known."""
        if self.opened.form.shipping_address is None:
            return []
        return [self._option(method, info) for method in self.opened.cart.offer.methods]

    @derived
    def selected_shipping_option(self, info: Info) -> ShippingOption | None:
        """Chosen way to ship; null until it is chosen."""
        method = self.opened.cart.offer.quote.basket.method
        return self._option(method, info) if method else None

    def _option(self, method: ShippingMethod, info: Info) -> ShippingOption:
        quote = self.opened.cart.offer.quote
        ppm = quote.basket.rates.get(method.tax_class, 0)
        price = taxed_money(tax.taxed(shipping_price(quote, method), ppm, quote.basket.includes_tax))
        return ShippingOption(key=method.key, method=method, price=price, quoted_at=info.context.now())

    @derived
    def payment_options(self) -> list[PaymentOption]:
        """Ways to pay."""
        return [option_of(option) for option in self.opened.options]

    @derived
    def selected_payment_option(self) -> PaymentOption | None:
        """Chosen way to pay; null until it is chosen."""
        return option_of(self.opened.option) if self.opened.option else None

    @derived
    def requirements(self, info: Info) -> list[CheckoutRequirement]:
        """What is still missing, in a sensible order to ask for it. Empty when it can be completed."""
        say, locales = info.context.translate, info.context.locales
        return [
            CheckoutRequirement(code=code, message=say(_ASKED[code][0], locales), field=list(_ASKED[code][1]))
            for code in rules.missing(self.opened)
        ]

    @batched
    async def order(checkouts: list["Checkout"], info: Info) -> list[Order | None]:
        """The order; null until it is placed. Whoever knows this checkout sees it."""
        keys = [checkout.opened.form.order_key for checkout in checkouts]
        found = iter(await own_orders(info, [key for key in keys if key]) if any(keys) else [])
        return [next(found) if key else None for key in keys]


def _address(info: Info, value: AddressValue | None) -> Address | None:
    """An address in clear; masked for staff who act in the customer's place."""
    if value is None:
        return None
    return Address(value=value if info.context.actor.behind is None else addresses.masked(value))


def checkout_of(opened: Open) -> Checkout:
    return Checkout(key=opened.form.key, opened=opened)
