"""What a checkout needs before it can be completed."""

import re
from decimal import Decimal

from commerce.checkout.errors import CheckoutClosed, NotShippable, RequirementMissing, TotalChanged
from commerce.checkout.models import CheckoutState
from commerce.checkout.values import Open, RequirementCode
from commerce.directory.values import Address
from commerce.kit.errors import Invalid, TooLong
from commerce.kit.money import Money

LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")


def check_open(state: str) -> None:
    if state != CheckoutState.OPEN:
        raise CheckoutClosed("input", "checkoutId")


def clean_email(email: str) -> str:
    """Without spaces around, in lower case."""
    cleaned = email.strip().lower()
    if len(cleaned) > LONGEST_EMAIL:
        raise TooLong("input", "email", most=LONGEST_EMAIL)
    if not _EMAIL.fullmatch(cleaned):
        raise Invalid("input", "email")
    return cleaned


def check_phone(phone: str) -> None:
    if not _PHONE.fullmatch(phone):
        raise Invalid("input", "phone")


def check_served(address: Address, countries: tuple[str, ...]) -> None:
    if address.country not in countries:
        raise NotShippable("input", "shippingAddress", "country")


def missing(checkout: Open) -> list[RequirementCode]:
    """What is still missing, in the order to ask for it."""
    form, offer = checkout.form, checkout.cart.offer
    wanting = {
        RequirementCode.CART_LINES: not offer.quote.lines or bool(offer.problems),
        RequirementCode.CONTACT: form.email is None,
        RequirementCode.SHIPPING_ADDRESS: form.shipping_address is None,
        RequirementCode.SHIPPING_OPTION: offer.quote.basket.method is None,
        RequirementCode.PAYMENT_OPTION: checkout.option is None,
    }
    return [code for code, is_missing in wanting.items() if is_missing]


def check_complete(checkout: Open) -> None:
    wanting = missing(checkout)
    if wanting:
        raise RequirementMissing("input", "checkoutId", requirement=", ".join(wanting))


def check_total(total: Money, expected: Decimal) -> None:
    if total.major != expected:
        raise TotalChanged("input", "expectedTotal", total=total)
