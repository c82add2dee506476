"""Many buyers at once, on real connections."""

import asyncio
import random
from uuid import UUID

import pytest

from commerce.app import Shop
from commerce.channels.values import Market
from commerce.inventory import actions
from commerce.inventory.errors import OutOfStock
from commerce.inventory.values import Owner, Ref
from commerce.kit.errors import Refusals
from commerce.kit.ids import new_key
from tests.inventory.factory import check_books, counts, make_owner, make_stock, reserve
from tests.pricing.factory import make_market, make_product

pytestmark = pytest.mark.race


async def attempt(shop: Shop, market: Market, gate: asyncio.Semaphore, *lines: tuple[UUID, int]) -> bool:
    """Whether there was enough; anything else than too little stock fails the test."""
    async with gate:
        try:
            await reserve(shop, market, make_owner(), *lines)
        except Refusals as refused:
            if {type(refusal) for refusal in refused.refusals} == {OutOfStock}:
                return False
            raise
        return True


async def test_a_hundred_pieces_go_to_a_hundred_of_two_hundred_buyers(racing_shop: Shop) -> None:
    market = await make_market(racing_shop)
    [mug] = (await make_product(racing_shop, market)).variants
    near, far = await make_stock(racing_shop, market, {mug: 60}, {mug: 40})
    gate = asyncio.Semaphore(32)
    outcomes = await asyncio.gather(*(attempt(racing_shop, market, gate, (mug, 1)) for _ in range(200)))
    assert outcomes.count(True) == 100
    assert [await counts(racing_shop, near, mug), await counts(racing_shop, far, mug)] == [(60, 60, 0), (40, 40, 0)]
    await check_books(racing_shop)


async def test_baskets_in_any_order_never_wait_for_each_other_forever(racing_shop: Shop) -> None:
    market = await make_market(racing_shop)
    variants = (await make_product(racing_shop, market, 6)).variants
    warehouses = await make_stock(racing_shop, market, dict.fromkeys(variants, 40), dict.fromkeys(variants, 40))
    chance = random.Random(7)
    gate = asyncio.Semaphore(32)
    baskets = [[(key, chance.randint(1, 3)) for key in chance.sample(variants, 4)] for _ in range(200)]
    outcomes = await asyncio.gather(*(attempt(racing_shop, market, gate, *basket) for basket in baskets))
    sold = dict.fromkeys(variants, 0)
    for basket, had in zip(baskets, outcomes, strict=True):
        for key, quantity in basket if had else ():
            sold[key] += quantity
    for key in variants:
        assert sold[key] == sum([(await counts(racing_shop, one, key))[1] for one in warehouses]) <= 80
    assert 0 < outcomes.count(False) < 200
    await check_books(racing_shop)


async def test_two_owners_hold_the_same_goods_in_opposite_order(racing_shop: Shop) -> None:
    market = await make_market(racing_shop)
    mug, pen = (await make_product(racing_shop, market, 2)).variants
    [warehouse] = await make_stock(racing_shop, market, {mug: 500, pen: 500})
    gate = asyncio.Semaphore(32)
    await asyncio.gather(
        *(
            attempt(racing_shop, market, gate, *lines)
            for _ in range(50)
            for lines in ([(mug, 1), (pen, 1)], [(pen, 1), (mug, 1)])
        )
    )
    assert await counts(racing_shop, warehouse, mug) == (500, 100, 0)
    assert await counts(racing_shop, warehouse, pen) == (500, 100, 0)
    await check_books(racing_shop)


async def test_every_verb_at_once_keeps_the_books(racing_shop: Shop) -> None:
    market = await make_market(racing_shop)
    variants = (await make_product(racing_shop, market, 3)).variants
    warehouses = await make_stock(racing_shop, market, dict.fromkeys(variants, 100), dict.fromkeys(variants, 100))
    owners = [make_owner() for _ in range(20)]
    for owner in owners:
        await reserve(racing_shop, market, owner, *dict.fromkeys(variants, 3).items())

    async def run(verb: str, owner: Owner, ref: Ref) -> None:
        async with gate, racing_shop.context().transaction() as session:
            if verb == "commit":
                await actions.commit(session, owner)
            elif verb == "release":
                await actions.release(session, owner, {variants[0]: 1})
            elif verb == "adjust":
                await actions.adjust(session, variants[1], warehouses[0], delta=1, ref=ref)
            else:
                await actions.ship(session, owner, {variants[2]: 1}, ref)

    gate = asyncio.Semaphore(32)
    for owner in owners:
        await run("commit", owner, Ref("order", owner.key))
    shipments = {owner: Ref("fulfillment", new_key()) for owner in owners}
    work = [
        (verb, owner, shipments[owner]) for owner in owners for verb in ("commit", "release", "adjust", "ship", "ship")
    ]
    random.Random(3).shuffle(work)
    await asyncio.gather(*(run(*one) for one in work))
    total = [
        sum(column) for column in zip(*[await counts(racing_shop, one, variants[2]) for one in warehouses], strict=True)
    ]
    assert total == [180, 0, 40]
    assert (await counts(racing_shop, warehouses[0], variants[1]))[0] == 120
    await check_books(racing_shop)
