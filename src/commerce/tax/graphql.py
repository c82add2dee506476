"""Taxes, as the API says them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry

from commerce.channels.graphql import selling
from commerce.i18n import rules as i18n
from commerce.i18n.graphql import TextInput, texts_from
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.graphql import (
    PART,
    Info,
    Money,
    Node,
    Payload,
    argument,
    batched,
    derived,
    described,
    extend,
    input_type,
    money,
    mutation,
    node_loader,
    object_type,
    query,
)
from commerce.kit.money import Money as Amount
from commerce.kit.scalars import CountryCode
from commerce.pricing.graphql import Price
from commerce.tax import actions, queries, rules, values


@object_type(PART)
class TaxedMoney:
    """An amount with its tax split out. `net + tax = gross` holds exactly."""

    net: Money = described("Without tax.")
    tax: Money = described("Tax only.")
    gross: Money = described("With tax.")


def taxed_at(amount: Amount, ppm: int, included: bool) -> TaxedMoney:
    """An amount with its tax at a rate split out; `included` when the amount contains it."""
    return taxed_money(rules.taxed(amount, ppm, included))


def taxed_money(value: values.Taxed) -> TaxedMoney:
    return TaxedMoney(net=money(value.net), tax=money(value.tax), gross=money(value.gross))


@extend(Price)
@batched
async def taxed(prices: list[Price], info: Info) -> list[TaxedMoney]:
    """Tax split of `current`, at the rate of the country of the context. Without a rate there is no tax."""
    rates = await queries.rates(info.context, selling(info).country)
    return [
        taxed_at(price.value.amount, rates[price.tax_class].ppm if price.tax_class in rates else 0, price.with_tax)
        for price in prices
    ]


@object_type((Permission.SETTINGS_WRITE, Permission.PRODUCTS_WRITE))
class TaxClass(Node):
    """Goods that are taxed alike, such as books or food."""

    prefix: ClassVar[str] = "tax_class"
    value: strawberry.Private[values.TaxClass]

    @derived
    def code(self) -> str:
        """Stable code that products and shipping methods name."""
        return self.value.code

    @derived
    def name(self, info: Info) -> str:
        """Display name in the current locale."""
        return i18n.pick(self.value.name, info.context.locales)


@object_type(Permission.SETTINGS_WRITE)
class TaxRate(Node):
    """What a class of goods is taxed with in a country, or in one region of it."""

    prefix: ClassVar[str] = "tax_rate"
    value: strawberry.Private[values.PlacedRate]

    @derived
    def country(self) -> CountryCode:
        """Country that the rate holds in."""
        return CountryCode(self.value.country)

    @derived
    def region(self) -> str | None:
        """ISO 3166-2 code of the region that the rate holds in; null when it is the whole country."""
        return self.value.region

    @derived
    def class_code(self) -> str:
        """Code of the tax class."""
        return self.value.class_code

    @derived
    def percent(self) -> Decimal:
        """The rate in percent: `19`, `8.875`."""
        return rules.percent_of(self.value.rate.ppm)

    @derived
    def name(self, info: Info) -> str:
        """What the tax is called, in the current locale: `VAT`."""
        return i18n.pick(self.value.rate.name, info.context.locales)


def class_of(value: values.TaxClass) -> TaxClass:
    return TaxClass(key=value.key, value=value)


def rate_of(value: values.PlacedRate) -> TaxRate:
    return TaxRate(key=value.key, value=value)


@input_type
class TaxClassCreateInput:
    """A new tax class."""

    code: str = described("Stable code of lower-case letters, digits and dashes, at most 40.")
    name: list[TextInput] = described("Display name by locale.")


@input_type
class TaxRateSetInput:
    """The rate of a class in a place."""

    country: CountryCode = described("Country.")
    region: str | None = described(
        "ISO 3166-2 code of one region of the country, such as `US-CA`; left out for the whole country.", default=None
    )
    class_code: str = described("Code of the tax class.")
    percent: Decimal = described("Rate in percent, from 0 to 1000, with at most four digits after the point: `8.875`.")
    name: list[TextInput] = described("What the tax is called, by locale.")


@object_type(PART)
class TaxClassPayload(Payload):
    """Result of `taxClassCreate`."""

    tax_class: TaxClass | None = described("The new tax class.", default=None)


@object_type(PART)
class TaxRatePayload(Payload):
    """Result of `taxRateSet`."""

    tax_rate: TaxRate | None = described("The rate after the mutation.", default=None)


@node_loader("tax_class")
async def _classes(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    if not info.context.actor.may([Permission.SETTINGS_WRITE]):
        return [None] * len(keys)
    return [class_of(found) if found else None for found in await queries.classes_by_key(info.context, keys)]


@node_loader("tax_rate")
async def _rates(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    if not info.context.actor.may([Permission.SETTINGS_WRITE]):
        return [None] * len(keys)
    return [rate_of(found) if found else None for found in await queries.placed_rates_by_key(info.context, keys)]


@strawberry.type
class TaxQuery:
    @query((Permission.SETTINGS_WRITE, Permission.PRODUCTS_WRITE))
    async def tax_classes(self, info: Info) -> list[TaxClass]:
        """All tax classes, by code."""
        return [class_of(found) for found in await queries.classes(info.context)]

    @query(Permission.SETTINGS_WRITE)
    async def tax_rates(
        self, info: Info, country: Annotated[CountryCode | None, argument("Only those of this country.")] = None
    ) -> list[TaxRate]:
        """The tax rates, by country, region and class."""
        return [rate_of(found) for found in await queries.placed_rates(info.context, country)]


@strawberry.type
class TaxMutation:
    @mutation(Permission.SETTINGS_WRITE)
    async def tax_class_create(self, info: Info, input: TaxClassCreateInput) -> TaxClassPayload:
        """Adds a tax class. Codes: INVALID, REQUIRED, TAKEN."""
        name = texts_from(input.name, "input", "name")
        async with info.context.transaction() as session:
            made = await actions.create_class(session, code=input.code, name=name)
            session.answer = ids.encode("tax_class", made.id)
        return TaxClassPayload(tax_class=class_of(values.TaxClass(made.id, made.code, made.name)))

    @mutation(Permission.SETTINGS_WRITE)
    async def tax_rate_set(self, info: Info, input: TaxRateSetInput) -> TaxRatePayload:
        """Sets the rate of a tax class in a country or region, new or not. Codes: INVALID, REQUIRED, NOT_FOUND."""
        name = texts_from(input.name, "input", "name")
        ppm = rules.ppm_of(input.percent, "input", "percent")
        async with info.context.transaction() as session:
            placed = await actions.set_rate(
                session, country=input.country, region=input.region, class_code=input.class_code, ppm=ppm, name=name
            )
            session.answer = ids.encode("tax_rate", placed.key)
        return TaxRatePayload(tax_rate=rate_of(placed))
