"""Scalars take what their description says, and print it back."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.kit import scalars


@pytest.mark.parametrize("text", ["19.90", "0", "-0.5", "1" * 20, "0.000000000001"])
def test_decimal_keeps_its_digits(text: str) -> None:
    assert scalars.print_decimal(scalars.parse_decimal(text)) == text


@pytest.mark.parametrize(
    "value", [19.9, 1, "1e3", "NaN", "Infinity", "1,5", ".5", "5.", "+1", " 1", "", "1" * 21, "٣", None, True]
)
def test_decimal_is_a_plain_string(value: Any) -> None:
    with pytest.raises(ValueError, match="plain notation"):
        scalars.parse_decimal(value)


def test_decimal_prints_without_an_exponent() -> None:
    assert scalars.print_decimal(Decimal("1E+3")) == "1000"
    assert scalars.print_decimal(Decimal("1E-7")) == "0.0000001"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22T17:12:48Z", datetime(2026, 11, 22, 17, 12, 48, tzinfo=UTC)),
        ("2026-11-22t17:12:48.5z", datetime(2026, 11, 22, 17, 12, 48, 500_000, tzinfo=UTC)),
        ("2026-11-22T17:12:48+08:00", datetime(2026, 11, 22, 9, 12, 48, tzinfo=UTC)),
    ],
)
def test_instant_is_read_in_utc(text: str, instant: datetime) -> None:
    assert scalars.parse_instant(text) == instant


@pytest.mark.parametrize(
    "value",
    ["2026-11-22", "2026-11-22T17:12:48", "2026-11-22 17:12:48Z", "20261122T171248Z", "2026-13-01T00:00:00Z",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-22T25:00:00Z", "yesterday", 5, None],
)  # fmt: skip
def test_instant_needs_rfc_3339_and_an_offset(value: Any) -> None:
    with pytest.raises(ValueError, match="RFC 3339"):
        scalars.parse_instant(value)


@given(st.datetimes(timezones=st.just(UTC)))
def test_instant_and_back(instant: datetime) -> None:
    assert scalars.parse_instant(scalars.print_instant(instant)) == instant


def test_instant_prints_in_utc() -> None:
    beijing = datetime(2026, 11, 22, 8, 0, tzinfo=timezone(timedelta(hours=8)))
    assert scalars.print_instant(beijing) == "2026-11-22T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("pt_BR", "pt-BR"),
        ("es-419", "es-419"),
        ("de-de", "de-DE"),
    ],
)
def test_locale_gets_its_canonical_spelling(text: str, tag: str) -> None:
    assert scalars.parse_locale(text) == tag


@pytest.mark.parametrize("value", ["", "e", "qq", "english", "en--US", "en US", "*", "en" + "-aaaaaaaa" * 5, 5, None])
def test_locale_is_a_language_that_exists(value: Any) -> None:
    with pytest.raises(ValueError, match="BCP 47"):
        scalars.parse_locale(value)


@pytest.mark.parametrize("value", ["https://shop.example/a?b=c#d", "http://localhost:3000"])
def test_url_is_absolute(value: str) -> None:
    assert scalars.parse_url(value) == value


@pytest.mark.parametrize(
    "value",
    ["/a", "ftp://a", "javascript:alert(1)", "https://", "https://a b", 'https://a"', "https://" + "a" * 2041, 5],
)
def test_url_is_http(value: Any) -> None:
    with pytest.raises(ValueError, match="absolute http"):
        scalars.parse_url(value)


def test_country_and_currency_are_in_upper_case() -> None:
    assert scalars.parse_country("DE") == "DE"
    assert scalars.parse_currency("CNY") == "CNY"
    for value in ("de", "DEU", "EU", "ZZ", "AC", "IC", "", 5, None):
        with pytest.raises(ValueError, match="ISO 3166-1"):
            scalars.parse_country(value)
    for value in ("eur", "EURO", "", 5, None):
        with pytest.raises(ValueError, match="ISO 4217"):
            scalars.parse_currency(value)


def test_countries_are_those_of_iso_3166_and_kosovo() -> None:
    assert len(scalars.countries()) == 249 + 1


def test_json_is_anything_that_can_be_given_back() -> None:
    value = {"a": [1, 2.5, None, True, "x"], "b": {}}
    assert scalars.parse_json(value) == value
    with pytest.raises(ValueError, match="too big"):
        scalars.parse_json({"n": 2**64})


def test_text_is_text() -> None:
    assert scalars.parse_text("<b>x</b>") == "<b>x</b>"
    with pytest.raises(ValueError, match="Text"):
        scalars.parse_text(5)
