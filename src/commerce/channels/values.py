"""The selling context of a request."""

from dataclasses import dataclass
from uuid import UUID

from commerce.i18n.values import Texts


@dataclass(frozen=True, slots=True)
class Market:
    """A channel as others see it. The first of each list is the default."""

    key: UUID
    code: str
    name: Texts
    locales: tuple[str, ...]
    currencies: tuple[str, ...]
    countries: tuple[str, ...]
    prices_include_tax: bool
    time_zone: str
    is_active: bool
    is_live: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a request asks for; None where it leaves the choice to the channel."""

    channel: str | None = None
    locales: tuple[str, ...] = ()
    country: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Selling:
    """The context in which a request sees the shop."""

    market: Market
    locale: str
    locales: tuple[str, ...]
    country: str
    currency: str
    markets: tuple[Market, ...] = ()
    """All channels that are open, for what belongs to another one."""
