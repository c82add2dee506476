"""Names of countries, currencies and languages, from CLDR."""

from babel.numbers import get_currency_symbol

from commerce.kit.locales import nearest


def country_name(code: str, locale: str) -> str:
    """`DE` in `zh-Hans` → `德国`; the code itself when CLDR has no name."""
    return str(nearest(locale).territories.get(code, code))


def currency_symbol(code: str, locale: str) -> str:
    """`USD` in `en` → `$`."""
    return str(get_currency_symbol(code, locale=nearest(locale)))


def endonym(locale: str) -> str:
    """A language's own name: `Deutsch`, `简体中文`."""
    name = nearest(locale).get_display_name()
    return str(name) if name else locale
