"""What codes, slugs and texts must look like."""

import re
import unicodedata

import nh3

from commerce.catalog.errors import NoSlug
from commerce.i18n.values import Texts
from commerce.kit.errors import Invalid, Refusal, TooLong

LONGEST_SLUG = 100
LONGEST_DESCRIPTION = 50_000
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TAX_CLASS = re.compile(r"[a-z][a-z0-9-]{0,39}")
_SPELLED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "&": " and "}
)


def slugify(name: str) -> str:
    """`Émile's Mug (blue)` → `emile-s-mug-blue`; empty for a name without Latin letters and digits."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_SPELLED)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")


def slugs_for(name: Texts, given: Texts) -> Texts:
    """The slugs that were given, and for other locales those that the names make. At least one there must be."""
    made = {locale: slugify(text) for locale, text in name.items()}
    slugs = {**{locale: slug for locale, slug in made.items() if slug}, **given}
    if not slugs:
        raise NoSlug("input", "slugs")
    return slugs


def slug_field(slugs: Texts, locale: str) -> tuple[str | int, ...]:
    """Where in the input the slug of a locale stands; the whole list where it was made from the name."""
    return ("input", "slugs", list(slugs).index(locale), "text") if locale in slugs else ("input", "slugs")


def wrong_slugs(slugs: Texts) -> list[Refusal]:
    """Slugs are lower-case ASCII letters and digits in groups with single dashes between them."""
    return [wrong for locale, slug in slugs.items() for wrong in wrong_slug(slug, *slug_field(slugs, locale))]


def wrong_slug(slug: str, *field: str | int) -> list[Refusal]:
    """The same for a slug that is the same in all locales."""
    if len(slug) > LONGEST_SLUG:
        return [TooLong(*field, most=LONGEST_SLUG)]
    return [] if _SLUG.fullmatch(slug) else [Invalid(*field)]


def wrong_code(code: str | None, *field: str | int) -> list[Refusal]:
    """Codes are letters, digits, dots, dashes and underscores, at most 100; None is left to the shop."""
    return [] if code is None or _CODE.fullmatch(code) else [Invalid(*field)]


def wrong_tax_class(code: str, *field: str | int) -> list[Refusal]:
    return [] if _TAX_CLASS.fullmatch(code) else [Invalid(*field)]


def sanitized(html: Texts) -> Texts:
    """HTML without anything that could run or dress up as the page around it."""
    return {locale: nh3.clean(text) for locale, text in html.items()}
