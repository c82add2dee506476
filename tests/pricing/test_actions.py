"""Prices are set and looked up many at a time, and nothing of their past is lost."""

from collections.abc import Callable

from sqlalchemy import text

from commerce.app import Shop
from commerce.kit.context import Context
from commerce.kit.ids import new_key
from commerce.kit.money import Money
from commerce.pricing import actions, queries
from commerce.pricing.values import Price, PriceEntry, PriceRange
from tests.conftest import TestClock
from tests.pricing.factory import make_market, make_product, set_price


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


async def logged(shop: Shop) -> list[tuple[int, int | None]]:
    async with shop.database.session() as session:
        rows = await session.execute(text("select amount, compare_at from pricing_price_log order by id"))
        return [tuple(row) for row in rows]


async def test_prices_come_in_the_order_of_the_variants(shop: Shop, context: Context) -> None:
    market = await make_market(shop)
    made = await make_product(shop, market, 3)
    await set_price(shop, market, made.variants[0], "5.00", "7.50")
    await set_price(shop, market, made.variants[2], "0.00")
    await set_price(shop, market, made.variants[1], "9", currency="JPY")
    keys = [made.variants[2], new_key(), made.variants[1], made.variants[0]]
    assert await queries.prices(context, keys, market.key, "EUR") == [
        Price(euros(0)), None, None, Price(euros(500), euros(750)),
    ]  # fmt: skip
    assert await queries.prices(context, keys, new_key(), "EUR") == [None] * 4


async def test_range_spans_the_priced_variants_of_a_product(shop: Shop, context: Context) -> None:
    market = await make_market(shop)
    made, other = await make_product(shop, market, 4), await make_product(shop, market)
    for key, amount, compare_at in zip(
        made.variants, ("20.00", "10.00", "30.00"), (None, "12.00", "31.00"), strict=False
    ):
        await set_price(shop, market, key, amount, compare_at)
    assert await queries.ranges(context, [other.key, made.key], market.key, "EUR") == [
        None,
        PriceRange(
            Price(euros(1000), euros(1200)), Price(euros(3000), euros(3100)), made.variants[1], made.variants[2]
        ),
    ]


async def test_only_real_changes_are_logged_however_many_prices_are_set(
    shop: Shop, counted: Callable[[], list[str]]
) -> None:
    market = await make_market(shop)
    made = await make_product(shop, market, 50)
    entries = [PriceEntry(key, market.key, Price(euros(100))) for key in made.variants]
    counted()
    async with shop.context().transaction() as session:
        assert await actions.set_prices(session, entries) == set(made.variants)
    assert len(counted()) == 1
    entries[7] = PriceEntry(made.variants[7], market.key, Price(euros(100), euros(200)))
    async with shop.context().transaction() as session:
        assert await actions.set_prices(session, entries) == {made.variants[7]}
        assert await actions.set_prices(session, []) == set()
    assert await logged(shop) == [(100, None)] * 50 + [(100, 200)]


async def test_lowest_recent_price_is_that_of_the_30_days_before_the_reduction_began(
    shop: Shop, context: Context, clock: TestClock
) -> None:
    market = await make_market(shop)
    made = await make_product(shop, market, 2)
    sold, other = made.variants

    async def lowest() -> list[Money | None]:
        return await queries.lowest_before_reduction(context, [other, sold], market.key, "EUR")

    await set_price(shop, market, sold, "50.00")
    clock.advance(days=10)
    await set_price(shop, market, sold, "80.00")
    clock.advance(days=35)
    await set_price(shop, market, sold, "100.00")
    assert await lowest() == [None, None]
    clock.advance(days=20)
    await set_price(shop, market, sold, "70.00", "100.00")
    await set_price(shop, market, other, "1.00", "2.00")
    assert await lowest() == [None, euros(8000)]
    clock.advance(days=40)
    await set_price(shop, market, sold, "60.00", "100.00")
    assert await lowest() == [None, euros(8000)]
    clock.advance(days=1)
    await set_price(shop, market, sold, "100.00")
    assert await lowest() == [None, None]
    clock.advance(days=1)
    await set_price(shop, market, sold, "90.00", "100.00")
    assert await lowest() == [None, euros(6000)]
