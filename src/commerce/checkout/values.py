"""A checkout in hand."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from commerce.cart.values import Filled
from commerce.directory.values import Address
from commerce.orders.values import OrderInfo
from commerce.payments.values import OptionInfo


class RequirementCode(StrEnum):
    """Kind of a missing thing."""

    CONTACT = "CONTACT"
    SHIPPING_ADDRESS = "SHIPPING_ADDRESS"
    SHIPPING_OPTION = "SHIPPING_OPTION"
    PAYMENT_OPTION = "PAYMENT_OPTION"
    CART_LINES = "CART_LINES"


class Keep:
    """Stands for a part of a checkout that stays as it is."""


KEEP = Keep()


@dataclass(frozen=True, slots=True)
class Entry:
    """What a customer fills in: KEEP leaves a part as it is, None clears it."""

    email: str | Keep | None = field(default=KEEP, repr=False)
    phone: str | Keep | None = field(default=KEEP, repr=False)
    shipping_address: Address | Keep | None = field(default=KEEP, repr=False)
    billing_address: Address | Keep | None = field(default=KEEP, repr=False)
    method_key: UUID | Keep | None = KEEP
    option_key: UUID | Keep | None = KEEP


@dataclass(frozen=True, slots=True)
class Form:
    """A checkout as it is kept. Opened is only what each look at it needs: where it goes decides what it costs."""

    key: UUID
    cart_key: UUID
    email: bytes | None
    phone: bytes | None
    shipping_address: Address | None = field(repr=False)
    billing_address: bytes | None
    method_key: UUID | None
    option_key: UUID | None
    order_key: UUID | None


@dataclass(frozen=True, slots=True)
class Open:
    """A checkout with its cart, what it would cost, and the ways to pay."""

    form: Form
    cart: Filled
    options: tuple[OptionInfo, ...]

    @property
    def option(self) -> OptionInfo | None:
        """The chosen way to pay, while it is on offer."""
        return next((option for option in self.options if option.key == self.form.option_key), None)


@dataclass(frozen=True, slots=True)
class Purchase:
    """What completes a checkout."""

    expected_total: Decimal
    token: str | None = None
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a completion got: its order, and what the customer still has to do."""

    order: OrderInfo
    action: dict[str, Any] | None = None
