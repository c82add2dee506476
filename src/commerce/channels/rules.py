"""Which selling context a request gets."""

from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from commerce.channels.errors import CurrencyNotTraded
from commerce.channels.values import Market, Selling, Wishes
from commerce.i18n import rules as i18n
from commerce.kit.errors import Invalid, RequestError, Required


def selling(markets: Sequence[Market], wishes: Wishes) -> Selling:
    """The outcome of what was wished for and what is on offer; `markets` must not be empty.

    There is at least one. An unknown channel fails with BAD_USER_INPUT; a locale, country or currency that the channel does not have falls
    back to the channel's first.
    """
    market = _market(markets, wishes.channel)
    locale = i18n.negotiate(wishes.locales, market.locales) or market.locales[0]
    return Selling(
        market=market,
        locale=locale,
        locales=i18n.fallback(locale, market.locales[0]),
        country=wishes.country if wishes.country in market.countries else market.countries[0],
        currency=wishes.currency if wishes.currency in market.currencies else market.currencies[0],
        markets=tuple(markets),
    )


def _market(markets: Sequence[Market], code: str | None) -> Market:
    if code is None:
        return markets[0]
    for market in markets:
        if market.code == code:
            return market
    raise RequestError("BAD_USER_INPUT", f"There is no channel {code!r}.")


def check_currency(market: Market, currency: str, *field: str | int) -> None:
    if currency not in market.currencies:
        raise CurrencyNotTraded(*field, currency=currency)


def check_lists(locales: Sequence[str], currencies: Sequence[str], countries: Sequence[str]) -> None:
    """Each list names at least one thing, and nothing twice."""
    for name, values in (("locales", locales), ("currencies", currencies), ("countries", countries)):
        if not values:
            raise Required("input", name)
        if len(set(values)) != len(values):
            raise Invalid("input", name)


def check_time_zone(name: str) -> None:
    if name not in _time_zones():
        raise Invalid("input", "timeZone")


@cache
def _time_zones() -> frozenset[str]:
    """All names; a name is not tried as a file, which it may be too long for."""
    return frozenset(available_timezones())
