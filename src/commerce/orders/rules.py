"""What an order allows, and what follows."""

import re
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from commerce.accounts.rules import emails
from commerce.directory import phones
from commerce.i18n.values import Texts
from commerce.kit.errors import Refusal
from commerce.orders.errors import OrderNotCancelable, OrderNotFulfillable, OrderNotPayable
from commerce.orders.values import FulfillmentStatus, OrderLineInfo, OrderPaymentStatus, OrderStatus, Sought

_NUMBER = re.compile(r"\d{15}")
TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING: frozenset({OrderStatus.PROCESSING, OrderStatus.CANCELED}),
    OrderStatus.PROCESSING: frozenset({OrderStatus.COMPLETED, OrderStatus.CANCELED}),
    OrderStatus.COMPLETED: frozenset(),
    OrderStatus.CANCELED: frozenset(),
}


def may_become(status: str, target: OrderStatus) -> bool:
    """Whether an order in this state may move to that one."""
    return target in TRANSITIONS[OrderStatus(status)]


def check_cancelable(status: str, *, has_parcels: bool) -> None:
    """An order can be called off until the first parcel has left."""
    if has_parcels or not may_become(status, OrderStatus.CANCELED):
        raise OrderNotCancelable("input", "orderId")


def check_fulfillable(status: str) -> None:
    _check(status == OrderStatus.PROCESSING, OrderNotFulfillable("input", "orderId"))


def check_payable(status: str) -> None:
    _check(status == OrderStatus.PENDING, OrderNotPayable("input", "orderId"))


def not_payable() -> Refusal:
    return OrderNotPayable("input", "orderId")


def variant_title(choices: Sequence[tuple[Texts, Texts]]) -> Texts:
    """The chosen values by locale, `Red / M`, in the locales that all of them have."""
    if not choices:
        return {}
    locales = set.intersection(*(set(value) for _, value in choices))
    return {locale: " / ".join(value[locale] for _, value in choices) for locale in sorted(locales)}


def _check(holds: bool, refusal: Refusal) -> None:
    if not holds:
        raise refusal


def money_status(captured: int, refunded: int, total: int) -> OrderPaymentStatus:
    """The state of the money that follows from the payments. An order that costs nothing is paid."""
    if refunded and refunded >= captured:
        return OrderPaymentStatus.REFUNDED
    if refunded:
        return OrderPaymentStatus.PARTIALLY_REFUNDED
    return OrderPaymentStatus.PAID if captured >= total else OrderPaymentStatus.UNPAID


def sought(text: str | None, status: str | None, channels: Collection[UUID] | None, countries: Iterable[str]) -> Sought:
    """Which orders staff looks for: by a number, an e-mail address, or a phone as it is dialed in one of these countries."""
    found = Sought(status=status, channels=None if channels is None else tuple(channels))
    if text is None:
        return found
    if "@" in text:
        return replace(found, email=emails.normal_email(text))
    phones_ = () if _NUMBER.fullmatch(text.strip()) else phones.readings(text, countries)
    return replace(found, phones=phones_) if phones_ else replace(found, number=text.strip())


def new_number(now: datetime) -> str:
    """A number that cannot be counted through: the day, eight random digits, and a check digit (ISO 7064, MOD 11,10).

    The same digits never come twice: the table refuses it, and the chance is one in a hundred million a day.
    """
    digits = f"{now:%y%m%d}{secrets.randbelow(10**8):08d}"
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def goods_status(lines: Sequence[OrderLineInfo]) -> FulfillmentStatus:
    """The state of the goods that follows from the lines."""
    if all(line.fulfilled == line.quantity for line in lines):
        return FulfillmentStatus.FULFILLED
    if any(line.fulfilled for line in lines):
        return FulfillmentStatus.PARTIALLY_FULFILLED
    return FulfillmentStatus.UNFULFILLED
