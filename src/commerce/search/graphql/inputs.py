"""What shoppers ask of a product list."""

from decimal import Decimal
from uuid import UUID

from commerce.catalog.graphql import Brand, Category
from commerce.kit import ids
from commerce.kit.errors import RequestError
from commerce.kit.graphql import ID, described, described_enum, input_type
from commerce.search import rules
from commerce.search.values import Bounds, ProductSort, Selection, Wish

described_enum(
    {
        ProductSort.RELEVANCE: "The merchant's order: by rank within the category, or within the shop, the newest first where ranks are equal. With words too: matches are not weighed yet.",
        ProductSort.NEWEST: "Latest first.",
        ProductSort.PRICE_ASC: "Cheapest first, by the lowest price in the currency of the context; products without a price last.",
        ProductSort.PRICE_DESC: "Dearest first, by the lowest price in the currency of the context; products without a price last.",
        ProductSort.BEST_SELLING: "Best selling first. Sales are not counted yet: until then the same as RELEVANCE.",
        ProductSort.NAME: "By name in the current locale, without regard to case, as the database compares texts.",
    }
)(ProductSort)


@input_type
class DecimalRangeInput:
    """Bounds, both included. Leave one out for an open end; BAD_USER_INPUT when `min` is above `max`."""

    min: Decimal | None = described("Least value.", default=None)
    max: Decimal | None = described("Greatest value.", default=None)


@input_type
class FacetSelectionInput:
    """A selection within one facet: `values` for a choice or a toggle, `range` for a range, never both."""

    code: str = described("Code of the facet. An unknown one matches nothing.")
    values: list[str] | None = described(
        f"Any of these values, at most {rules.MOST_VALUES}; unknown ones match nothing. An empty list selects nothing.",
        default=None,
    )
    range: DecimalRangeInput | None = described("Bounds.", default=None)


@input_type
class ProductFilterInput:
    """Narrows a product list. All parts have to match; an empty list narrows nothing, an unknown id matches nothing."""

    category_ids: list[ID] | None = described(
        f"Any of these categories or their descendants, at most {rules.MOST_VALUES}.", default=None
    )
    brand_ids: list[ID] | None = described(f"Any of these brands, at most {rules.MOST_VALUES}.", default=None)
    price: DecimalRangeInput | None = described(
        "Price bounds in major units of the currency of the context, for any variant. BAD_USER_INPUT for bounds that"
        " are negative or have more digits than the currency.",
        default=None,
    )
    available_only: bool | None = described("Leave out what cannot be bought here.", default=False)
    facets: list[FacetSelectionInput] | None = described(
        f"Selections among the facets that a result offered, each facet once, at most {rules.MOST_SELECTIONS}.",
        default=None,
    )


def wish_from(query: str | None, given: ProductFilterInput | None) -> Wish:
    """What was asked for. BAD_USER_INPUT for a selection with both values and bounds."""
    if given is None:
        return Wish(query=query or "")
    return Wish(
        query=query or "",
        category_keys=_keys(Category.prefix, given.category_ids),
        brand_keys=_keys(Brand.prefix, given.brand_ids),
        price=_bounds(given.price),
        available_only=bool(given.available_only),
        selections=tuple(_selection(one) for one in given.facets or ()),
    )


def _keys(prefix: str, given: list[ID] | None) -> tuple[UUID, ...] | None:
    return rules.known([ids.decode(prefix, text) for text in given or ()])


def _bounds(given: DecimalRangeInput | None) -> Bounds | None:
    return Bounds(given.min, given.max) if given and (given.min is not None or given.max is not None) else None


def _selection(given: FacetSelectionInput) -> Selection:
    if given.values and given.range is not None:
        raise RequestError("BAD_USER_INPUT", f"Select values or a range in facet {given.code!r}, not both.")
    return Selection(given.code, tuple(given.values or ()), _bounds(given.range))
