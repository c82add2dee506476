"""Shipping, for staff."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.channels import queries as channels
from commerce.channels.graphql import Channel, channel_of
from commerce.i18n import rules as i18n
from commerce.i18n.graphql import TextInput, texts_from
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.errors import Refusal, raise_all
from commerce.kit.graphql import (
    ID,
    Info,
    Money,
    MoneyInput,
    Node,
    Payload,
    amount_from,
    batched,
    derived,
    described,
    input_type,
    key_from,
    money,
    mutation,
    node_loader,
    object_type,
    query,
)
from commerce.kit.scalars import CountryCode
from commerce.shipping import actions, queries, values


@object_type
class ShippingRate:
    """What a method costs in a currency, whatever is shipped."""

    price: Money = described("Price, with or without tax as the channel displays it.")
    free_over: Money | None = described("Subtotal after discounts from which on it costs nothing, or null.")


@object_type
class ShippingMethod(Node):
    """A way to ship to a zone, for the customers of a channel."""

    prefix: ClassVar[str] = "shipping_method"
    value: strawberry.Private[values.Method]

    @derived
    def code(self) -> str:
        """Code, unique within its zone and channel."""
        return self.value.code

    @derived
    def name(self, info: Info) -> str:
        """Display name in the current locale."""
        return i18n.pick(self.value.name, info.context.locales)

    @derived
    def description(self, info: Info) -> str:
        """What customers read beneath the name, in the current locale; empty when there is none."""
        return i18n.pick(self.value.description, info.context.locales)

    @derived
    def min_days(self) -> int | None:
        """Fewest days that it takes; null when that is not told."""
        return self.value.min_days

    @derived
    def max_days(self) -> int | None:
        """Most days that it takes; null when that is not told."""
        return self.value.max_days

    @derived
    def tax_class_code(self) -> str:
        """Code of the tax class; an unknown one is not taxed."""
        return self.value.tax_class

    @derived
    def is_active(self) -> bool:
        """Whether customers are offered it."""
        return self.value.is_active

    @batched
    async def channel(methods: list["ShippingMethod"], info: Info) -> list[Channel | None]:
        """Channel whose customers are offered it."""
        found = await channels.markets_by_key(info.context, [method.value.channel_key for method in methods])
        return [channel_of(market) if market else None for market in found]

    @batched
    async def rates(methods: list["ShippingMethod"], info: Info) -> list[list[ShippingRate]]:
        """What it costs, one rate for each currency. Without a rate it is not on offer in a currency."""
        found = await queries.rates_of(info.context, [method.key for method in methods])
        return [[_rate_of(rate) for rate in rates] for rates in found]


@object_type
class ShippingZone(Node):
    """Countries that are shipped to alike."""

    prefix: ClassVar[str] = "shipping_zone"
    value: strawberry.Private[values.Zone]

    @derived
    def code(self) -> str:
        """Stable code."""
        return self.value.code

    @derived
    def name(self, info: Info) -> str:
        """Display name in the current locale."""
        return i18n.pick(self.value.name, info.context.locales)

    @derived
    def countries(self) -> list[CountryCode]:
        """Its countries, by code."""
        return [CountryCode(code) for code in self.value.countries]

    @batched
    async def methods(zones: list["ShippingZone"], info: Info) -> list[list[ShippingMethod]]:
        """Ways to ship there, active or not, in display order."""
        found = await queries.methods_of(info.context, [zone.key for zone in zones])
        return [[method_of(method) for method in methods] for methods in found]


def _rate_of(rate: values.Rate) -> ShippingRate:
    return ShippingRate(price=money(rate.amount), free_over=money(rate.free_over) if rate.free_over else None)


def method_of(value: values.Method) -> ShippingMethod:
    return ShippingMethod(key=value.key, value=value)


def zone_of(value: values.Zone) -> ShippingZone:
    return ShippingZone(key=value.key, value=value)


@input_type
class ShippingZoneCreateInput:
    """A new zone."""

    code: str = described("Stable code of lower-case letters, digits and dashes, at most 40.")
    name: list[TextInput] = described("Display name by locale.")
    countries: list[CountryCode] = described("Its countries, each once.")


@input_type
class ShippingRateInput:
    """What a method costs in a currency."""

    price: MoneyInput = described("Price, in a currency that the channel trades in.")
    free_over: MoneyInput | None = described(
        "Subtotal after discounts from which on it costs nothing, in the same currency; null for never.", default=None
    )


@input_type
class ShippingMethodCreateInput:
    """A new way to ship."""

    zone_id: ID = described("Zone that it ships to.")
    channel_id: ID = described("Channel whose customers are offered it.")
    code: str = described("Code of lower-case letters, digits and dashes, at most 40, unique in zone and channel.")
    name: list[TextInput] = described("Display name by locale.")
    description: list[TextInput] = described("What customers read beneath the name, by locale.", default_factory=list)
    min_days: int | None = described("Fewest days that it takes, from 0 to 365.", default=None)
    max_days: int | None = described("Most days that it takes, from `minDays` to 365.", default=None)
    tax_class_code: str = described("Code of its tax class; an unknown one is not taxed.", default="standard")
    position: int = described("Place in lists, the lowest first.", default=0)
    is_active: bool = described("Whether customers are offered it.", default=True)
    rates: list[ShippingRateInput] = described("What it costs, each currency once.", default_factory=list)


@input_type
class ShippingMethodUpdateInput:
    """Changes to a way to ship. What is left out or null stays."""

    method_id: ID = described("Method.")
    name: list[TextInput] | None = described("Display name by locale.", default=None)
    description: list[TextInput] | None = described(
        "What customers read beneath the name, by locale; an empty list clears it.", default=None
    )
    min_days: int | None = described("Fewest days that it takes, from 0 to 365.", default=None)
    max_days: int | None = described("Most days that it takes, from `minDays` to 365.", default=None)
    tax_class_code: str | None = described("Code of its tax class; an unknown one is not taxed.", default=None)
    position: int | None = described("Place in lists, the lowest first.", default=None)
    is_active: bool | None = described("Whether customers are offered it.", default=None)


@input_type
class ShippingRatesSetInput:
    """The rates of a method."""

    method_id: ID = described("Method.")
    rates: list[ShippingRateInput] = described("All its rates from now on, each currency once.")


@object_type
class ShippingZonePayload(Payload):
    """Result of `shippingZoneCreate`."""

    shipping_zone: ShippingZone | None = described("The new zone.", default=None)


@object_type
class ShippingMethodPayload(Payload):
    """Result of the mutations of shipping methods."""

    shipping_method: ShippingMethod | None = described("The method after the mutation.", default=None)


@node_loader("shipping_zone")
async def _zones(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    if not info.context.actor.may([Permission.SETTINGS_WRITE]):
        return [None] * len(keys)
    return [zone_of(found) if found else None for found in await queries.zones_by_key(info.context, keys)]


@node_loader("shipping_method")
async def _methods(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    if not info.context.actor.may([Permission.SETTINGS_WRITE]):
        return [None] * len(keys)
    return [method_of(found) if found else None for found in await queries.methods_by_key(info.context, keys)]


@strawberry.type
class ShippingQuery:
    @query(Permission.SETTINGS_WRITE)
    async def shipping_zones(self, info: Info) -> list[ShippingZone]:
        """All shipping zones, by code."""
        return [zone_of(found) for found in await queries.zones(info.context)]


@strawberry.type
class ShippingMutation:
    @mutation(Permission.SETTINGS_WRITE)
    async def shipping_zone_create(self, info: Info, input: ShippingZoneCreateInput) -> ShippingZonePayload:
        """Adds a shipping zone. Codes: INVALID, REQUIRED, TAKEN."""
        name = texts_from(input.name, "input", "name")
        async with info.context.transaction() as session:
            made = await actions.create_zone(session, code=input.code, name=name, countries=input.countries)
            session.answer = ids.encode("shipping_zone", made.id)
        [found] = await queries.zones_by_key(info.context, [made.id])
        return ShippingZonePayload(shipping_zone=zone_of(found) if found else None)

    @mutation(Permission.SETTINGS_WRITE)
    async def shipping_method_create(self, info: Info, input: ShippingMethodCreateInput) -> ShippingMethodPayload:
        """Adds a way to ship. Codes: INVALID, REQUIRED, TAKEN, NOT_FOUND, WRONG_CURRENCY."""
        name = texts_from(input.name, "input", "name")
        description = texts_from(input.description, "input", "description", most=1000, required=False)
        rates = _rates_from(input.rates)
        async with info.context.transaction() as session:
            made = await actions.create_method(
                session,
                zone_key=key_from("shipping_zone", input.zone_id, "input", "zoneId"),
                channel_key=key_from("channel", input.channel_id, "input", "channelId"),
                code=input.code,
                name=name,
                description=description,
                min_days=input.min_days,
                max_days=input.max_days,
                tax_class=input.tax_class_code,
                position=input.position,
                is_active=input.is_active,
                rates=rates,
            )
            session.answer = ids.encode("shipping_method", made.id)
        return await _payload(info, made.id)

    @mutation(Permission.SETTINGS_WRITE)
    async def shipping_method_update(self, info: Info, input: ShippingMethodUpdateInput) -> ShippingMethodPayload:
        """Changes a way to ship. Codes: INVALID, REQUIRED, NOT_FOUND."""
        key = key_from("shipping_method", input.method_id, "input", "methodId")
        async with info.context.transaction() as session:
            await actions.update_method(
                session,
                key,
                name=texts_from(input.name, "input", "name") if input.name is not None else None,
                description=(
                    texts_from(input.description, "input", "description", most=1000, required=False)
                    if input.description is not None
                    else None
                ),
                min_days=input.min_days,
                max_days=input.max_days,
                tax_class=input.tax_class_code,
                position=input.position,
                is_active=input.is_active,
            )
            session.answer = ids.encode("shipping_method", key)
        return await _payload(info, key)

    @mutation(Permission.SETTINGS_WRITE)
    async def shipping_rates_set(self, info: Info, input: ShippingRatesSetInput) -> ShippingMethodPayload:
        """Says what a way to ship costs. Currencies that are left out lose their rate.

        Codes: INVALID, NOT_FOUND, WRONG_CURRENCY.
        """
        key = key_from("shipping_method", input.method_id, "input", "methodId")
        rates = _rates_from(input.rates)
        async with info.context.transaction() as session:
            await actions.set_rates(session, key, rates)
            session.answer = ids.encode("shipping_method", key)
        return await _payload(info, key)


def _rates_from(given: Sequence[ShippingRateInput]) -> list[values.Rate]:
    """What was sent as rates; all that is wrong with it is told at once."""
    rates, wrong = [], []
    for i, one in enumerate(given):
        try:
            free_over = amount_from(one.free_over, "freeOver") if one.free_over else None
            rates.append(values.Rate(amount_from(one.price, "price"), free_over))
        except Refusal as refusal:
            wrong.append(refusal.within("input", "rates", i))
    raise_all(wrong)
    return rates


async def _payload(info: Info, key: UUID) -> ShippingMethodPayload:
    [found] = await queries.methods_by_key(info.context, [key])
    return ShippingMethodPayload(shipping_method=method_of(found) if found else None)
