"""Reading the catalog through the API."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from commerce.app import Shop
from commerce.catalog import actions
from commerce.catalog.values import AttributeDraft, AttributeKind, VariantDraft
from commerce.kit.actor import Permission
from commerce.kit.ids import encode
from tests.catalog.factory import (
    make_attribute,
    make_brand,
    make_category,
    make_channel,
    make_full_shop,
    make_option,
    make_product,
    picture,
    product_id,
)
from tests.conftest import Client, TestClock

DETAIL = """
query Q($by: ProductBy!) { product(by: $by) {
  id slug name description contentLocale updatedAt seo { title description }
  translations { locale name slug description }
  brand { slug name }
  categories { slug name ancestors { slug name } }
  attributes { code label display value }
  options { code label values { code label color } }
  media { __typename alt url ... on Image { width height placeholder } }
  variants { totalCount pageInfo { hasNextPage } nodes {
    sku name barcode selectedOptions { option { code label } value { code label color } } } }
} }
"""
NAME = "query Q($by: ProductBy!) { product(by: $by) { name slug } }"


async def test_a_product_shows_everything_about_itself_in_six_statements(
    shop: Shop, client: Client, counted: Callable[[], list[str]]
) -> None:
    await make_full_shop(shop, "Mug")
    product = (await client(DETAIL, by={"slug": "mug"}))["product"]
    counted()
    assert (await client(DETAIL, by={"slug": "mug"}))["product"] == product
    assert len(counted()) == 6, "names of options, attributes and categories are remembered"
    assert product["seo"] == {"title": "Mug", "description": ""}
    assert product["brand"] == {"slug": "acme", "name": "Acme"}
    assert product["categories"] == [{"slug": "mugs", "name": "Mugs", "ancestors": [{"slug": "home", "name": "Home"}]}]
    assert product["attributes"] == [{"code": "material", "label": "Material", "display": ["Clay"], "value": ["clay"]}]
    assert [(o["code"], [v["code"] for v in o["values"]]) for o in product["options"]] == [
        ("color", ["red", "blue"]),
        ("size", ["s", "m"]),
    ]
    assert product["media"][0] == {
        "__typename": "Image", "alt": "A picture", "url": "http://127.0.0.1:8000/media/Mug.webp", "width": 800,
        "height": 600, "placeholder": None,
    }  # fmt: skip
    assert product["variants"]["totalCount"] == 4
    assert product["variants"]["nodes"][1] == {
        "sku": "Mug-red-m", "name": "Red / M", "barcode": None,
        "selectedOptions": [
            {"option": {"code": "color", "label": "Color"}, "value": {"code": "red", "label": "Red", "color": "#ff0000"}},
            {"option": {"code": "size", "label": "Size"}, "value": {"code": "m", "label": "M", "color": None}},
        ],
    }  # fmt: skip


async def test_many_products_take_as_many_statements_as_one(
    shop: Shop, client: Client, counted: Callable[[], list[str]]
) -> None:
    await make_full_shop(shop, "One", "Two", "Three")
    found = [
        (await client(NAME.replace("name slug", "id"), by={"slug": slug}))["product"]["id"]
        for slug in ("one", "two", "three")
    ]
    text = DETAIL.replace(
        "query Q($by: ProductBy!) { product(by: $by) {", "query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on Product {"
    )
    text = text.replace("} }\n} }\n", "} }\n} } }\n")
    await client(text, ids=found)
    counts = []
    for ids in (found[:1], found):
        counted()
        nodes = (await client(text, ids=ids))["nodes"]
        assert [node["id"] for node in nodes] == ids
        counts.append(len(counted()))
    assert counts == [6, 6]


async def test_what_is_not_published_does_not_exist_for_guests(shop: Shop, client: Client) -> None:
    await make_channel(shop)
    other = await make_channel(shop, "other")
    await make_option(shop)
    product = await make_product(
        shop, "Mug", other, options=("color",), variants=(VariantDraft("M-1", {"color": "red"}),), media=(picture(),)
    )
    text = """query Q($ids: [ID!]!) { nodes(ids: $ids) { __typename } }"""
    inner = (
        await client(
            "query Q($by: ProductBy!) { product(by: $by) { options { id } media { id } variants { nodes { id } } } }",
            {"X-Channel": "other"}, by={"slug": "mug"},
        )
    )["product"]  # fmt: skip
    ids = [product_id(product), inner["options"][0]["id"], inner["media"][0]["id"], inner["variants"]["nodes"][0]["id"]]
    assert [node["__typename"] for node in (await client(text, {"X-Channel": "other"}, ids=ids))["nodes"]] == [
        "Product", "ProductOption", "Image", "ProductVariant",
    ]  # fmt: skip
    assert (await client(text, ids=ids))["nodes"] == [None, None, None, None]
    for by in ({"slug": "mug"}, {"sku": "M-1"}, {"id": product_id(product)}, {"id": "nonsense"}):
        assert (await client(NAME, by=by))["product"] is None
    client.act(Permission.PRODUCTS_READ)
    assert (await client(NAME, by={"sku": "M-1"}))["product"]["name"] == "Mug"


async def test_a_product_is_visible_from_its_start_until_just_before_its_end(
    shop: Shop, client: Client, clock: TestClock
) -> None:
    channel = await make_channel(shop)
    product = await make_product(shop)
    start, end = clock() + timedelta(hours=1), clock() + timedelta(hours=2)
    async with shop.context().transaction() as session:
        await actions.publish(session, product.id, [channel], start, end)
    seen = []
    for _ in range(3):
        seen.append((await client(NAME, by={"slug": "mug"}))["product"] is not None)
        clock.advance(hours=1)
    assert seen == [False, True, False]


async def test_old_slugs_and_those_of_other_languages_lead_to_the_product(shop: Shop, client: Client) -> None:
    channel = await make_channel(shop)
    product = await make_product(shop, channel=channel, slugs={"en": "mug", "zh-Hans": "bei-zi"})
    client.act()
    text = "mutation M($input: ProductUpdateInput!) { productUpdate(input: $input) { product { slug } userErrors { code field } } }"
    slugs = [{"locale": "en", "text": "big-mug"}, {"locale": "zh-Hans", "text": "bei-zi"}]
    data = await client(text, input={"productId": product_id(product), "slugs": slugs})
    assert data["productUpdate"] == {"product": {"slug": "big-mug"}, "userErrors": []}
    for slug in ("mug", "big-mug", "bei-zi"):
        assert (await client(NAME, by={"slug": slug}))["product"]["slug"] == "big-mug"
    slugs[0]["text"] = "mug"
    data = await client(text, input={"productId": product_id(product), "slugs": slugs})
    assert data["productUpdate"] == {"product": {"slug": "mug"}, "userErrors": []}
    assert (await client(NAME, by={"slug": "big-mug"}))["product"]["slug"] == "mug"


async def test_texts_fall_back_and_say_so(shop: Shop, client: Client) -> None:
    channel = await make_channel(shop)
    await make_product(shop, channel=channel, description={"en": "<p>Holds <b>tea</b>.</p>"})
    text = 'query Q($by: ProductBy!) @inContext(locale: "zh-CN") { product(by: $by) { name contentLocale seo { title description } translations(locales: ["zh-Hans", "en"]) { locale name slug description } } }'
    assert (await client(text, by={"slug": "mug"}))["product"] == {
        "name": "Mug",
        "contentLocale": "en",
        "seo": {"title": "Mug", "description": "Holds tea."},
        "translations": [{"locale": "en", "name": "Mug", "slug": "mug", "description": "<p>Holds <b>tea</b>.</p>"}],
    }


async def test_variants_come_in_pages(shop: Shop, client: Client) -> None:
    await make_full_shop(shop, "Mug")
    text = """query Q($first: Int, $after: String, $last: Int, $before: String) { product(by: {slug: "mug"}) {
      variants(first: $first, after: $after, last: $last, before: $before) {
        nodes { sku } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
    first = (await client(text, first=3))["product"]["variants"]
    assert [node["sku"] for node in first["nodes"]] == ["Mug-red-s", "Mug-red-m", "Mug-blue-s"]
    assert first["pageInfo"]["hasNextPage"] is True
    rest = (await client(text, first=3, after=first["pageInfo"]["endCursor"]))["product"]["variants"]
    assert [node["sku"] for node in rest["nodes"]] == ["Mug-blue-m"]
    assert (rest["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasPreviousPage"]) == (False, True)
    back = (await client(text, last=2, before=rest["pageInfo"]["startCursor"]))["product"]["variants"]
    assert [node["sku"] for node in back["nodes"]] == ["Mug-red-m", "Mug-blue-s"]


async def test_a_variant_is_found_by_its_choices_and_leads_back_to_its_product(shop: Shop, client: Client) -> None:
    await make_full_shop(shop, "Mug")
    text = """query Q($options: [SelectedOptionInput!]!) { product(by: {slug: "mug"}) { variant(options: $options) {
      id sku image { url } product { name } selectedOptions { option { values { code } } } } } }"""
    choices = [{"option": "size", "value": "s"}, {"option": "color", "value": "red"}]
    variant = (await client(text, options=choices))["product"]["variant"]
    assert variant["sku"] == "Mug-red-s"
    assert variant["image"] == {"url": "http://127.0.0.1:8000/media/Mug-red.webp"}
    assert variant["product"] == {"name": "Mug"}
    assert variant["selectedOptions"][0]["option"]["values"] == [{"code": "red"}, {"code": "blue"}]
    assert (await client(text, options=choices[:1]))["product"]["variant"] is None
    node = await client(
        "query Q($id: ID!) { node(id: $id) { ... on ProductVariant { product { name } } } }", id=variant["id"]
    )
    assert node == {"node": {"product": {"name": "Mug"}}}


async def test_a_variant_without_a_picture_shows_that_of_the_product_rather_than_of_another_variant(
    shop: Shop, client: Client
) -> None:
    channel = await make_channel(shop)
    await make_option(shop)
    variants = tuple(VariantDraft(color, {"color": color}) for color in ("red", "blue"))
    media = (picture("red.webp", sku="red"), picture("all.webp"))
    await make_product(shop, "Mug", channel, options=("color",), variants=variants, media=media)
    text = '{ product(by: {slug: "mug"}) { featuredImage { url } variants { nodes { image { url } } } } }'
    product = (await client(text))["product"]
    base = "http://127.0.0.1:8000/media/"
    assert product["featuredImage"] == {"url": f"{base}red.webp"}
    assert [node["image"]["url"] for node in product["variants"]["nodes"]] == [f"{base}red.webp", f"{base}all.webp"]


async def test_attributes_are_shown_by_their_kind_and_in_the_language(shop: Shop, client: Client) -> None:
    channel = await make_channel(shop)
    await make_attribute(shop, "care", AttributeKind.TEXT)
    await make_attribute(shop, "volume", AttributeKind.NUMBER, unit="ml")
    await make_attribute(shop, "handmade", AttributeKind.BOOLEAN)
    attributes = (
        AttributeDraft("handmade", boolean=True),
        AttributeDraft("volume", number=Decimal("1250.5")),
        AttributeDraft("care", text={"en": "By hand", "zh-Hans": "手洗"}),
    )
    await make_product(shop, channel=channel, attributes=attributes)
    text = '{ product(by: {slug: "mug"}) { attributes { code display value } } }'
    assert (await client(text, {"Accept-Language": "zh-CN"}))["product"]["attributes"] == [
        {"code": "care", "display": ["手洗"], "value": "手洗"},
        {"code": "volume", "display": ["1,250.5 ml"], "value": "1250.5"},
        {"code": "handmade", "display": ["是"], "value": True},
    ]


async def test_status_is_for_those_who_may_read_products(shop: Shop, client: Client) -> None:
    channel = await make_channel(shop)
    await make_product(shop, channel=channel)
    answer = await client.send('{ product(by: {slug: "mug"}) { name status } }')
    assert answer["data"]["product"] == {"name": "Mug", "status": None}
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    client.act(Permission.PRODUCTS_READ)
    assert (await client('{ product(by: {slug: "mug"}) { status } }'))["product"] == {"status": "ACTIVE"}


async def test_the_tree_is_read_without_a_query_per_level(
    shop: Shop, client: Client, counted: Callable[[], list[str]]
) -> None:
    await make_channel(shop)
    home = await make_category(shop, "Home", image=picture("home.webp"))
    kitchen = await make_category(shop, "Kitchen", home)
    await make_category(shop, "Mugs", kitchen)
    await make_category(shop, "Cups", kitchen)
    await make_category(shop, "Garden")
    counted()
    data = await client(
        "{ categories { name image { url } children { name children { name description ancestors { name } } } } }"
    )
    assert len(counted()) == 6
    assert data["categories"] == [
        {"name": "Home", "image": {"url": "http://127.0.0.1:8000/media/home.webp"}, "children": [
            {"name": "Kitchen", "children": [
                {"name": "Mugs", "description": None, "ancestors": [{"name": "Home"}, {"name": "Kitchen"}]},
                {"name": "Cups", "description": None, "ancestors": [{"name": "Home"}, {"name": "Kitchen"}]},
            ]},
        ]},
        {"name": "Garden", "image": None, "children": []},
    ]  # fmt: skip


async def test_brand_and_category_are_found_by_slug(shop: Shop, client: Client) -> None:
    await make_channel(shop)
    brand, category = await make_brand(shop), await make_category(shop)
    data = await client('{ brand(slug: "acme") { id name } category(slug: "mugs") { id seo { title } } }')
    assert data == {
        "brand": {"id": encode("brand", brand.id), "name": "Acme"},
        "category": {"id": encode("category", category.id), "seo": {"title": "Mugs"}},
    }
    assert await client('{ brand(slug: "no") { id } category(slug: "no") { id } }') == {"brand": None, "category": None}
