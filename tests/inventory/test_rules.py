"""Which units go to whom."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.inventory import rules
from commerce.inventory.errors import CountChanged, LessThanHeld, NotHeld, OutOfStock
from commerce.inventory.values import Free, Held, Level, Move, Place, Status
from commerce.kit.errors import OutOfRange, Refusal, Refusals

MUG, PEN = UUID(int=1), UUID(int=2)
NEAR, FAR = UUID(int=10), UUID(int=11)


def free(variant: UUID, warehouse: UUID, units: int) -> Free:
    return Free(Place(variant, warehouse), {NEAR: 1, FAR: 2}[warehouse], units)


def test_the_first_warehouse_is_emptied_before_the_next() -> None:
    stock = [free(MUG, FAR, 10), free(MUG, NEAR, 3), free(PEN, NEAR, 5)]
    assert rules.spread([(MUG, 5), (PEN, 5)], stock) == [
        Move(Place(MUG, NEAR), reserved=3), Move(Place(MUG, FAR), reserved=2), Move(Place(PEN, NEAR), reserved=5),
    ]  # fmt: skip


def test_lines_of_one_variant_draw_on_the_same_stock() -> None:
    stock = [free(MUG, NEAR, 3), free(MUG, FAR, 3)]
    assert rules.spread([(MUG, 2), (MUG, 4)], stock) == [
        Move(Place(MUG, NEAR), reserved=3), Move(Place(MUG, FAR), reserved=3),
    ]  # fmt: skip
    with pytest.raises(Refusals) as refused:
        rules.spread([(MUG, 2), (MUG, 5)], stock)
    assert [(r.field, r.facts["available"]) for r in refused.value.refusals] == [(("lines", "1"), 4)]


def test_every_short_line_is_told() -> None:
    with pytest.raises(Refusals) as refused:
        rules.spread([(PEN, 1), (MUG, 2), (MUG, 1)], [free(MUG, NEAR, 1), free(PEN, NEAR, -4)])
    told = refused.value.refusals
    assert [(type(r), r.field, r.facts["available"]) for r in told] == [
        (OutOfStock, ("lines", "0"), 0), (OutOfStock, ("lines", "1"), 1),
    ]  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from([MUG, PEN]), st.integers(1, 6)), max_size=5),
    st.lists(st.integers(-3, 9), min_size=4, max_size=4),
)
def test_nothing_is_refused_that_could_be_had_and_nothing_taken_that_is_not_there(
    lines: list[tuple[UUID, int]], units: list[int]
) -> None:
    places = [(variant, warehouse) for variant in (MUG, PEN) for warehouse in (NEAR, FAR)]
    stock = [free(*place, n) for place, n in zip(places, units, strict=True)]
    left = {part.place: max(0, part.quantity) for part in stock}
    wanted = {variant: sum(n for key, n in lines if key == variant) for variant in (MUG, PEN)}
    had = {variant: sum(n for place, n in left.items() if place.variant_key == variant) for variant in (MUG, PEN)}
    if any(wanted[variant] > had[variant] for variant in wanted):
        with pytest.raises(Refusals):
            rules.spread(lines, stock)
        return
    moves = rules.spread(lines, stock)
    assert all(0 < move.reserved <= left[move.place] for move in moves)
    taken = {variant: sum(m.reserved for m in moves if m.place.variant_key == variant) for variant in (MUG, PEN)}
    assert taken == wanted


HELD = [Held(Place(MUG, NEAR), 2, 3, 1), Held(Place(MUG, FAR), 0, 4, 2), Held(Place(PEN, NEAR), 0, 0, 5)]


def test_payment_turns_reserved_into_committed() -> None:
    assert rules.commitment(HELD) == [Move(Place(MUG, NEAR), reserved=-2, committed=2)]


def test_release_gives_back_all_that_is_not_shipped() -> None:
    assert rules.release(HELD) == [
        Move(Place(MUG, NEAR), reserved=-2, committed=-3), Move(Place(MUG, FAR), committed=-4),
    ]  # fmt: skip


def test_partial_release_gives_back_the_unpaid_first_and_no_more_than_is_held() -> None:
    assert rules.release(HELD, [(MUG, 3), (PEN, 1)]) == [Move(Place(MUG, NEAR), reserved=-2, committed=-1)]
    assert rules.release(HELD, [(MUG, 100)]) == rules.release(HELD)


def test_only_paid_goods_are_shipped() -> None:
    assert rules.shipment(HELD, [(MUG, 4)]) == [
        Move(Place(MUG, NEAR), on_hand=-3, committed=-3), Move(Place(MUG, FAR), on_hand=-1, committed=-1),
    ]  # fmt: skip
    with pytest.raises(Refusals) as refused:
        rules.shipment(HELD, [(MUG, 8), (PEN, 1)])
    assert [(type(r), r.field, r.facts["available"]) for r in refused.value.refusals] == [
        (NotHeld, ("lines", "0"), 7), (NotHeld, ("lines", "1"), 0),
    ]  # fmt: skip


def test_goods_come_back_to_where_they_were_shipped_from() -> None:
    assert rules.restocking(HELD, [(MUG, 2), (PEN, 9)]) == [
        Move(Place(MUG, NEAR), on_hand=1), Move(Place(MUG, FAR), on_hand=1), Move(Place(PEN, NEAR), on_hand=5),
    ]  # fmt: skip


LEVEL = Level(Place(MUG, NEAR), on_hand=10, reserved=2, committed=3, safety=4)


@pytest.mark.parametrize(("set_to", "delta", "by"), [(7, None, -3), (10, None, 0), (None, -5, -5), (None, 90, 90)])
def test_a_count_is_set_or_changed(set_to: int | None, delta: int | None, by: int) -> None:
    assert rules.adjustment(LEVEL, set_to, delta, 10) == Move(LEVEL.place, on_hand=by)


@pytest.mark.parametrize(
    ("set_to", "delta", "expected", "refusal"),
    [
        (4, None, None, LessThanHeld), (None, -6, None, LessThanHeld), (-1, None, None, OutOfRange),
        (None, -11, None, OutOfRange), (10**9 + 1, None, None, OutOfRange), (7, None, 9, CountChanged),
    ],
)  # fmt: skip
def test_a_count_that_cannot_be_is_refused(
    set_to: int | None, delta: int | None, expected: int | None, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        rules.adjustment(LEVEL, set_to, delta, expected)


@pytest.mark.parametrize(
    ("units", "status", "shown"),
    [
        (0, Status.OUT_OF_STOCK, 0), (1, Status.LOW_STOCK, 1), (5, Status.LOW_STOCK, 5), (6, Status.IN_STOCK, 6),
        (10, Status.IN_STOCK, 10), (11, Status.IN_STOCK, None),
    ],
)  # fmt: skip
def test_shoppers_learn_how_many_are_left_only_when_few_are(units: int, status: Status, shown: int | None) -> None:
    assert (rules.status(units), rules.shown(units)) == (status, shown)


def test_safety_stock_is_not_available() -> None:
    assert LEVEL.available == 1
    assert Level(LEVEL.place, 3, 1, 1, 4).available == 0
