"""Whatever is read and written in whatever order: with the cache everyone is told what they would be told without it."""

import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from commerce.catalog import actions as catalog
from commerce.catalog import queries as catalog_queries
from commerce.inventory import actions as inventory
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.errors import Invalid
from commerce.shop import Shop
from tests.answers.asking import PRICES_SET, SHELF, VARIANT, ask, get, prices_input, set_price, without_cost
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.shopfront import CART_OPEN, GOODS, Goods, complete, open_shop, ready_checkout

PRODUCT = """query($id: ID!) { product(by: {id: $id}) { name slug contentLocale
  availability { status quantity } priceRange { min { current { amount currencyCode } lowestRecent { amount } } }
  variants { nodes { sku price(quantity: 1) { taxed { net { amount } gross { amount } } } } } } }"""
LISTS = """query($words: String, $first: Int) { products(query: $words, first: $first, sort: PRICE_ASC) {
  totalCount nodes { name availability { status } } facets { code values { value count } } } }"""
CONTEXT = "{ context { locale currencyCode channel { code name currencies { code } } } channels { code name } }"
CATEGORIES = "{ categories { name products(first: 5) { totalCount nodes { name } } children { name } } }"
HEADERS: list[dict[str, str]] = [
    {}, {"X-Currency": "EUR"}, {"Accept-Language": "de"}, {"Accept-Language": "zh-CN"}, {"X-Country": "DE"},
    {"X-Channel": "asia"}, {"X-Channel": "asia", "X-Currency": "JPY"}, {"Accept-Language": "de;q=0.9, en"},
]  # fmt: skip


class Life:
    """A shop in which things happen at random."""

    def __init__(self, shop: ShopUnderTest, goods: Goods, client: Client, clock: TestClock, random: Random) -> None:
        self.shop, self.goods, self.client, self.clock, self.random = shop, goods, client, clock, random
        self.products: list[UUID] = []

    def sku(self) -> str:
        return self.random.choice(list(GOODS))

    def question(self) -> tuple[str, dict[str, Any]]:
        questions: list[tuple[str, dict[str, Any]]] = [
            (SHELF, {"first": self.random.choice([1, 2, 20])}),
            (VARIANT, {"id": self.goods.variant(self.sku())}),
            (PRODUCT, {"id": ids.encode("product", self.random.choice(self.products))}),
            (LISTS, {"words": self.random.choice([None, "mug", "tea", "zebra"]), "first": self.random.choice([1, 10])}),
            (CONTEXT, {}),
            (CATEGORIES, {}),
        ]
        return self.random.choice(questions)

    async def happen(self) -> None:
        things: list[Callable[[], Awaitable[None]]] = [
            self.price, self.price_by_staff, self.stock, self.sale, self.publishing, self.naming, self.time,
            self.category, self.channel, self.failing,
        ]  # fmt: skip
        await self.random.choice(things)()

    async def price(self) -> None:
        await set_price(self.shop, self.goods, self.sku(), f"{self.random.randint(1, 60)}.00")

    async def price_by_staff(self) -> None:
        self.client.act(Permission.PRODUCTS_WRITE)
        await self.client(PRICES_SET, input=prices_input(self.goods, self.sku(), f"{self.random.randint(1, 60)}.50"))
        self.shop.acting = None

    async def stock(self) -> None:
        assert self.goods.warehouse is not None
        pile = (self.goods.variants[self.sku()], self.goods.warehouse, self.random.randint(1, 4))
        async with self.shop.context().transaction() as session:
            await inventory.receive(session, [pile])

    async def sale(self) -> None:
        """Somebody buys one, if it is on sale just now."""
        sku = self.sku()
        wanted = {"lines": [{"variantId": self.goods.variant(sku), "quantity": 1}], "country": "US"}
        if (await self.client(CART_OPEN, input=wanted))["cartCreate"]["userErrors"]:
            return
        checkout = await ready_checkout(self.client, self.goods, quantities={sku: 1})
        await complete(self.client, checkout, f"key-{self.random.random()}")

    async def publishing(self) -> None:
        key, channels = self.random.choice(self.products), list(self.goods.channels.values())
        start = self.clock() + timedelta(seconds=self.random.randint(-20, 20))
        async with self.shop.context().transaction() as session:
            if self.random.random() < 0.3:
                await catalog.unpublish(session, key, channels, self.clock() + timedelta(seconds=21))
            else:
                await catalog.publish(session, key, channels, start, start + timedelta(seconds=60))

    async def naming(self) -> None:
        self.client.act(*Permission)
        text = "mutation($input: ProductUpdateInput!) { productUpdate(input: $input) { userErrors { code message } } }"
        name = [{"locale": "en", "text": f"Zebra {self.random.randint(1, 99)}"}]
        await self.client(
            text, input={"productId": ids.encode("product", self.random.choice(self.products)), "name": name}
        )
        self.shop.acting = None

    async def time(self) -> None:
        self.clock.advance(seconds=self.random.choice([0.5, 3, 9, 31]))

    async def category(self) -> None:
        self.client.act(*Permission)
        text = "mutation($input: CategoryCreateInput!) { categoryCreate(input: $input) { userErrors { code } } }"
        await self.client(text, input={"name": [{"locale": "en", "text": f"Shelf {self.random.random()}"}]})
        self.shop.acting = None

    async def channel(self) -> None:
        self.client.act(*Permission)
        text = "mutation($input: ChannelUpdateInput!) { channelUpdate(input: $input) { userErrors { code } } }"
        currencies = self.random.choice([["USD", "EUR", "KWD"], ["EUR", "USD", "KWD"]])
        channel = ids.encode("channel", self.goods.channels["web"])
        await self.client(text, input={"channelId": channel, "currencies": currencies})
        self.shop.acting = None

    async def failing(self) -> None:
        """A change that is taken back."""
        with contextlib.suppress(Invalid):
            async with self.shop.context().transaction() as session:
                await catalog.unpublish(session, self.products[0], list(self.goods.channels.values()), self.clock())
                raise Invalid("input")


async def product_keys(shop: Shop) -> list[UUID]:
    found = await catalog_queries.product_keys_by_code(shop.context(), [sku.lower() for sku in GOODS])
    return [found[sku.lower()] for sku in GOODS]


@pytest.mark.parametrize("seed", range(4))
async def test_the_cache_is_never_noticed(shop: ShopUnderTest, client: Client, clock: TestClock, seed: int) -> None:
    random = Random(seed)
    life = Life(shop, await open_shop(shop), client, clock, random)
    life.products = await product_keys(shop)
    without = ShopUnderTest(shop.settings.model_copy(update={"answer_cache": 0}), shop.database, shop.cache, clock)
    plain, seen = Client(without), {"hit": 0, "other": 0}
    for _ in range(60):
        if random.random() < 0.4:
            await life.happen()
        for _ in range(random.randint(1, 4)):
            (text, given), headers = life.question(), random.choice(HEADERS)
            way = random.choice([ask, ask, get])
            kept, fresh = await way(client, text, headers, **given), await way(plain, text, headers, **given)
            assert without_cost(kept) == without_cost(fresh), (text, given, headers, kept.headers["cache-status"])
            assert kept.headers["content-language"] == fresh.headers["content-language"]
            seen["hit" if "hit" in kept.headers["cache-status"] else "other"] += 1
    assert min(seen.values()) > 15, seen
    await plain.http.aclose()
