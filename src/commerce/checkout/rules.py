"""What a checkout needs before it can be completed."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from commerce.accounts.rules import emails
from commerce.checkout.errors import CheckoutClosed, NotShippable, RequirementMissing, TotalChanged, TotalTooGreat
from commerce.checkout.values import Entry, Form, Keep, Open, RequirementCode
from commerce.directory import phones
from commerce.directory.values import Address
from commerce.kit.errors import Invalid, NotFound, TooLong
from commerce.kit.money import MOST_MINOR, Money

LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def check_open(form: Form, *field: str) -> None:
    """A checkout can be filled in until it has an order."""
    if form.order_key is not None:
        raise CheckoutClosed(*field)


def columns(entry: Entry) -> dict[str, Any]:
    """What an entry fills in, by column; checked as far as it can be without the shop."""
    filled: dict[str, Any] = {}
    if not isinstance(entry.email, Keep):
        filled["email"] = clean_email(entry.email) if entry.email is not None else None
    if not isinstance(entry.phone, Keep):
        filled["phone"] = checked_phone(entry.phone) if entry.phone is not None else None
    if not isinstance(entry.shipping_address, Keep):
        filled["shipping_address"] = entry.shipping_address
    if not isinstance(entry.billing_address, Keep):
        filled["billing_address"] = entry.billing_address
    if not isinstance(entry.method_key, Keep):
        filled["method_id"] = entry.method_key
    if not isinstance(entry.option_key, Keep):
        filled["option_id"] = entry.option_key
    return filled


def check_choices(found: Open, entry: Entry) -> None:
    """A way to ship or to pay must be one that is on offer."""
    if isinstance(entry.method_key, UUID) and found.cart.offer.quote.basket.method is None:
        raise NotFound("input", "shippingOptionId")
    if isinstance(entry.option_key, UUID) and found.option is None:
        raise NotFound("input", "paymentOptionId")


def clean_email(email: str) -> str:
    """In the form in which people's addresses are known."""
    cleaned = emails.normal_email(email)
    if len(cleaned) > LONGEST_EMAIL:
        raise TooLong("input", "email", most=LONGEST_EMAIL)
    if not _EMAIL.fullmatch(cleaned):
        raise Invalid("input", "email")
    return cleaned


def checked_phone(phone: str) -> str:
    """In the form in which people's phones are known."""
    normal = phones.normal_phone(phone)
    if normal is None:
        raise Invalid("input", "phone")
    return normal


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
    if total.amount > MOST_MINOR:
        raise TotalTooGreat("input", "checkoutId")
    if total.major != expected:
        raise TotalChanged("input", "expectedTotal", total=total)
