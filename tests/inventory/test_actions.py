"""Stock is held, paid, shipped and given back, and the books always balance."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from commerce.app import Shop
from commerce.inventory import actions, queries
from commerce.inventory.errors import LessThanHeld
from commerce.inventory.values import Reason, Ref
from commerce.kit.context import Context
from commerce.kit.errors import Refusals
from commerce.kit.ids import new_key
from tests.conftest import TestClock
from tests.inventory.factory import check_books, counts, make_owner, make_stock, reserve
from tests.pricing.factory import make_market, make_product


async def test_units_are_held_paid_and_shipped(shop: Shop) -> None:
    market = await make_market(shop)
    [mug] = (await make_product(shop, market)).variants
    near, far = await make_stock(shop, market, {mug: 3}, {mug: 5})
    owner = make_owner()
    await reserve(shop, market, owner, (mug, 2), (mug, 3))
    assert [await counts(shop, near, mug), await counts(shop, far, mug)] == [(3, 3, 0), (5, 2, 0)]
    async with shop.context().transaction() as session:
        await actions.commit(session, owner)
        await actions.commit(session, owner)
    assert [await counts(shop, near, mug), await counts(shop, far, mug)] == [(3, 0, 3), (5, 0, 2)]
    parcel = Ref("fulfillment", new_key())
    async with shop.context().transaction() as session:
        await actions.ship(session, owner, {mug: 4}, parcel)
        await actions.ship(session, owner, {mug: 4}, parcel)
    assert [await counts(shop, near, mug), await counts(shop, far, mug)] == [(0, 0, 0), (4, 0, 1)]
    async with shop.context().transaction() as session:
        await actions.ship(session, owner, {mug: 1})
        await actions.release(session, owner)
    assert [await counts(shop, near, mug), await counts(shop, far, mug)] == [(0, 0, 0), (3, 0, 0)]
    back = Ref("refund", new_key())
    async with shop.context().transaction() as session:
        await actions.restock(session, owner, {mug: 2}, back)
        await actions.restock(session, owner, {mug: 2}, back)
    assert [await counts(shop, near, mug), await counts(shop, far, mug)] == [(2, 0, 0), (3, 0, 0)]
    await check_books(shop)


async def test_one_short_line_holds_nothing_at_all(shop: Shop, context: Context) -> None:
    market = await make_market(shop)
    mug, pen = (await make_product(shop, market, 2)).variants
    [warehouse] = await make_stock(shop, market, {mug: 3, pen: 1})
    with pytest.raises(Refusals) as refused:
        await reserve(shop, market, make_owner(), (mug, 1), (pen, 2), (new_key(), 1))
    assert [(r.field, r.facts["available"]) for r in refused.value.refusals] == [
        (("lines", "1"), 1), (("lines", "2"), 0),
    ]  # fmt: skip
    assert await counts(shop, warehouse, mug) == (3, 0, 0)
    assert await queries.available(context, [pen, mug], market.key) == [1, 3]
    await check_books(shop)


async def test_a_channel_sells_only_from_its_own_warehouses(shop: Shop, context: Context) -> None:
    market, other = await make_market(shop), await make_market(shop, "other")
    [mug] = (await make_product(shop, market)).variants
    await make_stock(shop, market, {mug: 3})
    assert await queries.available(context, [mug], other.key) == [0]
    with pytest.raises(Refusals):
        await reserve(shop, other, make_owner(), (mug, 1))


async def test_release_gives_back_once_what_was_paid_and_what_was_not(shop: Shop) -> None:
    market = await make_market(shop)
    [mug] = (await make_product(shop, market)).variants
    [warehouse] = await make_stock(shop, market, {mug: 10})
    owner, other = make_owner(), make_owner()
    await reserve(shop, market, other, (mug, 1))
    await reserve(shop, market, owner, (mug, 2))
    async with shop.context().transaction() as session:
        await actions.commit(session, owner)
    await reserve(shop, market, owner, (mug, 3))
    assert await counts(shop, warehouse, mug) == (10, 4, 2)
    async with shop.context().transaction() as session:
        await actions.release(session, owner, {mug: 4})
    assert await counts(shop, warehouse, mug) == (10, 1, 1)
    for _ in range(2):
        async with shop.context().transaction() as session:
            await actions.release(session, owner)
        assert await counts(shop, warehouse, mug) == (10, 1, 0)
    await check_books(shop)


async def test_each_verb_takes_at_most_four_statements_for_any_number_of_lines(
    shop: Shop, counted: Callable[[], list[str]]
) -> None:
    market = await make_market(shop)
    variants = (await make_product(shop, market, 30)).variants
    await make_stock(shop, market, dict.fromkeys(variants, 2), dict.fromkeys(variants, 9))
    owner, three = make_owner(), dict.fromkeys(variants, 3)
    async with shop.context().transaction() as session:
        taken = []
        for verb in (
            actions.reserve(session, owner, list(three.items()), market.key),
            actions.commit(session, owner),
            actions.ship(session, owner, dict.fromkeys(variants, 1), Ref("fulfillment", new_key())),
            actions.restock(session, owner, dict.fromkeys(variants, 1), Ref("refund", new_key())),
            actions.release(session, owner),
        ):
            counted()
            await verb
            taken.append(len(counted()))
    assert taken == [3, 3, 4, 4, 3]
    await check_books(shop)


async def test_owners_whose_time_is_up_are_found(shop: Shop, context: Context, clock: TestClock) -> None:
    market = await make_market(shop)
    [mug] = (await make_product(shop, market)).variants
    await make_stock(shop, market, {mug: 10})
    late, paid = make_owner(), make_owner()
    async with shop.context().transaction() as session:
        for owner in (late, paid):
            await actions.reserve(session, owner, [(mug, 1)], market.key, clock() + timedelta(minutes=30))
        await actions.commit(session, paid)
    assert await queries.expired_owners(context, "order", clock()) == []
    clock.advance(minutes=30)
    assert await queries.expired_owners(context, "order", clock()) == [late.key]
    assert await queries.expired_owners(context, "slot", clock()) == []


async def test_a_count_changes_once_for_a_cause_and_never_below_what_is_held(shop: Shop) -> None:
    market = await make_market(shop)
    mug, pen = (await make_product(shop, market, 2)).variants
    [warehouse] = await make_stock(shop, market, {mug: 10})
    delivery = Ref("delivery", new_key())
    async with shop.context().transaction() as session:
        for _ in range(2):
            await actions.adjust(session, mug, warehouse, delta=5, reason=Reason.PURCHASE_IN, ref=delivery)
        await actions.adjust(session, pen, warehouse, set_to=4)
        for _ in range(2):
            await actions.receive(session, [(mug, warehouse, 7), (pen, warehouse, 1)], ref=delivery)
    assert [await counts(shop, warehouse, mug), await counts(shop, warehouse, pen)] == [(15, 0, 0), (5, 0, 0)]
    await reserve(shop, market, make_owner(), (pen, 3))
    with pytest.raises(LessThanHeld):
        async with shop.context().transaction() as session:
            await actions.adjust(session, pen, warehouse, set_to=2)
    assert await counts(shop, warehouse, pen) == (5, 3, 0)
    await check_books(shop)


async def test_safety_stock_is_kept_back(shop: Shop, context: Context) -> None:
    market = await make_market(shop)
    [mug] = (await make_product(shop, market)).variants
    near, _far = await make_stock(shop, market, {mug: 3}, {mug: 1})
    async with shop.context().transaction() as session:
        await actions.keep_back(session, mug, near, 5)
    assert await queries.available(context, [mug], market.key) == [1]
    with pytest.raises(Refusals):
        await reserve(shop, market, make_owner(), (mug, 2))
    assert await counts(shop, near, mug) == (3, 0, 0)
