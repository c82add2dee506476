"""Names of countries, currencies and languages, from CLDR."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_name, get_currency_symbol


@lru_cache(maxsize=256)
def _babel(locale: str) -> Locale:
    parts = locale.split("-")
    while parts:
        try:
            return Locale.parse("-".join(parts), sep="-")
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return Locale("en")


def country_name(code: str, locale: str) -> str:
    """`DE` in `zh-Hans` → `德国`; the code itself when CLDR has no name."""
    return str(_babel(locale).territories.get(code, code))


def currency_name(code: str, locale: str) -> str:
    """`JPY` in `de` → `Japanischer Yen`."""
    return str(get_currency_name(code, locale=_babel(locale)))


def currency_symbol(code: str, locale: str) -> str:
    """`USD` in `en` → `$`."""
    return str(get_currency_symbol(code, locale=_babel(locale)))


def endonym(locale: str) -> str:
    """A language's own name: `Deutsch`, `简体中文`."""
    name = _babel(locale).get_display_name()
    return str(name) if name else locale
