"""Countries as the API says them."""

import strawberry

from commerce.directory import rules
from commerce.kit.graphql import PUBLIC, Info, described, object_type, query
from commerce.kit.scalars import COUNTRIES, CountryCode


@object_type
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
        named = [Country(code=CountryCode(code), name=rules.country_name(code, locale)) for code in COUNTRIES]
        return sorted(named, key=lambda country: country.name)
