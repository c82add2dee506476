"""Descriptive attributes, as the API says them."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

import strawberry

from commerce.catalog import rules
from commerce.catalog.values import AttributeKind
from commerce.i18n import rules as i18n
from commerce.i18n.values import Texts
from commerce.kit.db import Row
from commerce.kit.errors import spoken
from commerce.kit.graphql import PART, Info, derived, described, described_enum, object_type
from commerce.kit.scalars import JSON, print_decimal

described_enum(
    {
        AttributeKind.TEXT: "Text by locale.",
        AttributeKind.NUMBER: "An exact number in the unit of the attribute.",
        AttributeKind.BOOLEAN: "True or false.",
        AttributeKind.ENUM: "One or more of the attribute's values.",
    }
)(AttributeKind)

YES, NO = spoken("Yes"), spoken("No")


@object_type(PART)
class AttributeValue:
    """A descriptive property of a product."""

    code: str = described("Stable code: `material`.")
    labels: strawberry.Private[Texts]
    kind: strawberry.Private[str]
    unit: strawberry.Private[str | None]
    text: strawberry.Private[Texts | None]
    number: strawberry.Private[Decimal | None]
    boolean: strawberry.Private[bool | None]
    chosen: strawberry.Private[list[tuple[str, Texts]]]

    @derived
    def label(self, info: Info) -> str:
        """Label in the current locale."""
        return i18n.pick(self.labels, info.context.locales)

    @derived
    def display(self, info: Info) -> list[str]:
        """Values ready to show, in the current locale, with units."""
        locales = info.context.locales
        if self.number is not None:
            return [rules.measure(self.number, self.unit, locales[0])]
        if self.boolean is not None:
            return [info.context.translate(YES if self.boolean else NO, locales)]
        return [
            i18n.pick(texts, locales) for texts in ([self.text] if self.text else [name for _, name in self.chosen])
        ]

    @derived
    def value(self, info: Info) -> JSON:
        """The machine value: text in the current locale, a decimal as text, true or false, or a list of codes."""
        return JSON(self._plain(info.context.locales))

    def _plain(self, locales: Sequence[str]) -> Any:
        if self.kind == AttributeKind.ENUM:
            return [code for code, _ in self.chosen]
        if self.kind == AttributeKind.NUMBER:
            return print_decimal(self.number or Decimal())
        return self.boolean if self.kind == AttributeKind.BOOLEAN else i18n.pick(self.text or {}, locales)


def attributes_from(rows: Sequence[Row]) -> list[AttributeValue]:
    """Attributes from their rows, which stand in display order; several values of an ENUM become one."""
    attributes = []
    for code, own in groupby(rows, key=lambda row: row[0]):
        (_, labels, kind, unit, text, number, boolean, *_), *_ = values = list(own)
        attributes.append(
            AttributeValue(
                code=code, labels=labels, kind=kind, unit=unit, text=text, number=number, boolean=boolean,
                chosen=[(row[-2], row[-1]) for row in values if row[-2] is not None],
            )
        )  # fmt: skip
    return attributes
