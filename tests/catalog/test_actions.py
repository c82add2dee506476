"""What other modules read of the catalog, and what happens when two act at once."""

import asyncio

import pytest
from sqlalchemy import text

from commerce.app import Shop
from commerce.catalog import actions, queries
from commerce.catalog.values import ProductDraft, VariantDraft, VariantForSale
from commerce.kit.errors import Refusal, Taken
from commerce.kit.ids import new_key
from commerce.vendors import queries as vendors
from tests.catalog.factory import make_category, make_channel, make_full_shop, make_option, make_product
from tests.catalog.test_graphql import DETAIL
from tests.conftest import Client, ShopUnderTest, TestClock


async def test_what_selling_needs_comes_in_one_statement(shop: Shop, clock: TestClock) -> None:
    here, elsewhere = await make_channel(shop), await make_channel(shop, "elsewhere")
    await make_option(shop)
    drafts = (VariantDraft("RED", {"color": "red"}, weight_g=300, max_per_order=5),)
    product = await make_product(shop, "Mug", here, options=("color",), variants=drafts, tax_class="books")
    context = shop.context()
    key = (await queries.variant_keys_by_sku(context, ["RED"]))["RED"]
    house = await vendors.house_key(context)
    assert house is not None
    for channel, is_visible in ((here, True), (elsewhere, False)):
        assert await queries.variants_for_sale(context, [new_key(), key], channel, clock()) == [
            None,
            VariantForSale(
                key, product.id, house, "RED", {"en": "Mug"}, (({"en": "Color"}, {"en": "Red", "zh-Hans": "红色"}),),
                "books", 300, 5, is_visible=is_visible,
            ),
        ]  # fmt: skip
    async with context.transaction() as session:
        await actions.archive(session, product.id)
    [sold] = await queries.variants_for_sale(context, [key], here, clock())
    assert sold is not None
    assert sold.is_visible is False


async def test_keys_are_found_by_code(shop: Shop) -> None:
    product = await make_product(shop, code="m-1")
    assert await queries.product_keys_by_code(shop.context(), ["m-1", "m-2"]) == {"m-1": product.id}


async def test_what_happened_is_recorded(shop: Shop) -> None:
    channel = await make_channel(shop)
    product = await make_product(shop, channel=channel)
    async with shop.context().transaction() as session:
        await actions.unpublish(session, product.id, [channel])
        await actions.archive(session, product.id)
    events = await shop.context().rows(text("select name, payload->>'product_key' from kit_event order by name"))
    assert [row[0] for row in events] == ["ProductCreated", "ProductPublished", "ProductUnpublished", "ProductUpdated"]
    assert {row[1] for row in events} == {str(product.id)}


@pytest.mark.race
async def test_reading_gives_the_same_on_a_real_pool(racing_shop: ShopUnderTest) -> None:
    await make_full_shop(racing_shop, "Mug", "Cup")
    client = Client(racing_shop)
    product = (await client(DETAIL, by={"slug": "mug"}))["product"]
    assert product["variants"]["nodes"][3]["name"] == "Blue / M"
    assert product["categories"][0]["ancestors"] == [{"slug": "home", "name": "Home"}]
    assert product["attributes"][0]["value"] == ["clay"]
    more = """{ categories { image { url } children { name } } product(by: {sku: "Cup-red-s"}) { featuredImage { url }
      variants(first: 1) { nodes { image { url } } pageInfo { endCursor } } } }"""
    found = (await client(more))["product"]
    cursor = found["variants"]["pageInfo"]["endCursor"]
    assert found["featuredImage"]["url"].endswith("/Cup.webp")
    rest = await client(
        'query Q($a: String) { product(by: {slug: "cup"}) { variants(after: $a) { nodes { sku } } } }', a=cursor
    )
    assert len(rest["product"]["variants"]["nodes"]) == 3
    client.act()
    assert (await client('{ attributes { code } options { code } brand(slug: "acme") { name } }'))["brand"]
    await client.http.aclose()


@pytest.mark.race
async def test_a_sku_is_taken_once_even_if_two_create_it_at_once(racing_shop: ShopUnderTest) -> None:
    async def create(name: str) -> str:
        try:
            async with racing_shop.context().transaction() as session:
                await actions.create_product(session, ProductDraft({"en": name}, (VariantDraft("SAME"),)))
        except Taken as taken:
            return ".".join(taken.field)
        return "created"

    answers = await asyncio.gather(*(create(f"Mug {i}") for i in range(8)))
    assert sorted(answers) == ["created", *["input.variants.0.sku"] * 7]
    assert len(await queries.product_keys_by_code(racing_shop.context(), [f"mug-{i}" for i in range(8)])) == 1
    [[count]] = await racing_shop.context().rows(text("select count(*) from catalog_slug"))
    assert count == 1


@pytest.mark.race
async def test_moves_at_once_make_no_ring_and_products_keep_up(racing_shop: ShopUnderTest) -> None:
    a, b, c = [await make_category(racing_shop, name) for name in ("A", "B", "C")]

    async def move(key: object, parent: object) -> bool:
        try:
            async with racing_shop.context().transaction() as session:
                await actions.move_category(session, key, parent)  # type: ignore[arg-type]
        except Refusal:
            return False
        return True

    answers = await asyncio.gather(
        move(a.id, b.id), move(b.id, c.id), move(c.id, a.id),
        *(make_product(racing_shop, f"P{i}", category_keys=(a.id,)) for i in range(6)),
    )  # fmt: skip
    assert sorted(answers[:3]) == [False, True, True]
    wrong = """select count(*) from catalog_product p cross join catalog_category c
      where (c.id = any((select path || id from catalog_category where id = :a)::uuid[]))
      is distinct from exists (select 1 from catalog_category_product where product_id = p.id and category_id = c.id)"""
    [[count]] = await racing_shop.context().rows(text(wrong.replace(":a", f"'{a.id}'")))
    assert count == 0
