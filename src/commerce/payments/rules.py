"""What follows from the events of a payment."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from commerce.kit.money import Money
from commerce.payments.errors import RefundExceedsCaptured
from commerce.payments.values import EventType, Fact, Outcome, OutcomeKind, PaymentStatus, Sums

CHECKS = [timedelta(seconds=s) for s in (5, 15, 30, 60, 180, 600, 1800, 3600)]
"""Pauses between two looks at an open attempt; the last one repeats."""
SENDING_GRACE = timedelta(seconds=30)
"""A call that has not been answered for so long is looked up: its process may have died."""


LATEST = timedelta(days=1)
"""How long after the end of a payment a call that was thought lost may still have its effect."""


def fold(facts: Sequence[Fact], amount: int) -> Sums:
    """The sums of a payment. A set is folded, so that repeated and disordered messages do no harm.

    A request counts as pending only while there is neither success nor failure of the same reference.
    """
    by_type: dict[EventType, dict[str, int]] = {kind: {} for kind in EventType}
    for fact in facts:
        by_type[fact.type][fact.reference] = fact.amount
    charged, refunded = by_type[EventType.CHARGE_SUCCESS], by_type[EventType.REFUND_SUCCESS]
    failed = by_type[EventType.REFUND_FAILURE]
    pending = {ref: sum_ for ref, sum_ in by_type[EventType.REFUND_REQUEST].items() if ref not in {*refunded, *failed}}
    captured, back = min(sum(charged.values()), amount), sum(refunded.values())
    authorized = sum(by_type[EventType.AUTHORIZATION_SUCCESS].values())
    return Sums(authorized, captured, back, sum(pending.values()), _status(by_type, captured, back, authorized))


def _status(by_type: dict[EventType, dict[str, int]], captured: int, refunded: int, authorized: int) -> PaymentStatus:
    """The first that holds."""
    ranked = (
        (captured > 0 and refunded >= captured, PaymentStatus.REFUNDED),
        (refunded > 0, PaymentStatus.PARTIALLY_REFUNDED),
        (by_type[EventType.CHARGE_SUCCESS], PaymentStatus.CAPTURED),
        (by_type[EventType.CANCEL_SUCCESS], PaymentStatus.CANCELED),
        (by_type[EventType.CHARGE_FAILURE], PaymentStatus.FAILED),
        (authorized, PaymentStatus.AUTHORIZED),
        (by_type[EventType.CHARGE_ACTION_REQUIRED], PaymentStatus.REQUIRES_ACTION),
    )
    return next((status for holds, status in ranked if holds), PaymentStatus.PROCESSING)


OPEN = frozenset({PaymentStatus.CREATED, PaymentStatus.PROCESSING})
FINAL = frozenset({PaymentStatus.FAILED, PaymentStatus.CANCELED})
PAID = frozenset({PaymentStatus.CAPTURED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED})

_EVENTS = {
    OutcomeKind.SUCCEEDED: EventType.CHARGE_SUCCESS,
    OutcomeKind.FAILED: EventType.CHARGE_FAILURE,
    OutcomeKind.NOT_FOUND: EventType.CHARGE_FAILURE,
    OutcomeKind.ACTION_REQUIRED: EventType.CHARGE_ACTION_REQUIRED,
    OutcomeKind.PENDING: EventType.CHARGE_REQUEST,
}


def event_of(outcome: Outcome) -> EventType | None:
    """The event that an outcome tells; None while it is unknown."""
    return _EVENTS.get(outcome.kind)


def pause(checks: int) -> timedelta:
    """How long to wait before the next look."""
    return CHECKS[min(checks, len(CHECKS) - 1)]


def next_look(now: datetime, checks: int, expires_at: datetime) -> datetime | None:
    """When to look again for a payment that its provider never heard of; None once that is out of the question."""
    return now + pause(checks) if now < expires_at + LATEST else None


def check_refundable(amount: Money, captured: int, refunded: int, pending: int) -> None:
    """A refund is more than nothing and at most what was captured and not yet sent back or on its way."""
    refundable = captured - refunded - pending
    if not 0 < amount.amount <= refundable:
        raise RefundExceedsCaptured("input", "amount", refundable=Money(refundable, amount.currency))
