"""Which units go to whom."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from commerce.inventory.errors import CountChanged, LessThanHeld, NotHeld, OutOfStock
from commerce.inventory.values import Free, Held, Level, Move, Place, Status
from commerce.kit.errors import OutOfRange, Refusal, Refusals

MOST_UNITS = 1_000_000_000
LOW = 5
"""From this number of units down, stock is low."""
SHOWN = 10
"""From this number of units down, shoppers are told how many there are."""


def status(units: int) -> Status:
    """What shoppers are told of so many units."""
    if units <= 0:
        return Status.OUT_OF_STOCK
    return Status.LOW_STOCK if units <= LOW else Status.IN_STOCK


def shown(units: int) -> int | None:
    """The number that shoppers see; None while there is plenty."""
    return units if units <= SHOWN else None


def spread(lines: Sequence[tuple[UUID, int]], free: Iterable[Free]) -> list[Move]:
    """Reserve all lines, each from the warehouse of the first priority and from the next when that has not enough.

    Lines of the same variant draw on the same stock, in their order. Raises one OutOfStock for each short line.
    """
    left: dict[UUID, list[tuple[Place, int]]] = defaultdict(list)
    for part in sorted(free, key=lambda part: (part.priority, part.place)):
        left[part.place.variant_key].append((part.place, max(0, part.quantity)))
    taken: Counter[Place] = Counter()
    short: list[Refusal] = []
    for i, (variant_key, quantity) in enumerate(lines):
        available = sum(units - taken[place] for place, units in left[variant_key])
        if quantity > available:
            short.append(OutOfStock("lines", i, available=available))
        else:
            taken.update(_draw(quantity, [(place, units - taken[place]) for place, units in left[variant_key]]))
    if short:
        raise Refusals(short)
    return [Move(place, reserved=units) for place, units in sorted(taken.items())]


def _draw(quantity: int, sources: Iterable[tuple[Place, int]]) -> dict[Place, int]:
    """Take units from the first source on; what they cannot give is left out."""
    drawn = {}
    for place, units in sources:
        part = min(quantity, units)
        if part:
            drawn[place] = part
            quantity -= part
    return drawn


def commitment(held: Iterable[Held]) -> list[Move]:
    """All that is reserved is paid now."""
    return [Move(part.place, reserved=-part.reserved, committed=part.reserved) for part in held if part.reserved]


def release(held: Sequence[Held], lines: Sequence[tuple[UUID, int]] | None = None) -> list[Move]:
    """Give back what is held and not shipped: all of it, or at most so many units of some variants."""
    if lines is None:
        wanted = {part.place: part.reserved + part.committed for part in held}
    else:
        wanted = {}
        for variant_key, quantity in lines:
            own = [part for part in held if part.place.variant_key == variant_key]
            wanted |= _draw(quantity, [(part.place, part.reserved + part.committed) for part in own])
    return [_given_back(part, wanted[part.place]) for part in held if wanted.get(part.place)]


def _given_back(part: Held, units: int) -> Move:
    unpaid = min(part.reserved, units)
    return Move(part.place, reserved=-unpaid, committed=unpaid - units)


def shipment(held: Sequence[Held], lines: Sequence[tuple[UUID, int]]) -> list[Move]:
    """Goods leave: only what is paid for. Raises one NotHeld for each line that asks for more."""
    short: list[Refusal] = []
    leaving: dict[Place, int] = {}
    for i, (variant_key, quantity) in enumerate(lines):
        own = [(part.place, part.committed) for part in held if part.place.variant_key == variant_key]
        available = sum(units for _, units in own)
        if quantity > available:
            short.append(NotHeld("lines", i, available=available))
        leaving |= _draw(quantity, own)
    if short:
        raise Refusals(short)
    return [Move(place, on_hand=-units, committed=-units) for place, units in sorted(leaving.items())]


def restocking(held: Sequence[Held], lines: Sequence[tuple[UUID, int]]) -> list[Move]:
    """Shipped goods come back to where they were shipped from, at most as many as were."""
    back: dict[Place, int] = {}
    for variant_key, quantity in lines:
        back |= _draw(quantity, [(p.place, p.shipped) for p in held if p.place.variant_key == variant_key])
    return [Move(place, on_hand=units) for place, units in sorted(back.items())]


def adjustment(level: Level, set_to: int | None, delta: int | None, expected: int | None) -> Move:
    """Change what lies there to a number or by one. It cannot fall below what is held for orders."""
    if expected is not None and expected != level.on_hand:
        raise CountChanged("input", "expectedQuantity", current=level.on_hand)
    on_hand = set_to if set_to is not None else level.on_hand + (delta or 0)
    if not 0 <= on_hand <= MOST_UNITS:
        raise OutOfRange("input", "change", least=0, most=MOST_UNITS)
    held = level.reserved + level.committed
    if on_hand < held:
        raise LessThanHeld("input", "change", held=held)
    return Move(level.place, on_hand=on_hand - level.on_hand)
