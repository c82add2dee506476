"""Money, as the API says it."""

import typing
from decimal import Decimal

import strawberry

from commerce.kit.errors import (
    Invalid,
)
from commerce.kit.graphql.rules import PART
from commerce.kit.graphql.types import Info, argument, derived, described, input_type, object_type
from commerce.kit.money import MOST_MINOR
from commerce.kit.money import Money as Amount
from commerce.kit.scalars import CurrencyCode, Locale


@object_type(PART)
class Money:
    """An exact amount in one currency."""

    value: strawberry.Private[Amount]

    @derived
    def amount(self) -> Decimal:
        """The amount in major units with the digits of its currency: `"19.90"`, `"1990"` for JPY."""
        return self.value.major

    @derived
    def currency_code(self) -> CurrencyCode:
        """Its currency."""
        return CurrencyCode(self.value.currency)

    @derived
    def formatted(
        self, info: Info, locale: typing.Annotated[Locale | None, argument("Locale to format in.")] = None
    ) -> str:
        """Ready to display, for clients without `Intl`. Defaults to the locale of the context."""
        return self.value.formatted(locale or info.context.locales[0])


def money(value: Amount) -> Money:
    return Money(value=value)


@input_type
class MoneyInput:
    """An amount in one currency."""

    amount: Decimal = described("Amount in major units.")
    currency_code: CurrencyCode = described("Currency.")


def amount_from(given: MoneyInput, *field: str | int) -> Amount:
    """The amount that a client sent. INVALID when it is negative, too great, or has more digits than its currency."""
    try:
        amount = Amount.of(given.amount, given.currency_code)
    except ValueError as error:
        raise Invalid(*field, "amount") from error
    if not 0 <= amount.amount <= MOST_MINOR:
        raise Invalid(*field, "amount")
    return amount
