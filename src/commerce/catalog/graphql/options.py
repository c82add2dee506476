"""Options and their values, as the API says them."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from commerce.catalog import queries
from commerce.catalog.graphql.sight import sight
from commerce.i18n import rules as i18n
from commerce.i18n.values import Texts
from commerce.kit.db import Row
from commerce.kit.graphql import (
    PART,
    PUBLIC,
    Info,
    Node,
    batched,
    derived,
    described,
    input_type,
    node_loader,
    object_type,
)


@object_type(PUBLIC)
class ProductOptionValue(Node):
    """One value of an option, such as red. All products share it."""

    prefix: ClassVar[str] = "option_value"
    code: str = described("Stable code: `red`.")
    labels: strawberry.Private[Texts]
    color: str | None = described("Swatch color as `#rrggbb`; null when it has none.")

    @derived
    def label(self, info: Info) -> str:
        """Label in the current locale."""
        return i18n.pick(self.labels, info.context.locales)


@object_type(PUBLIC)
class ProductOption(Node):
    """A choice within one product, such as its color or size."""

    prefix: ClassVar[str] = "option"
    code: str = described("Stable code: `color`.")
    labels: strawberry.Private[Texts]
    known: strawberry.Private[list[ProductOptionValue] | None] = None

    @derived
    def label(self, info: Info) -> str:
        """Label in the current locale."""
        return i18n.pick(self.labels, info.context.locales)

    @batched
    async def values(options: list["ProductOption"], info: Info) -> list[list[ProductOptionValue]]:
        """Values that the variants of this product have, in display order."""
        unknown = [option.key for option in options if option.known is None]
        read = await queries.options_by_key(info.context, unknown, sight(info)) if unknown else []
        found = {key: _values(rows) for key, rows in zip(unknown, read, strict=True)}
        return [option.known if option.known is not None else found[option.key] for option in options]


@object_type(PART)
class SelectedOption:
    """A chosen value of an option."""

    option: ProductOption = described("The option.")
    value: ProductOptionValue = described("Its value.")


@input_type
class SelectedOptionInput:
    """A chosen value of an option, by their codes."""

    option: str = described("Code of the option: `color`.")
    value: str = described("Code of its value: `red`.")


def value_from(row: Sequence[Any]) -> ProductOptionValue:
    key, code, labels, color = row
    return ProductOptionValue(key=key, code=code, labels=labels, color=color)


def _values(rows: Sequence[Row]) -> list[ProductOptionValue]:
    return [value_from(row[-4:]) for row in rows]


def options_from(rows: Sequence[Row]) -> list[ProductOption]:
    """Options from rows of option and value, which stand in display order."""
    options = []
    for (key, code), own in groupby(rows, key=lambda row: (row[0], row[1])):
        values = list(own)
        options.append(ProductOption(key=key, code=code, labels=values[0][2], known=_values(values)))
    return options


def choices_from(choices: Sequence[Row]) -> list[SelectedOption]:
    """What a variant chooses, from the last column of its row."""
    return [
        SelectedOption(option=ProductOption(key=option, code=code, labels=labels), value=value_from(value))
        for option, code, labels, *value in choices
    ]


@node_loader("option")
async def _options(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    found = [options_from(rows) for rows in await queries.options_by_key(info.context, keys, sight(info))]
    return [options[0] if options else None for options in found]


@node_loader("option_value")
async def _option_values(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return [value_from(row) if row else None for row in await queries.option_values_by_key(info.context, keys)]
