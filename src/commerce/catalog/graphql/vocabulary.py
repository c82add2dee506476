"""Attributes and options as the merchant keeps them."""

from collections.abc import Sequence
from itertools import groupby

import strawberry

from commerce.catalog import queries
from commerce.catalog.graphql.options import ProductOptionValue, value_from
from commerce.catalog.values import AttributeKind
from commerce.i18n import rules as i18n
from commerce.i18n.values import Texts
from commerce.kit.actor import Permission
from commerce.kit.db import Row
from commerce.kit.graphql import PART, Info, derived, described, object_type, query

STAFF = (Permission.PRODUCTS_READ, Permission.PRODUCTS_WRITE)
"""Who may see the vocabulary."""


@object_type(PART)
class NamedValue:
    """A value of an ENUM attribute."""

    code: str = described("Stable code: `wool`.")
    labels: strawberry.Private[Texts]

    @derived
    def label(self, info: Info) -> str:
        """Label in the current locale."""
        return i18n.pick(self.labels, info.context.locales)


@object_type(STAFF)
class Attribute:
    """A descriptive attribute that products may have."""

    code: str = described("Stable code: `material`.")
    kind: AttributeKind = described("Type of its values.")
    unit: str | None = described("Unit of a NUMBER; null without one.")
    values: list[NamedValue] = described("Values of an ENUM, in display order; empty for other kinds.")
    labels: strawberry.Private[Texts]

    @derived
    def label(self, info: Info) -> str:
        """Label in the current locale."""
        return i18n.pick(self.labels, info.context.locales)


@object_type(STAFF)
class Option:
    """An option that the variants of any product may differ by."""

    code: str = described("Stable code: `color`.")
    values: list[ProductOptionValue] = described("All its values, in display order.")
    labels: strawberry.Private[Texts]

    @derived
    def label(self, info: Info) -> str:
        """Label in the current locale."""
        return i18n.pick(self.labels, info.context.locales)


@strawberry.type
class VocabularyQuery:
    @query(Permission.PRODUCTS_READ)
    async def attributes(self, info: Info) -> list[Attribute]:
        """All attributes, in display order."""
        return attributes_of(await queries.all_attributes(info.context))

    @query(Permission.PRODUCTS_READ)
    async def options(self, info: Info) -> list[Option]:
        """All options, by code."""
        return options_of(await queries.all_options(info.context))


def attributes_of(rows: Sequence[Row]) -> list[Attribute]:
    """Attributes from rows of attribute and value."""
    groups = [list(own) for _, own in groupby(rows, key=lambda row: row[0])]
    return [_attribute(own) for own in groups]


def _attribute(rows: list[Row]) -> Attribute:
    code, labels, kind, unit, *_ = rows[0]
    values = [NamedValue(code=row[4], labels=row[5]) for row in rows if row[4] is not None]
    return Attribute(code=code, labels=labels, kind=AttributeKind(kind), unit=unit, values=values)


def options_of(rows: Sequence[Row]) -> list[Option]:
    """Options from rows of option and value."""
    groups = [list(own) for _, own in groupby(rows, key=lambda row: row[0])]
    return [
        Option(code=own[0][0], labels=own[0][1], values=[value_from(row[2:]) for row in own if row[2] is not None])
        for own in groups
    ]
