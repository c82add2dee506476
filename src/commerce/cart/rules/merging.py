"""How a guest's cart is put into that of a person. Nothing of either is lost without being told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from commerce.cart.rules import MOST_LINES, MOST_OF_ONE
from commerce.cart.values import Cap, Line, MergedLine, MergeOutcome, MergeReason, MergeStrategy
from commerce.inventory.errors import OutOfStock
from commerce.kit.ids import new_key
from commerce.quotes.errors import MoreThanAllowed, NotSoldHere
from commerce.quotes.values import Offer

Place = tuple[UUID, tuple[tuple[str, str], ...]]
"""What makes two lines one: the variant and the properties."""


def caps_of(offer: Offer, available: Mapping[UUID, int], lines: Sequence[Line]) -> dict[UUID, Cap]:
    """How many of each variant a cart may hold."""
    reasons = {problem.line_key: problem.reason for problem in offer.problems}
    return {line.variant_key: _cap(offer, available, line, reasons.get(line.key)) for line in lines}


def _cap(offer: Offer, available: Mapping[UUID, int], line: Line, reason: type[Exception] | None) -> Cap:
    if reason is not None and reason not in (OutOfStock, MoreThanAllowed):
        return Cap(0, MergeReason.UNAVAILABLE if reason is NotSoldHere else MergeReason.NO_PRICE)
    most, stock = offer.variants[line.variant_key].max_per_order, max(0, available[line.variant_key])
    if most is not None and most < stock:
        return Cap(most, MergeReason.LIMIT_EXCEEDED)
    return Cap(stock, MergeReason.OUT_OF_STOCK)


@dataclass
class _Merging:
    """A merge under way: the lines so far, by what makes them one."""

    strategy: MergeStrategy
    own: dict[Place, Line]
    caps: Mapping[UUID, Cap]
    lines: dict[Place, Line]

    def take(self, line: Line) -> MergedLine:
        """Put a line of the guest's cart in, as much of it as there is room for."""
        at = (line.variant_key, line.properties)
        before = self.lines.get(at)
        base = before.quantity if before else 0
        wanted = _wanted(self.strategy, base, line.quantity)
        room, reason = self._room(line.variant_key, base, is_new=before is None)
        resulting = base + max(0, min(wanted - base, room))
        key = before.key if before else self.own[at].key if at in self.own else new_key()
        if resulting:
            self.lines[at] = replace(before or line, key=key, quantity=resulting)
        return MergedLine(
            line.variant_key, line.properties, line.title,
            _outcome(wanted, resulting, is_known=at in self.own),
            reason if resulting < wanted else None, wanted, resulting, key if resulting else None,
        )  # fmt: skip

    def _room(self, variant: UUID, base: int, *, is_new: bool) -> tuple[int, MergeReason]:
        """How many pieces more a line can take, and why not more. Lines of one variant share what there is of it."""
        if is_new and len(self.lines) >= MOST_LINES:
            return 0, MergeReason.LIMIT_EXCEEDED
        cap = self.caps[variant]
        left = cap.most - sum(line.quantity for line in self.lines.values() if line.variant_key == variant)
        return (left, cap.reason) if left < MOST_OF_ONE - base else (MOST_OF_ONE - base, MergeReason.LIMIT_EXCEEDED)


def _wanted(strategy: MergeStrategy, base: int, quantity: int) -> int:
    return base + quantity if strategy is MergeStrategy.SUM else max(base, quantity)


def _outcome(wanted: int, resulting: int, *, is_known: bool) -> MergeOutcome:
    if resulting < wanted:
        return MergeOutcome.CAPPED if resulting else MergeOutcome.DROPPED
    return MergeOutcome.MERGED if is_known else MergeOutcome.ADDED


def put_together(
    own: Sequence[Line], guests: Sequence[Line], strategy: MergeStrategy, caps: Mapping[UUID, Cap]
) -> tuple[list[Line], list[MergedLine]]:
    """The lines of a person's cart after a guest's was put into it, and what became of each.

    What the person had stays at least as it was, also where there is less of it by now. Only REPLACE puts the guest's
    cart in its place, and tells what went.
    """
    known = {(line.variant_key, line.properties): line for line in own}
    kept = {} if strategy is MergeStrategy.REPLACE else dict(known)
    merging = _Merging(strategy, known, caps, kept)
    report = [merging.take(line) for line in guests]
    if strategy is MergeStrategy.REPLACE:
        told = {(line.variant_key, line.properties) for line in guests}
        report += [_replaced(line) for at, line in known.items() if at not in told]
    return list(merging.lines.values()), report


def _replaced(line: Line) -> MergedLine:
    gone = MergeOutcome.DROPPED, MergeReason.REPLACED
    return MergedLine(line.variant_key, line.properties, line.title, *gone, line.quantity, 0, None)


def taken_over(lines: Sequence[Line]) -> list[MergedLine]:
    """The report of a cart that becomes a person's own as it is."""
    return [
        MergedLine(
            line.variant_key, line.properties, line.title, MergeOutcome.ADDED, None, line.quantity, line.quantity,
            line.key,
        )
        for line in lines
    ]  # fmt: skip
