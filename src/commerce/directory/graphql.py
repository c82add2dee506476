"""Countries and addresses, as the API says them."""

from typing import Any

import strawberry

from commerce.directory import addresses, rules, values
from commerce.kit import scalars
from commerce.kit.errors import raise_all
from commerce.kit.graphql import PART, PUBLIC, Info, derived, described, input_type, object_type, query
from commerce.kit.scalars import CountryCode


@object_type(PUBLIC)
class Country:
    """A country to choose from."""

    code: CountryCode = described("ISO 3166-1 alpha-2 code.")
    name: str = described("Name in the current locale.")


@strawberry.type
class DirectoryQuery:
    @query(PUBLIC)
    def countries(self, info: Info) -> list[Country]:
        """All countries, by name in the current locale."""
        locale = info.context.locales[0]
        named = [Country(code=CountryCode(code), name=rules.country_name(code, locale)) for code in scalars.countries()]
        return sorted(named, key=lambda country: country.name)


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
