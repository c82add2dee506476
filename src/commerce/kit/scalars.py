"""The scalars of the schema."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NewType

import orjson
import strawberry
from babel import Locale as BabelLocale
from babel import UnknownLocaleError
from strawberry.types.scalar import ScalarDefinition

from commerce.kit.money import is_currency

URL = NewType("URL", str)
HTML = NewType("HTML", str)
Locale = NewType("Locale", str)
CurrencyCode = NewType("CurrencyCode", str)
CountryCode = NewType("CountryCode", str)
JSON = NewType("JSON", object)

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_PLAIN_DECIMAL = re.compile(r"-?\d{1,20}(\.\d{1,12})?", re.ASCII)


def print_decimal(value: Decimal) -> str:
    return format(value, "f")


def parse_decimal(value: Any) -> Decimal:
    if not isinstance(value, str) or not _PLAIN_DECIMAL.fullmatch(value):
        raise ValueError('A Decimal is a string in plain notation, such as "19.90".')
    return Decimal(value)


def print_instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_instant(value: Any) -> datetime:
    try:
        if isinstance(value, str) and _RFC_3339.fullmatch(value):
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("A DateTime is an instant with an offset in RFC 3339 form, such as 2026-11-22T17:12:48Z.")


def parse_url(value: Any) -> str:
    if isinstance(value, str) and len(value) <= 2048 and re.fullmatch(r"https?://[^\s<>\"]+", value):
        return value
    raise ValueError("A URL is an absolute http or https address of at most 2048 characters.")


def parse_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("Text is expected.")


def parse_locale(value: Any) -> str:
    """The tag in its canonical spelling: `zh-hans-cn` → `zh-Hans-CN`."""
    if isinstance(value, str) and len(value) <= 35 and re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", value):
        try:
            return canonical_locale(value)
        except (UnknownLocaleError, ValueError):
            pass
    raise ValueError("A Locale is a BCP 47 language tag, such as en or zh-Hans-CN.")


def canonical_locale(tag: str) -> str:
    """BCP 47 casing; ValueError or UnknownLocaleError for a language that CLDR does not know."""
    language, *rest = tag.replace("_", "-").split("-")
    BabelLocale.parse(language.lower())
    cased = [part.title() if len(part) == 4 else part.upper() if len(part) in (2, 3) else part.lower() for part in rest]
    return "-".join([language.lower(), *cased])


def parse_currency(value: Any) -> str:
    if isinstance(value, str) and is_currency(value):
        return value
    raise ValueError("A CurrencyCode is an ISO 4217 code in upper case, such as EUR.")


_NO_COUNTRIES = {
    "EU", "EZ", "UN", "XA", "XB", "ZZ", "QO",  # not countries
    "AC", "CP", "CQ", "DG", "EA", "IC", "TA",  # reserved codes for parts of countries
}  # fmt: skip


@cache
def countries() -> frozenset[str]:
    """The officially assigned codes of ISO 3166-1, and Kosovo, which CLDR calls XK."""
    codes = map(str, BabelLocale("en").territories)
    return frozenset(code for code in codes if re.fullmatch("[A-Z]{2}", code)) - _NO_COUNTRIES


def parse_country(value: Any) -> str:
    if isinstance(value, str) and value in countries():
        return value
    raise ValueError("A CountryCode is an ISO 3166-1 alpha-2 code in upper case, such as DE.")


def parse_json(value: Any) -> Any:
    """Any JSON that we can keep and give back: no number beyond 64 bits, no endless nesting."""
    try:
        orjson.dumps(value)
    except TypeError as error:
        raise ValueError("This JSON has numbers that are too big, or is nested too deeply.") from error
    return value


def _scalar(name: str, parse: Any, description: str, url: str | None = None, show: Any = str) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, serialize=show, parse_value=parse, description=description, specified_by_url=url
    )


SCALARS: dict[object, ScalarDefinition] = {
    datetime: _scalar(
        "DateTime",
        parse_instant,
        "Instant in RFC 3339 form, always in UTC with an offset: `2026-11-22T17:12:48Z`.",
        "https://scalars.graphql.org/andimarek/date-time",
        print_instant,
    ),
    Decimal: _scalar(
        "Decimal",
        parse_decimal,
        'Exact decimal as a JSON string, in plain notation and never a float: `"19.90"`, `"0.5"`.',
        show=print_decimal,
    ),
    URL: _scalar("URL", parse_url, "Absolute address.", "https://url.spec.whatwg.org/"),
    HTML: _scalar("HTML", parse_text, "Sanitized HTML fragment, safe to insert into a page."),
    Locale: _scalar(
        "Locale", parse_locale, "BCP 47 language tag: `en`, `zh-Hans-CN`, `pt-BR`.",
        "https://www.rfc-editor.org/rfc/rfc5646",
    ),
    CurrencyCode: _scalar(
        "CurrencyCode", parse_currency, "ISO 4217 code in upper case: `EUR`, `CNY`, `KWD`.",
        "https://www.iso.org/iso-4217-currency-codes.html",
    ),
    CountryCode: _scalar(
        "CountryCode", parse_country, "ISO 3166-1 alpha-2 code in upper case: `DE`, `CN`.",
        "https://www.iso.org/iso-3166-country-codes.html",
    ),
    JSON: _scalar(
        "JSON",
        parse_json,
        "Any JSON value. Used only where the shape belongs to a third party or to the merchant.",
        show=lambda value: value,
    ),
}  # fmt: skip
