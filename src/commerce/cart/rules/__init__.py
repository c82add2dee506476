"""What a cart allows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from commerce.cart.errors import CartChanged, CartClosed, QuantityOutOfRange, TooManyLines
from commerce.cart.models import CartState
from commerce.cart.values import Addition, Line
from commerce.inventory.errors import OutOfStock
from commerce.kit.errors import Invalid, Refusal, Required, TooLong
from commerce.kit.ids import new_key
from commerce.quotes.errors import MoreThanAllowed, NotSoldHere, WithoutPrice
from commerce.quotes.values import Offer

MOST_LINES = 500
MOST_OF_ONE = 9_999
MOST_PROPERTIES = 10
LONGEST_PROPERTY = 500
LONGEST_NOTE = 2_000
KEPT_IDLE = timedelta(days=30)


def check_open(state: str) -> None:
    if state != CartState.OPEN:
        raise CartClosed("input", "cartId")


def check_not_merged(state: str, field: str) -> None:
    """The lines of a cart that was merged are bought from the one that took them over."""
    if state == CartState.MERGED:
        raise CartClosed("input", field)


def check_version(version: int, expected: int | None) -> None:
    if expected is not None and expected != version:
        raise CartChanged("input", "expectedVersion")


def quantity_problems(quantities: Sequence[int], least: int) -> list[Refusal]:
    """Quantities that no one buys."""
    return [
        QuantityOutOfRange("input", "lines", i, "quantity", least=least, most=MOST_OF_ONE)
        for i, quantity in enumerate(quantities)
        if not least <= quantity <= MOST_OF_ONE
    ]


def property_problems(additions: Sequence[Addition]) -> list[Refusal]:
    """Properties that are too many, too long, nameless or named twice."""
    found: list[Refusal] = []
    for i, addition in enumerate(additions):
        names = [name for name, _ in addition.properties]
        if len(names) > MOST_PROPERTIES or len(set(names)) != len(names):
            found.append(Invalid("input", "lines", i, "properties"))
        for j, (name, value) in enumerate(addition.properties):
            if not name:
                found.append(Required("input", "lines", i, "properties", j, "key"))
            if len(name) > LONGEST_PROPERTY or len(value) > LONGEST_PROPERTY:
                found.append(TooLong("input", "lines", i, "properties", j, most=LONGEST_PROPERTY))
    return found


def merged(lines: Sequence[Line], additions: Sequence[Addition]) -> tuple[list[Line], list[UUID]]:
    """The lines after the additions, and the line that each addition went to.

    An addition with the variant and properties of a line makes it grow; any other is a new line.
    """
    after = {(line.variant_key, line.properties): line for line in lines}
    went_to = []
    for addition in additions:
        at = (addition.variant_key, tuple(sorted(addition.properties)))
        line = after.get(at)
        if line is None:
            line = Line(new_key(), addition.variant_key, 0, at[1], {}, 0)
        after[at] = grown = Line(
            line.key, line.variant_key, line.quantity + addition.quantity, line.properties, line.title, line.unit_amount
        )
        went_to.append(grown.key)
    return list(after.values()), went_to


def check_size(lines: Sequence[Line]) -> None:
    if len(lines) > MOST_LINES:
        raise TooManyLines("input", "lines", most=MOST_LINES)


def renewed(lines: Sequence[Line], offer: Offer, touched: Collection[UUID]) -> tuple[Line, ...]:
    """The lines, those that were touched with what they are called and cost now, so far as they can be bought."""
    priced = {line.item.key: line.item for line in offer.quote.lines if line.item.key in touched}
    return tuple(
        replace(line, title=item.variant.product_name, unit_amount=item.unit.amount)
        if (item := priced.get(line.key))
        else line
        for line in lines
    )


def offer_problems(offer: Offer, places: Mapping[UUID, int]) -> list[Refusal]:
    """What stands in the way of the lines that a request touched; `places` says where each stood in its input."""
    found: list[Refusal] = []
    for problem in offer.problems:
        place = places.get(problem.line_key)
        if place is None:
            continue
        if problem.reason is OutOfStock:
            found.append(OutOfStock("input", "lines", place, "quantity", available=problem.available or 0))
        elif problem.reason is MoreThanAllowed:
            found.append(MoreThanAllowed("input", "lines", place, "quantity", most=problem.available))
        elif problem.reason is WithoutPrice:
            found.append(WithoutPrice("input", "lines", place, currency=offer.quote.currency))
        else:
            found.append(NotSoldHere("input", "lines", place))
    return found
