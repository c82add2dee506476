"""The rows of the lists are true after whatever happens to products, by whichever way it happens."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from commerce.catalog import actions as catalog
from commerce.catalog.models import Brand, Category, Product
from commerce.catalog.values import AttributeKind, ProductChange, VariantChange, VariantDraft
from commerce.channels import actions as channels
from commerce.inventory import actions as inventory
from commerce.inventory.values import Owner
from commerce.kit.errors import Refusal, Refusals
from commerce.kit.ids import new_key
from commerce.kit.money import Money
from commerce.pricing import actions as pricing
from commerce.pricing import queries as prices
from commerce.pricing.values import Price, PriceEntry
from commerce.search import actions
from commerce.shop import Shop
from tests.conftest import Client, TestClock
from tests.search.documents import LIST
from tests.search.factory import (
    make_attribute,
    make_brand,
    make_category,
    make_channel,
    make_option,
    make_product,
    picture,
    receive,
    said,
    set_prices,
)


@dataclass
class World:
    """A shop to do things to at random, always the same for the same seed."""

    shop: Shop
    clock: TestClock
    chance: random.Random
    mark: str
    """Begins all codes, so that none is taken already."""
    channels: list[UUID] = field(default_factory=list)
    warehouses: list[UUID] = field(default_factory=list)
    brands: list[Brand] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    products: list[UUID] = field(default_factory=list)
    variants: list[UUID] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    made: int = 0

    def some(self, of: list[UUID]) -> list[UUID]:
        return self.chance.sample(of, self.chance.randint(1, len(of)))

    def number(self) -> int:
        self.made += 1
        return self.made

    @property
    def product(self) -> UUID:
        return self.chance.choice(self.products)

    @property
    def variant(self) -> UUID:
        return self.chance.choice(self.variants)


async def new_world(shop: Shop, clock: TestClock, seed: int, mark: str) -> World:
    world = World(shop, clock, random.Random(seed), mark)
    world.channels = [await make_channel(shop, f"{mark}-{n}") for n in "ab"]
    async with shop.context().transaction() as session:
        for n in "cd":
            given = {"code": f"{mark}-{n}", "name": {"en": n}, "country": "US"}
            world.warehouses.append((await inventory.create_warehouse(session, **given)).id)
        await inventory.sell_from(session, world.channels[0], world.warehouses)
    world.brands = [await make_brand(shop, f"{mark} {n}") for n in "ef"]
    world.categories = [await make_category(shop, f"{mark} {n}") for n in "ghi"]
    await make_option(shop, f"{mark}-color", "red", "blue", "green")
    await make_attribute(shop, f"{mark}-material", "clay", "glass")
    await make_attribute(shop, f"{mark}-weight", kind=AttributeKind.NUMBER)
    await make_attribute(shop, f"{mark}-handmade", kind=AttributeKind.BOOLEAN)
    await _create(world)
    return world


async def _create(world: World) -> None:
    mark, number, chance = world.mark, world.number(), world.chance
    product = await make_product(
        world.shop, f"Thing {mark} {number}", *chance.sample(world.channels, chance.randint(0, 2)),
        sku=f"{mark}-{number}", options=(f"{mark}-color",), brand=chance.choice([None, *world.brands]),
        variants=tuple(
            VariantDraft(f"{mark}-{number}-{color}", {f"{mark}-color": color})
            for color in chance.sample(["red", "blue"], chance.randint(1, 2))
        ),
        attributes=_attributes(world), categories=chance.sample(world.categories, chance.randint(0, 2)),
        media=tuple(picture(f"{n}.webp") for n in range(chance.randint(0, 2))), price=chance.choice([None, "5.00"]),
    )  # fmt: skip
    world.products.append(product.id)
    world.variants += await _variants_of(world.shop, product.id)


async def _variants_of(shop: Shop, product_key: UUID) -> list[UUID]:
    found = text("select id from catalog_variant where product_id = :key order by position")
    async with shop.context().transaction() as session:
        return [row[0] for row in (await session.execute(found, {"key": product_key})).all()]


def _attributes(world: World) -> tuple:
    mark, chance = world.mark, world.chance
    all_of = (
        said(f"{mark}-material", *chance.sample(["clay", "glass"], chance.randint(1, 2))),
        said(f"{mark}-weight", number=chance.choice([1, 2])),
        said(f"{mark}-handmade", boolean=chance.choice([True, False])),
    )
    return tuple(chance.sample(all_of, chance.randint(0, 3)))


async def _price(world: World) -> None:
    entries = {
        (variant, channel, currency): PriceEntry(variant, channel, Price(Money(world.chance.randint(0, 900), currency)))
        for variant in world.some(world.variants)
        for channel in world.some(world.channels)
        for currency in world.chance.sample(["USD", "JPY"], 1)
    }
    async with world.shop.context().transaction() as session:
        await pricing.set_prices(session, list(entries.values()))


async def _publish(world: World) -> None:
    start = world.clock() + timedelta(hours=world.chance.randint(-2, 2))
    end = world.chance.choice([None, start + timedelta(hours=1)])
    async with world.shop.context().transaction() as session:
        await catalog.publish(session, world.product, world.some(world.channels), start, end)


async def _unpublish(world: World) -> None:
    async with world.shop.context().transaction() as session:
        await catalog.unpublish(session, world.product, world.some(world.channels))


async def _archive(world: World) -> None:
    async with world.shop.context().transaction() as session:
        await catalog.archive(session, world.product)


async def _describe(world: World) -> None:
    chance, mark = world.chance, world.mark
    changes = {
        "name": {"en": f"Other {mark} {world.number()}", "zh-Hans": "别的"},
        "brand_key": chance.choice([None, world.brands[0].id]),
        "rank": chance.randint(-3, 3),
        "attributes": _attributes(world),
        "category_keys": tuple(one.id for one in chance.sample(world.categories, 1)),
        "description": {"en": "<p>Fine.</p>"},
    }
    change = dict(chance.sample(sorted(changes.items(), key=lambda one: one[0]), chance.randint(1, 3)))
    async with world.shop.context().transaction() as session:
        await catalog.update_product(session, world.product, ProductChange(**change))


async def _rename_variant(world: World) -> None:
    sku = f"{world.mark}-other-{world.number()}"
    async with world.shop.context().transaction() as session:
        await catalog.update_variant(session, world.variant, VariantChange(sku=sku))


async def _add_variant(world: World) -> None:
    mark, key = world.mark, world.product
    async with world.shop.context().transaction() as session:
        await catalog.add_variants(session, key, [VariantDraft(f"{mark}-{new_key()}", {f"{mark}-color": "green"})])
    world.variants += (await _variants_of(world.shop, key))[-1:]


async def _picture(world: World) -> None:
    async with world.shop.context().transaction() as session:
        await catalog.add_media(session, world.product, [picture("new.webp")])


async def _move_category(world: World) -> None:
    one, other = world.chance.sample(world.categories, 2)
    async with world.shop.context().transaction() as session:
        await catalog.move_category(session, one.id, world.chance.choice([None, other.id]))


async def _stock(world: World) -> None:
    async with world.shop.context().transaction() as session:
        place, units = world.chance.choice(world.warehouses), world.chance.choice([0, 1, 2])
        await inventory.adjust(session, world.variant, place, set_to=units)


async def _keep_back(world: World) -> None:
    async with world.shop.context().transaction() as session:
        await inventory.keep_back(session, world.variant, world.chance.choice(world.warehouses), 1)


async def _reserve(world: World) -> None:
    owner = Owner("order", new_key())
    async with world.shop.context().transaction() as session:
        await inventory.reserve(session, owner, [(world.variant, 1)], world.channels[0])
    world.owners.append(owner)


async def _release(world: World) -> None:
    if world.owners:
        async with world.shop.context().transaction() as session:
            await inventory.release(session, world.owners.pop())


async def _sell_from(world: World) -> None:
    async with world.shop.context().transaction() as session:
        chosen = world.chance.sample(world.warehouses, world.chance.randint(0, 2))
        await inventory.sell_from(session, world.chance.choice(world.channels), chosen)


async def _currencies(world: World) -> None:
    async with world.shop.context().transaction() as session:
        chosen = world.chance.sample(["USD", "JPY", "KWD"], world.chance.randint(1, 3))
        await channels.update(session, world.chance.choice(world.channels), currencies=chosen)


async def _wait(world: World) -> None:
    world.clock.advance(minutes=40)
    await actions.drop_ended(world.shop.context())


DEEDS: list[Callable[[World], Awaitable[None]]] = [
    _create, _price, _publish, _unpublish, _archive, _describe, _rename_variant, _add_variant, _picture, _move_category,
    _stock, _keep_back, _reserve, _release, _sell_from, _currencies, _wait,
]  # fmt: skip
_marks = iter(range(10_000))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), deeds=st.lists(st.sampled_from(DEEDS), min_size=5, max_size=30))
async def test_lists_are_true_after_whatever_is_done(
    shop: Shop, clock: TestClock, seed: int, deeds: list[Callable[[World], Awaitable[None]]]
) -> None:
    world = await new_world(shop, clock, seed, f"m{next(_marks)}")
    for deed in deeds:
        try:
            await deed(world)
        except (Refusal, Refusals):
            continue
        assert await actions.untrue(shop.context()) == [], deed.__name__
    await check_prices(world)
    async with shop.context().transaction() as session:
        assert (await session.execute(text("select count(*) from search_stale"))).scalar() == 0


async def check_prices(world: World) -> None:
    """What a list says of prices is what is read of the prices themselves."""
    listed = text(
        "select product_id, low, low_before, high from search_listing where channel_id = :c and currency = 'USD'"
    )
    for channel in world.channels:
        async with world.shop.context().transaction() as session:
            rows = (await session.execute(listed, {"c": channel})).all()
            found = await prices.ranges(session, [row[0] for row in rows], channel, "USD")
        told = [
            (None, None, None)
            if one is None
            else (one.min.amount.amount, one.min.compare_at and one.min.compare_at.amount, one.max.amount.amount)
            for one in found
        ]
        assert [tuple(row[1:]) for row in rows] == told


async def test_rows_that_are_not_true_are_found_and_mended(shop: Shop) -> None:
    web = await make_channel(shop)
    mug, pen, hat = [(await make_product(shop, name, web)).id for name in ("Mug", "Pen", "Hat")]
    context = shop.context()
    async with context.transaction() as session:
        await session.execute(text("update search_listing set low = 1 where product_id = :key"), {"key": mug})
        await session.execute(text("delete from search_profile where product_id = :key"), {"key": pen})
        await session.execute(
            text("insert into search_profile values (:key, '', '{}', '{}', '{}', '{}')"), {"key": (gone := new_key())}
        )
    assert await actions.untrue(context) == sorted([mug, pen, gone])
    seen: list[int] = []
    assert await actions.rebuild(context, seen.append) == 4
    assert seen == [4]
    assert await actions.untrue(context) == []
    async with context.transaction() as session:
        kept = (await session.execute(text("select product_id from search_profile"))).scalars().all()
    assert sorted(kept) == sorted([mug, pen, hat])


async def test_what_ended_leaves_the_rows_and_comes_back_when_it_is_published_again(
    shop: Shop, client: Client, clock: TestClock
) -> None:
    web = await make_channel(shop)
    mug = await make_product(shop, "Mug", web, end=clock() + timedelta(hours=1))
    assert await actions.drop_ended(shop.context()) == 0
    clock.advance(hours=1)
    assert await actions.drop_ended(shop.context()) == 3  # one row for each currency
    assert await actions.untrue(shop.context()) == []
    async with shop.context().transaction() as session:
        await catalog.publish(session, mug.id, [web])
    assert [edge["node"]["name"] for edge in (await client(LIST))["products"]["edges"]] == ["Mug"]


async def test_words_of_a_category_above_find_what_is_moved_below_it(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    kitchen, mugs = await make_category(shop, "Kitchen"), await make_category(shop, "Mugs")
    await make_product(shop, "Harbor", web, categories=[mugs])

    async def found(words: str) -> list[str]:
        return [edge["node"]["name"] for edge in (await client(LIST, words=words))["products"]["edges"]]

    assert (await found("kitchen"), await found("mugs harb")) == ([], ["Harbor"])
    async with shop.context().transaction() as session:
        await catalog.move_category(session, mugs.id, kitchen.id)
    assert (await found("kitchen"), await found("itche arbo"), await found("kitchen pen")) == (
        ["Harbor"],
        ["Harbor"],
        [],
    )


async def test_a_new_currency_of_a_channel_lists_what_is_sold_there(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    await make_product(shop, "Mug", web)
    async with shop.context().transaction() as session:
        await channels.update(session, web, currencies=["USD", "EUR"])
    found = (await client(LIST, headers={"X-Currency": "EUR"}, filter={}))["products"]["edges"]
    assert [edge["node"]["name"] for edge in found] == ["Mug"]


# ---------------------------------------------------------------------------------------------- at the same time


@pytest.mark.race
async def test_rows_are_true_after_many_changes_at_the_same_time(racing_shop: Shop) -> None:
    web = await make_channel(racing_shop)
    await make_option(racing_shop, "size", *(f"s{i}" for i in range(6)))
    keys = []
    for name in ("Mug", "Pen"):
        product: Product = await make_product(racing_shop, name, web, prices=[f"{i}.00" for i in range(1, 7)])
        keys.append(await _variants_of(racing_shop, product.id))
    chance, gate = random.Random(7), asyncio.Semaphore(16)

    async def change(variants: list[UUID]) -> None:
        entries = [PriceEntry(key, web, Price(Money(chance.randint(1, 900), "USD"))) for key in variants]
        async with gate, racing_shop.context().transaction() as session:
            await pricing.set_prices(session, entries)

    mugs, pens = keys
    await asyncio.gather(
        *(change([chance.choice(mugs)]) for _ in range(40)), *(change([chance.choice(pens)]) for _ in range(40)),
        *(change(chance.sample([*mugs, *pens], 2)) for _ in range(20)),
    )  # fmt: skip
    assert await actions.untrue(racing_shop.context()) == []


@pytest.mark.race
async def test_the_last_piece_that_many_want_leaves_true_rows(racing_shop: Shop) -> None:
    web = await make_channel(racing_shop)
    for name in ("Mug", "Pen"):
        await make_product(racing_shop, name, web)
    await receive(racing_shop, {"MUG": 3, "PEN": 3})
    variants = text("select id from catalog_variant order by sku")
    async with racing_shop.context().transaction() as session:
        keys = (await session.execute(variants)).scalars().all()

    async def buy(n: int) -> None:
        owner = Owner("order", new_key())
        async with racing_shop.context().transaction() as session:
            await inventory.reserve(session, owner, [(key, 1) for key in (keys if n % 2 else reversed(keys))], web)
        if n % 3 == 0:
            async with racing_shop.context().transaction() as session:
                await inventory.release(session, owner)

    outcomes = await asyncio.gather(*(buy(n) for n in range(24)), return_exceptions=True)
    assert {type(one) for one in outcomes} <= {type(None), Refusals}
    assert await actions.untrue(racing_shop.context()) == []


@pytest.mark.race
async def test_a_change_that_is_called_off_leaves_no_trace(racing_shop: Shop) -> None:
    web = await make_channel(racing_shop)
    mug = await make_product(racing_shop, "Mug", web)
    [key] = await _variants_of(racing_shop, mug.id)

    async def regret() -> None:
        async with racing_shop.context().transaction() as session:
            await pricing.set_prices(session, [PriceEntry(key, web, Price(Money(1, "USD")))])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await regret()
    assert await actions.untrue(racing_shop.context()) == []
    await set_prices(racing_shop, [web], {"MUG": {"USD": "3.00"}})
    assert await actions.untrue(racing_shop.context()) == []
    async with racing_shop.context().transaction() as session:
        assert (await session.execute(text("select count(*) from search_stale"))).scalar() == 0
        assert (await session.execute(text("select low from search_listing where currency = 'USD'"))).scalar() == 300
