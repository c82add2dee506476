"""What follows from what providers tell, however often and in whichever order they tell it."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.kit.money import Money
from commerce.payments import rules
from commerce.payments.errors import RefundExceedsCaptured
from commerce.payments.values import EventType, Fact, PaymentStatus

AMOUNT = 1_000
FACTS = st.builds(
    Fact,
    type=st.sampled_from(EventType),
    reference=st.sampled_from(["pay_1", "refund_1", "refund_2", "refund_3"]),
    amount=st.just(250),
)


@st.composite
def stories(draw: st.DrawFn) -> list[Fact]:
    """What can happen to a payment: perhaps a charge, then refunds that go through, fail, or are on their way."""
    facts = [Fact(draw(st.sampled_from([EventType.CHARGE_REQUEST, EventType.CHARGE_ACTION_REQUIRED])), "pay_1", AMOUNT)]
    if draw(st.booleans()):
        facts.append(Fact(EventType.CHARGE_FAILURE, "pay_1", AMOUNT))
    if draw(st.booleans()):
        facts.append(Fact(EventType.CHARGE_SUCCESS, "pay_1", AMOUNT))
        left = AMOUNT
        for i in range(draw(st.integers(0, 4))):
            part, end = draw(st.integers(1, max(left, 1))), draw(st.sampled_from(["ok", "no", "open"]))
            if part <= left:
                facts.append(Fact(EventType.REFUND_REQUEST, f"refund_{i}", part))
                if end != "open":
                    kind = EventType.REFUND_SUCCESS if end == "ok" else EventType.REFUND_FAILURE
                    facts.append(Fact(kind, f"refund_{i}", part))
                left -= 0 if end == "no" else part
    return facts


@given(stories(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(facts: list[Fact], chance: random.Random) -> None:
    once = rules.fold(facts, AMOUNT)
    told = facts + [chance.choice(facts) for _ in range(5)]
    chance.shuffle(told)
    assert rules.fold(told, AMOUNT) == once


@given(st.lists(FACTS, max_size=12), st.randoms(use_true_random=False))
def test_even_facts_that_make_no_sense_fold_to_the_same(facts: list[Fact], chance: random.Random) -> None:
    told = facts * 2
    chance.shuffle(told)
    assert rules.fold(told, AMOUNT) == rules.fold(facts, AMOUNT)


@given(stories())
def test_sums_never_leave_their_bounds(facts: list[Fact]) -> None:
    sums = rules.fold(facts, AMOUNT)
    assert 0 <= sums.refunded + sums.refund_pending <= sums.captured <= AMOUNT
    assert (sums.status in rules.PAID) == (sums.captured > 0)
    assert (sums.status is PaymentStatus.REFUNDED) == (sums.captured > 0 and sums.refunded == sums.captured)


@given(stories(), st.integers(-5, 1_500))
def test_a_refund_is_granted_exactly_within_what_is_left(facts: list[Fact], amount: int) -> None:
    sums = rules.fold(facts, AMOUNT)
    left = sums.captured - sums.refunded - sums.refund_pending
    asked = (Money(amount, "USD"), sums.captured, sums.refunded, sums.refund_pending)
    if 0 < amount <= left:
        rules.check_refundable(*asked)
    else:
        with pytest.raises(RefundExceedsCaptured) as refused:
            rules.check_refundable(*asked)
        assert refused.value.facts == {"refundable": Money(left, "USD")}


def test_success_outranks_failure_whichever_is_told_last() -> None:
    no, yes = Fact(EventType.CHARGE_FAILURE, "pay_1", AMOUNT), Fact(EventType.CHARGE_SUCCESS, "pay_1", AMOUNT)
    assert rules.fold([no], AMOUNT).status is PaymentStatus.FAILED
    assert rules.fold([no, yes], AMOUNT).status is rules.fold([yes, no], AMOUNT).status is PaymentStatus.CAPTURED


def test_a_payment_that_is_not_found_is_looked_for_until_a_day_after_its_end() -> None:
    end = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert rules.next_look(end, 0, end) == end + timedelta(seconds=5)
    assert rules.next_look(end, 99, end) == end + timedelta(hours=1)
    assert rules.next_look(end + timedelta(days=1), 0, end) is None
