"""How staff change zones and methods."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from commerce.i18n.graphql import TextInput, texts_from
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, Refusal, raise_all
from commerce.kit.graphql import (
    ID,
    PART,
    Info,
    MoneyInput,
    Payload,
    amount_from,
    channel_named,
    described,
    input_type,
    key_from,
    mutation,
    object_type,
)
from commerce.kit.scalars import CountryCode
from commerce.shipping import actions, queries, values
from commerce.shipping.graphql.methods import (
    STAFF,
    ShippingMethod,
    ShippingZone,
    method_of,
    sees,
    zone_of,
)


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


@object_type(PART)
class ShippingZonePayload(Payload):
    """Result of `shippingZoneCreate`."""

    shipping_zone: ShippingZone | None = described("The new zone.", default=None)


@object_type(PART)
class ShippingMethodPayload(Payload):
    """Result of the mutations of shipping methods."""

    shipping_method: ShippingMethod | None = described("The method after the mutation.", default=None)


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

    @mutation(STAFF)
    async def shipping_method_create(self, info: Info, input: ShippingMethodCreateInput) -> ShippingMethodPayload:
        """Adds a way to ship. Codes: INVALID, REQUIRED, TAKEN, NOT_FOUND, WRONG_CURRENCY."""
        name = texts_from(input.name, "input", "name")
        description = texts_from(input.description, "input", "description", most=1000, required=False)
        rates = _rates_from(input.rates)
        async with info.context.transaction() as session:
            made = await actions.create_method(
                session,
                zone_key=key_from("shipping_zone", input.zone_id, "input", "zoneId"),
                channel_key=channel_named(info, input.channel_id, Permission.SETTINGS_WRITE, "input", "channelId"),
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

    @mutation(STAFF)
    async def shipping_method_update(self, info: Info, input: ShippingMethodUpdateInput) -> ShippingMethodPayload:
        """Changes a way to ship. Codes: INVALID, REQUIRED, NOT_FOUND."""
        key = key_from("shipping_method", input.method_id, "input", "methodId")
        async with info.context.transaction() as session:
            await _check_seen(session, info, key)
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

    @mutation(STAFF)
    async def shipping_rates_set(self, info: Info, input: ShippingRatesSetInput) -> ShippingMethodPayload:
        """Says what a way to ship costs. Currencies that are left out lose their rate.

        Codes: INVALID, NOT_FOUND, WRONG_CURRENCY.
        """
        key = key_from("shipping_method", input.method_id, "input", "methodId")
        rates = _rates_from(input.rates)
        async with info.context.transaction() as session:
            await _check_seen(session, info, key)
            await actions.set_rates(session, key, rates)
            session.answer = ids.encode("shipping_method", key)
        return await _payload(info, key)


async def _check_seen(session: Session, info: Info, key: UUID) -> None:
    """A way to ship in a channel that the caller does not see to does not exist to them."""
    [found] = await queries.methods_by_key(session, [key])
    if found is None or not sees(info, found):
        raise NotFound("input", "methodId")


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
