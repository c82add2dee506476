"""Channels and the selling context, as the API says them."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry
from strawberry.directive import DirectiveLocation

from commerce.accounts.graphql import App, ChannelPermissions, StaffRole
from commerce.channels import actions, queries, rules
from commerce.channels.values import Market, Selling, Wishes
from commerce.directory import rules as directory
from commerce.i18n import rules as i18n
from commerce.i18n.graphql import TextInput, texts_from
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.context import Context
from commerce.kit.errors import RequestError
from commerce.kit.graphql import (
    ID,
    PART,
    PUBLIC,
    Info,
    Node,
    Payload,
    argument,
    batched,
    channel_named,
    derived,
    described,
    extend,
    in_channels,
    input_type,
    mutation,
    node_loader,
    object_type,
    query,
)
from commerce.kit.money import fraction_digits
from commerce.kit.scalars import CountryCode, CurrencyCode, Locale, parse_country, parse_currency, parse_locale


@object_type(PUBLIC)
class LocaleOption:
    """One choice in a language switcher."""

    locale: Locale = described("The locale.")
    endonym: str = described("Its own name: `Deutsch`, `简体中文`.")


@object_type(PUBLIC)
class CurrencyOption:
    """One choice in a currency switcher."""

    code: CurrencyCode = described("The currency.")
    symbol: str = described("Symbol in the current locale.")
    fraction_digits: int = described("Digits after the point: 0 for JPY, 2 for EUR, 3 for KWD.")


@object_type(PUBLIC)
class Channel(Node):
    """A sales channel: one storefront, app or market with its own assortment, prices and defaults."""

    prefix: ClassVar[str] = "channel"
    market: strawberry.Private[Market]

    @derived
    def code(self) -> str:
        """Stable code to send as `channel`."""
        return self.market.code

    @derived
    def name(self, info: Info) -> str:
        """Display name in the current locale."""
        return i18n.pick(self.market.name, info.context.locales)

    @derived
    def locales(self) -> list[LocaleOption]:
        """Locales on offer, the default first."""
        return [LocaleOption(locale=Locale(tag), endonym=directory.endonym(tag)) for tag in self.market.locales]

    @derived
    def currencies(self, info: Info) -> list[CurrencyOption]:
        """Currencies on offer, the default first."""
        locale = info.context.locales[0]
        return [
            CurrencyOption(
                code=CurrencyCode(code),
                symbol=directory.currency_symbol(code, locale),
                fraction_digits=fraction_digits(code),
            )
            for code in self.market.currencies
        ]

    @derived
    def countries(self) -> list[CountryCode]:
        """Countries served, the default first."""
        return [CountryCode(code) for code in self.market.countries]

    @derived
    def prices_include_tax(self) -> bool:
        """Whether shelf prices are entered and shown with tax."""
        return self.market.prices_include_tax

    @derived
    def time_zone(self) -> str:
        """IANA time zone that its days begin in."""
        return self.market.time_zone


def channel_of(market: Market) -> Channel:
    return Channel(key=market.key, market=market)


@object_type(PUBLIC)
class SellingContext:
    """The selling context that this request runs in."""

    channel: Channel = described("Channel whose assortment, prices and stock apply.")
    locale: Locale = described("Locale that texts are served in.")
    country: CountryCode = described("Country that decides tax, shipping and assortment.")
    currency_code: CurrencyCode = described("Currency that prices are quoted in.")


SellingContext.__strawberry_definition__.name = "Context"  # type: ignore[attr-defined]


@strawberry.directive(
    name="inContext",
    locations=[DirectiveLocation.QUERY, DirectiveLocation.MUTATION, DirectiveLocation.SUBSCRIPTION],
    description=(
        "Selects the selling context of the whole operation. Precedence, part by part: this directive; the headers"
        " `X-Channel`, `Accept-Language`, `X-Country`, `X-Currency`; the channel default. `extensions.context` tells"
        " the outcome."
    ),
)
def in_context(
    channel: Annotated[str | None, argument("Code of the channel.")] = None,
    locale: Annotated[Locale | None, argument("Locale of texts and messages.")] = None,
    country: Annotated[CountryCode | None, argument("Country that decides tax and shipping.")] = None,
    currency: Annotated[CurrencyCode | None, argument("Currency of prices.")] = None,
) -> None:
    """Read before the operation runs, see `settle`; the schema only shows it."""


def selling(info: Info) -> Selling:
    """The selling context of this request. NO_CHANNEL as long as no channel is open."""
    if not info.context.holds(Selling):
        raise RequestError("NO_CHANNEL", "No channel is open yet: create one with channelCreate.")
    return info.context[Selling]


async def settle(context: Context, asked: dict[str, str | None]) -> None:
    """Settle the selling context from the directive `@inContext`, then the headers, then the channel's defaults.

    A shop without an open channel has none: its staff must be able to sign in and create the first.
    """
    headers = context.headers
    locale = asked.get("locale")
    wishes = Wishes(
        channel=asked.get("channel") or headers.get("x-channel"),
        locales=(locale,) if locale else _spoken(headers.get("accept-language", "")[:1000]),
        country=asked.get("country") or _header(headers, "x-country", parse_country),
        currency=asked.get("currency") or _header(headers, "x-currency", parse_currency),
    )
    markets = await queries.open_markets(context)
    if not markets:
        context.locales = i18n.fallback(wishes.locales[0] if wishes.locales else "en", "en")
        return
    chosen = rules.selling(markets, wishes)
    context[Selling] = chosen
    context.locales = chosen.locales
    context.extensions["context"] = {
        "channel": chosen.market.code,
        "locale": chosen.locale,
        "country": chosen.country,
        "currency": chosen.currency,
    }


@lru_cache(maxsize=512)
def _spoken(accept_language: str) -> tuple[str, ...]:
    """The locales that a header `Accept-Language` asks for, best first."""
    return tuple(filter(None, map(_locale, i18n.accepted(accept_language))))


def _locale(tag: str) -> str | None:
    """A tag in its canonical spelling; browsers send odd ones, which are passed over."""
    try:
        return parse_locale(tag)
    except ValueError:
        return None


def _header(headers: Mapping[str, str], name: str, parse: Callable[[str], str]) -> str | None:
    value = headers.get(name)
    if value is None:
        return None
    try:
        return parse(value)
    except ValueError as error:
        raise RequestError("BAD_USER_INPUT", f"{name}: {error}") from error


# --------------------------------------------------------------------------------------------- for staff


@input_type
class ChannelCreateInput:
    """A new channel."""

    code: str = described("Stable code of lower-case letters, digits and dashes, at most 40.")
    name: list[TextInput] = described("Display name by locale.")
    locales: list[Locale] = described("Locales on offer, the default first.")
    currencies: list[CurrencyCode] = described("Currencies on offer, the default first.")
    countries: list[CountryCode] = described("Countries served, the default first.")
    prices_include_tax: bool = described("Whether shelf prices are entered and shown with tax. It cannot be changed.")
    time_zone: str = described("IANA time zone, such as `Europe/Berlin`.", default="UTC")


@input_type
class ChannelUpdateInput:
    """Changes to a channel. What is left out stays."""

    channel_id: ID = described("Channel.")
    name: list[TextInput] | None = described("Display name by locale.", default=None)
    locales: list[Locale] | None = described("Locales on offer, the default first.", default=None)
    currencies: list[CurrencyCode] | None = described("Currencies on offer, the default first.", default=None)
    countries: list[CountryCode] | None = described("Countries served, the default first.", default=None)
    is_active: bool | None = described("Whether it is open to the public.", default=None)
    is_live: bool | None = described("Whether it takes real money: test payments are refused then.", default=None)


@object_type(PART)
class ChannelPayload(Payload):
    """Result of the channel mutations."""

    channel: Channel | None = described("The channel after the mutation.", default=None)


@node_loader("channel")
async def _channels(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    found = await queries.markets_by_key(info.context, keys)
    sees = [info.context.actor.may_in(key, [Permission.SETTINGS_WRITE]) for key in keys]
    return [
        channel_of(market) if market and (market.is_active or is_seen) else None
        for market, is_seen in zip(found, sees, strict=True)
    ]


@strawberry.type
class ChannelsQuery:
    @query(PUBLIC)
    def context(self, info: Info) -> SellingContext:
        """The context that applies to this operation."""
        here = selling(info)
        return SellingContext(
            channel=channel_of(here.market),
            locale=Locale(here.locale),
            country=CountryCode(here.country),
            currency_code=CurrencyCode(here.currency),
        )

    @query(PUBLIC)
    async def channels(self, info: Info) -> list[Channel]:
        """Channels that are open to the public, the default first."""
        return [channel_of(market) for market in await queries.open_markets(info.context)]


@strawberry.type
class ChannelsMutation:
    @mutation(Permission.SETTINGS_WRITE)
    async def channel_create(self, info: Info, input: ChannelCreateInput) -> ChannelPayload:
        """Opens a channel. Codes: INVALID, REQUIRED, TAKEN."""
        async with info.context.transaction() as session:
            channel = await actions.create(
                session,
                code=input.code,
                name=texts_from(input.name, "input", "name"),
                locales=input.locales,
                currencies=input.currencies,
                countries=input.countries,
                prices_include_tax=input.prices_include_tax,
                time_zone=input.time_zone,
            )
            session.answer = ids.encode("channel", channel.id)
        return await _payload(info, channel.id)

    @mutation(in_channels(Permission.SETTINGS_WRITE))
    async def channel_update(self, info: Info, input: ChannelUpdateInput) -> ChannelPayload:
        """Changes a channel. Codes: INVALID, REQUIRED, NOT_FOUND."""
        async with info.context.transaction() as session:
            channel = await actions.update(
                session,
                channel_named(info, input.channel_id, Permission.SETTINGS_WRITE, "input", "channelId"),
                name=texts_from(input.name, "input", "name") if input.name is not None else None,
                locales=input.locales,
                currencies=input.currencies,
                countries=input.countries,
                is_active=input.is_active,
                is_live=input.is_live,
            )
            session.answer = ids.encode("channel", channel.id)
        return await _payload(info, channel.id)


async def _payload(info: Info, key: UUID) -> ChannelPayload:
    [market] = await queries.markets_by_key(info.context, [key])
    return ChannelPayload(channel=channel_of(market) if market else None)


# -------------------------------------------------------------------------------------- of other types


@extend(App)
@batched
async def channels(apps: list[App], info: Info) -> list[list[Channel]]:
    """The channels that its permissions are for, if it is bound to some; else empty."""
    bound = [[*(app.profile.reach.channels or ())] for app in apps]
    found = await _by_key(info, {key for keys in bound for key in keys})
    return [[found[key] for key in keys] for keys in bound]


@extend(ChannelPermissions)
@batched
async def channel(held: list[ChannelPermissions], info: Info) -> list[Channel]:
    """The channel."""
    found = await _by_key(info, {one.channel_key for one in held})
    return [found[one.channel_key] for one in held]


@extend(StaffRole, name="channel")
@batched
async def channel_of_role(held: list[StaffRole], info: Info) -> list[Channel | None]:
    """The channel that it is given for; null for all of them."""
    found = await _by_key(info, {one.channel_key for one in held if one.channel_key})
    return [found[one.channel_key] if one.channel_key else None for one in held]


async def _by_key(info: Info, keys: set[UUID]) -> dict[UUID, Channel]:
    """Channels by their keys. None is ever removed."""
    markets = await queries.markets_by_key(info.context, [*keys])
    return {market.key: channel_of(market) for market in markets if market}
