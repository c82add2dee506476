"""What CLDR knows of a language tag."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=512)
def nearest(tag: str) -> Locale:
    """The CLDR locale nearest to a BCP 47 tag; English when CLDR has none."""
    parts = tag.split("-")
    while parts:
        try:
            return Locale.parse("-".join(parts), sep="-")
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return Locale("en")
