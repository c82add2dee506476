"""Countries and addresses, as the API says them."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from commerce.directory import addresses, formats, rules, values
from commerce.kit import scalars
from commerce.kit.errors import raise_all
from commerce.kit.graphql import PART, PUBLIC, Info, argument, derived, described, input_type, object_type, query
from commerce.kit.scalars import CountryCode, Locale


@object_type(PUBLIC)
class Country:
    """A country to choose from."""

    code: CountryCode = described("ISO 3166-1 alpha-2 code.")
    name: str = described("Name in the current locale.")


@object_type(PART)
class AddressField:
    """A field of a form for addresses."""

    name: str = described("Name of the field in `AddressInput`.")
    label: str = described("What it is called in this country, in the language that was asked for, if we speak it.")
    is_required: bool = described("Whether an address without it is refused.")
    row: int = described("Row of the form, from 0; fields of one row stand beside each other.")


@object_type(PART)
class Region:
    """A province, a state, or whatever a country's addresses name."""

    code: str = described("ISO 3166-2 code, for `AddressInput.region`.")
    name: str = described("Name: in the country's own script for those who read its language, else in Latin letters.")


@object_type(PUBLIC)
class AddressFormat:
    """What a form for addresses looks like in a country. Addresses are refused by the same rules."""

    country: CountryCode = described("Country.")
    fields: list[AddressField] = described("Fields in the order in which they are filled in.")
    postal_code_pattern: str | None = described("Regular expression of a whole postal code; null where any is taken.")
    postal_code_examples: list[str] = described("Postal codes that exist, at most three; empty where any is taken.")
    regions: list[Region] = described("What `region` may be; empty where it is not asked for or any text is taken.")


@strawberry.type
class DirectoryQuery:
    @query(PUBLIC)
    def address_format(
        self,
        info: Info,
        country: Annotated[CountryCode, argument("Country.")],
        locale: Annotated[
            Locale | None, argument("Language of names and labels; the current one unless given.")
        ] = None,
    ) -> AddressFormat:
        """The form for addresses in a country."""
        locales = [locale] if locale else info.context.locales
        return _format_of(formats.address_format(country, locales[0]), info, locales)

    @query(PUBLIC)
    def countries(self, info: Info) -> list[Country]:
        """All countries, by name in the current locale."""
        locale = info.context.locales[0]
        named = [Country(code=CountryCode(code), name=rules.country_name(code, locale)) for code in scalars.countries()]
        return sorted(named, key=lambda country: country.name)


def _format_of(found: values.AddressFormat, info: Info, locales: Sequence[str]) -> AddressFormat:
    return AddressFormat(
        country=CountryCode(found.country),
        fields=[
            AddressField(
                name=one.name,
                label=info.context.translate(one.label, locales),
                is_required=one.is_required,
                row=one.row,
            )
            for one in found.fields
        ],
        postal_code_pattern=found.postal_code_pattern,
        postal_code_examples=list(found.postal_code_examples),
        regions=[Region(code=one.code, name=one.name) for one in found.regions],
    )


@object_type(PART)
class Address:
    """A postal address. Which parts are needed depends on the country."""

    value: strawberry.Private[values.Address]

    @derived
    def name(self) -> str:
        """Full name of the recipient, as it is written in the country."""
        return self.value.name

    @derived
    def company(self) -> str | None:
        """Company."""
        return self.value.company

    @derived
    def lines(self) -> list[str]:
        """Street lines, at most three."""
        return list(self.value.lines)

    @derived
    def city(self) -> str | None:
        """City."""
        return self.value.city

    @derived
    def district(self) -> str | None:
        """District below the city."""
        return self.value.district

    @derived
    def region(self) -> str | None:
        """ISO 3166-2 code of the province or state: `CN-GD`."""
        return self.value.region

    @derived
    def postal_code(self) -> str | None:
        """Postal code."""
        return self.value.postal_code

    @derived
    def country(self) -> CountryCode:
        """Country."""
        return CountryCode(self.value.country)

    @derived
    def phone(self) -> str | None:
        """Phone in E.164 form."""
        return self.value.phone

    @derived
    def formatted(self) -> list[str]:
        """Lines to print, in the order of the country."""
        return addresses.formatted(self.value)


def address_of(document: dict[str, Any] | None) -> Address | None:
    """An address from its JSON column."""
    value = values.Address.read(document)
    return Address(value=value) if value else None


@input_type
class AddressInput:
    """A postal address to store."""

    name: str = described("Full name of the recipient.")
    company: str | None = described("Company.", default=None)
    lines: list[str] = described("Street lines, at most three.")
    city: str | None = described("City.", default=None)
    district: str | None = described("District below the city.", default=None)
    region: str | None = described("ISO 3166-2 code of the province or state.", default=None)
    postal_code: str | None = described("Postal code.", default=None)
    country: CountryCode = described("Country.")
    phone: str | None = described("Phone in E.164 form.", default=None)


def address_from(given: AddressInput, *field: str | int) -> values.Address:
    """The address of an input. Refuses what the country's post would not deliver."""
    address = values.Address(
        name=given.name.strip(),
        country=given.country,
        lines=tuple(line.strip() for line in given.lines if line.strip()),
        company=given.company,
        city=given.city,
        district=given.district,
        region=given.region,
        postal_code=given.postal_code,
        phone=given.phone,
    )
    raise_all([problem.within(*field) for problem in addresses.problems(address)])
    return address
