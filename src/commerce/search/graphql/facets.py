"""Facets, as the API says them."""

from decimal import Decimal

import strawberry

from commerce.i18n import rules as i18n
from commerce.i18n.values import Texts
from commerce.kit.graphql import PUBLIC, Info, derived, described, described_enum, object_type
from commerce.search import values
from commerce.search.values import AVAILABLE, BRAND, MOST_COUNTED, MOST_FOUND, PRICE, FacetKind

described_enum(
    {
        FacetKind.CHOICE: "Pick any number of values.",
        FacetKind.TOGGLE: "On or off.",
        FacetKind.RANGE: "From and to.",
    }
)(FacetKind)
LABELS: dict[str, Texts] = {
    BRAND: {"en": "Brand", "zh-Hans": "品牌", "de": "Marke"},
    PRICE: {"en": "Price", "zh-Hans": "价格", "de": "Preis"},
    AVAILABLE: {"en": "In stock", "zh-Hans": "有货", "de": "Auf Lager"},
}
"""What the shop's own facets are called."""
YES: Texts = {"en": "Yes", "zh-Hans": "是", "de": "Ja"}


@object_type(PUBLIC)
class FacetValue:
    """One value of a facet."""

    value: str = described("Value to send back in `FacetSelectionInput.values`.")
    count: int = described("Products it leaves, with all other facets as they are.")
    is_selected: bool = described("Whether it is part of the current filter.")
    color: str | None = described("Swatch color as `#rrggbb`; null when it has none.")
    labels: strawberry.Private[Texts]

    @derived
    def label(self, info: Info) -> str:
        """Label in the current locale."""
        return i18n.pick(self.labels or YES, info.context.locales)


@object_type(PUBLIC)
class FacetRange:
    """Bounds of a range facet over the whole result: prices in major units of the currency of the context."""

    min: Decimal = described("Least value.")
    max: Decimal = described("Greatest value.")


@object_type(PUBLIC)
class Facet:
    """A filter that this result can be narrowed with."""

    code: str = described(
        "Code to send back in `FacetSelectionInput.code`: `brand`, `price`, `available`, or that of an attribute or"
        " option."
    )
    kind: FacetKind = described("Control to draw.")
    values: list[FacetValue] = described(
        "Values of a choice, at most 50, those with most products; of a toggle the one for on; empty for a range."
    )
    range: FacetRange | None = described("Bounds of a range facet; null for other kinds.")
    is_exact: bool = described(
        f"False when only some products were counted, because the list has {MOST_COUNTED:,} or more, or a search found"
        f" {MOST_FOUND:,} or more: then each count is at least what is told, and rare values may be missing."
    )
    labels: strawberry.Private[Texts]

    @derived
    def label(self, info: Info) -> str:
        """Label in the current locale."""
        return i18n.pick(self.labels or LABELS.get(self.code, {}), info.context.locales)


def facet_of(found: values.Facet) -> Facet:
    """A facet as it is shown."""
    ends = None
    if found.least is not None and found.most is not None:
        ends = FacetRange(min=found.least, max=found.most)
    return Facet(
        code=found.code, kind=found.kind, labels=found.labels, range=ends, is_exact=found.is_exact,
        values=[_value(one) for one in found.values],
    )  # fmt: skip


def _value(found: values.CountedValue) -> FacetValue:
    return FacetValue(
        value=found.value,
        labels=found.labels,
        count=found.count,
        is_selected=found.is_selected,
        color=found.color,
    )
