"""Zones and methods, as staff see them."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.channels import queries as channels
from commerce.channels.graphql import Channel, channel_of
from commerce.i18n import rules as i18n
from commerce.kit.actor import Permission
from commerce.kit.graphql import (
    PART,
    Info,
    Money,
    Node,
    batched,
    derived,
    described,
    in_channels,
    money,
    node_loader,
    object_type,
    query,
)
from commerce.kit.scalars import CountryCode
from commerce.shipping import queries, values

STAFF = in_channels(Permission.SETTINGS_WRITE)
"""Who sees zones, and of the ways to ship those of their channels."""


@object_type(PART)
class ShippingRate:
    """What a method costs in a currency, whatever is shipped."""

    price: Money = described("Price, with or without tax as the channel displays it.")
    free_over: Money | None = described("Subtotal after discounts from which on it costs nothing, or null.")


@object_type(STAFF)
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


@object_type(STAFF)
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
        """Ways to ship there in the viewer's channels, active or not, in display order."""
        found = await queries.methods_of(info.context, [zone.key for zone in zones])
        return [[method_of(method) for method in methods if sees(info, method)] for methods in found]


def _rate_of(rate: values.Rate) -> ShippingRate:
    return ShippingRate(price=money(rate.amount), free_over=money(rate.free_over) if rate.free_over else None)


def sees(info: Info, method: values.Method) -> bool:
    """Whether the caller sees to the channel of a way to ship."""
    return info.context.actor.may_in(method.channel_key, [Permission.SETTINGS_WRITE])


def method_of(value: values.Method) -> ShippingMethod:
    return ShippingMethod(key=value.key, value=value)


def zone_of(value: values.Zone) -> ShippingZone:
    return ShippingZone(key=value.key, value=value)


@node_loader("shipping_zone")
async def _zones(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    if not info.context.actor.may_somewhere([Permission.SETTINGS_WRITE]):
        return [None] * len(keys)
    return [zone_of(found) if found else None for found in await queries.zones_by_key(info.context, keys)]


@node_loader("shipping_method")
async def _methods(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    if not info.context.actor.may_somewhere([Permission.SETTINGS_WRITE]):
        return [None] * len(keys)
    methods = await queries.methods_by_key(info.context, keys)
    return [method_of(found) if found and sees(info, found) else None for found in methods]


@strawberry.type
class ShippingQuery:
    @query(STAFF)
    async def shipping_zones(self, info: Info) -> list[ShippingZone]:
        """All shipping zones, by code."""
        return [zone_of(found) for found in await queries.zones(info.context)]
