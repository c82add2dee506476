"""What CLDR knows of a language tag."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError, localedata

MOST_KEPT = 32
"""Locales whose data is kept. Anyone may name one of a thousand, and each takes some 200 kB."""


@lru_cache(maxsize=MOST_KEPT)
def nearest(tag: str) -> Locale:
    """The CLDR locale nearest to a BCP 47 tag; English when CLDR has none."""
    if len(localedata._cache) > MOST_KEPT:  # noqa: SLF001  (Babel itself forgets nothing)
        localedata._cache.clear()  # noqa: SLF001
    parts = tag.split("-")
    while parts:
        try:
            return Locale.parse("-".join(parts), sep="-")
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return Locale("en")
