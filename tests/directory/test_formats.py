"""Forms for addresses, country by country."""

import re
from typing import Any

import pytest

from commerce.directory import addresses
from commerce.directory.formats import address_format
from commerce.directory.values import Address
from commerce.kit import scalars
from tests.conftest import Client
from tests.shopfront import ADDRESSES

FORMAT = """query($country: CountryCode!, $locale: Locale) { addressFormat(country: $country, locale: $locale) {
  country fields { name label isRequired row } postalCodePattern postalCodeExamples regions { code name }
} }"""


async def form(client: Client, country: str, locale: str | None = None) -> dict[str, Any]:
    return (await client(FORMAT, country=country, locale=locale))["addressFormat"]


async def test_a_form_follows_the_country_and_its_reader(client: Client) -> None:
    us = await form(client, "US")
    assert [(f["name"], f["label"], f["isRequired"], f["row"]) for f in us["fields"]] == [
        ("name", "Name", True, 0), ("company", "Company", False, 1), ("lines", "Street and number", True, 2),
        ("city", "City", True, 3), ("region", "State", True, 3), ("postalCode", "ZIP code", True, 3),
        ("phone", "Phone", False, 4),
    ]  # fmt: skip
    assert us["postalCodePattern"] == r"^(\d{5})(?:[ \-](\d{4}))?$"
    assert us["postalCodeExamples"] == ["95014", "22162-1010"]
    assert {"code": "US-NJ", "name": "New Jersey"} in us["regions"]
    china = await form(client, "CN", "zh-Hans")
    assert [f["name"] for f in china["fields"]] == [
        "postalCode", "region", "city", "district", "lines", "company", "name", "phone",
    ]  # fmt: skip
    assert [f["label"] for f in china["fields"][:4]] == ["邮政编码", "省份", "城市", "区县"]
    assert {"code": "CN-GD", "name": "广东省"} in china["regions"]
    abroad = await form(client, "CN", "de")
    assert [f["name"] for f in abroad["fields"]][:3] == ["name", "company", "lines"]
    assert {"code": "CN-GD", "name": "Guangdong Sheng"} in abroad["regions"]
    assert {"code": "JP-13", "name": "東京都"} in (await form(client, "JP", "ja"))["regions"]
    assert (await form(client, "GB"))["regions"] == []
    assert "postalCode" not in [f["name"] for f in (await form(client, "HK"))["fields"]]


async def test_what_is_no_country_has_no_form(client: Client) -> None:
    answer = await client.send(FORMAT, country="XX")
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("country", sorted(scalars.countries()))
def test_every_country_has_a_form_that_says_what_is_checked(country: str) -> None:
    for language in ("en", "zh-Hans"):
        found = address_format(country, language)
        names = [field.name for field in found.fields]
        assert len(set(names)) == len(names)
        assert {"name", "lines"} <= {field.name for field in found.fields if field.is_required}
        assert all(re.match(found.postal_code_pattern or "", example) for example in found.postal_code_examples)
        empty = Address("", country)
        asked = {problem.field[0] for problem in addresses.problems(empty)}
        assert asked == {field.name for field in found.fields if field.is_required}


@pytest.mark.parametrize("country", sorted(ADDRESSES))
def test_an_address_is_masked_down_to_the_district(country: str) -> None:
    given = ADDRESSES[country]
    address = Address(
        given["name"], country, tuple(given["lines"]), city=given.get("city"), district=given.get("district"),
        region=given.get("region"), postal_code=given.get("postalCode"), phone="+8613812345678",
    )  # fmt: skip
    shown = str(addresses.masked(address).document())
    hidden = [given["name"], *given["lines"], "13812345678", given.get("postalCode")]
    assert [part for part in hidden if part and part in shown] == []
    assert all(part in shown for part in (given.get("city"), given.get("region"), country) if part)
