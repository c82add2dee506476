"""Staff keep the catalog through the API."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from commerce.app import Shop
from commerce.catalog.values import AttributeKind
from commerce.kit.actor import Permission
from commerce.kit.ids import encode
from tests.catalog.factory import (
    category_id,
    channel_id,
    make_attribute,
    make_brand,
    make_category,
    make_channel,
    make_option,
    make_product,
    product_id,
)
from tests.conftest import Client, TestClock

CREATE = """mutation M($input: ProductCreateInput!) { productCreate(input: $input) {
  product { id slug name description status variants { nodes { sku name } } categories { slug } brand { slug } }
  userErrors { code message field } } }"""
EN = [{"locale": "en", "text": "Mug"}]
MUG: dict[str, Any] = {"name": EN, "variants": [{"sku": "MUG"}]}


@pytest.fixture
async def staff(shop: Shop, client: Client) -> Client:
    await make_channel(shop)
    client.act()
    return client


async def changed(client: Client, name: str, answer: str, /, **given: Any) -> dict[str, Any]:
    """What a mutation answers to an input."""
    kind = name[0].upper() + name[1:]
    document = (
        f"mutation M($input: {kind}Input!) {{ {name}(input: $input) {{ {answer} userErrors {{ code field }} }} }}"
    )
    return (await client(document, input=given))[name]


async def rows(shop: Shop, table: str) -> int:
    return (await shop.context().rows(text(f"select count(*) from {table}")))[0][0]


async def test_staff_create_a_product_with_everything(shop: Shop, staff: Client) -> None:
    await make_option(shop)
    await make_attribute(shop, "care", AttributeKind.TEXT)
    home = await make_category(shop, "Home")
    mugs, brand = await make_category(shop, "Mugs", home), await make_brand(shop)
    created = (await staff(CREATE, input={
        "name": EN, "description": [{"locale": "en", "text": "<p>Hi<script>x()</script></p>"}], "options": ["color"],
        "categoryIds": [category_id(mugs)], "brandId": encode("brand", brand.id),
        "attributes": [{"code": "care", "text": [{"locale": "en", "text": "By hand"}]}],
        "media": [{"path": "mug.webp", "width": 8, "height": 6, "sku": "RED"}],
        "variants": [
            {"sku": "RED", "choices": [{"option": "color", "value": "red"}], "weightGrams": 300},
            {"sku": "BLUE", "choices": [{"option": "color", "value": "blue"}]},
        ],
    }))["productCreate"]  # fmt: skip
    assert created["userErrors"] == []
    assert created["product"] | {"id": ""} == {
        "id": "", "slug": "mug", "name": "Mug", "description": "<p>Hi</p>", "status": "DRAFT",
        "variants": {"nodes": [{"sku": "RED", "name": "Red"}, {"sku": "BLUE", "name": "Blue"}]},
        "categories": [{"slug": "mugs"}], "brand": {"slug": "acme"},
    }  # fmt: skip
    assert await rows(shop, "catalog_category_product") == 2


async def test_a_product_of_fifty_variants_takes_as_many_statements_as_one_of_two(
    shop: Shop, staff: Client, counted: Callable[[], list[str]]
) -> None:
    values = [{"code": f"c{i}", "name": [{"locale": "en", "text": f"C{i}"}]} for i in range(50)]
    assert (await changed(staff, "optionCreate", "option { code }", code="color", name=EN, values=values))["option"]
    counts = []
    for name, many in (("one", 2), ("two", 50)):
        variants = [{"sku": f"{name}{i}", "choices": [{"option": "color", "value": f"c{i}"}]} for i in range(many)]
        counted()
        given = {"name": [{"locale": "en", "text": name}], "options": ["color"], "variants": variants}
        assert (await staff(CREATE.replace("nodes { sku name }", "totalCount"), input=given))["productCreate"][
            "product"
        ]
        counts.append(len(counted()))
    assert counts == [20, 17]  # the first product of all also brings the house vendor, and the option's name


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"variants": [{"sku": "OLD"}]}, "TAKEN", "input.variants.0.sku"),
        ({"slugs": [{"locale": "en", "text": "old"}]}, "TAKEN", "input.slugs.0.text"),
        ({"name": [{"locale": "en", "text": "Old"}]}, "TAKEN", "input.slugs"),
        ({"code": "old"}, "TAKEN", "input.code"),
        ({"name": [{"locale": "zh-Hans", "text": "杯"}]}, "REQUIRED", "input.slugs"),
        ({"name": [{"locale": "en", "text": "x" * 256}]}, "INVALID", "input.name.0.text"),
        ({"brandId": encode("brand", uuid4())}, "NOT_FOUND", "input.brandId"),
        ({"brandId": encode("product", uuid4())}, "NOT_FOUND", "input.brandId"),
        ({"categoryIds": [encode("category", uuid4())]}, "NOT_FOUND", "input.categoryIds.0"),
        ({"options": ["nothing"]}, "NOT_FOUND", "input.options.0"),
        ({"taxClass": "No Such!"}, "INVALID", "input.taxClass"),
        ({"variants": []}, "REQUIRED", "input.variants"),
        ({"rank": -(2**31)}, "INVALID", "input.rank"),
        (
            {"options": ["color"], "variants": [{"sku": "A", "choices": [{"option": "color", "value": "red"}] * 2}]},
            "INVALID",
            "input.variants.0.choices.1.option",
        ),
        ({"media": [{"path": "../x", "width": 1, "height": 1}]}, "INVALID", "input.media.0.path"),
    ],
)
async def test_a_product_that_is_not_right_is_refused_and_leaves_nothing(
    shop: Shop, staff: Client, given: dict[str, Any], code: str, field: str
) -> None:
    await make_option(shop)
    await make_product(shop, "Old")
    answer = (await staff(CREATE, input={**MUG, **given}))["productCreate"]
    assert answer["product"] is None
    assert [(error["code"], ".".join(error["field"])) for error in answer["userErrors"]] == [(code, field)]
    for table, count in (("product", 1), ("variant", 1), ("slug", 1), ("media", 0), ("category_product", 0)):
        assert await rows(shop, f"catalog_{table}") == count
    assert await rows(shop, "kit_event") == 1


async def test_only_those_who_may_write_products_do(shop: Shop, client: Client) -> None:
    await make_channel(shop)
    assert (await client.send(CREATE, input=MUG))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    client.act(Permission.PRODUCTS_READ)
    assert (await client.send(CREATE, input=MUG))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await rows(shop, "catalog_product") == 0


async def test_whoever_may_write_sees_the_draft_that_was_made(shop: Shop, client: Client) -> None:
    await make_channel(shop)
    client.act(Permission.PRODUCTS_WRITE)
    answer = await client(CREATE.replace(" status", ""), input=MUG)
    assert answer["productCreate"]["product"]["name"] == "Mug"


async def test_the_same_key_creates_one_product(shop: Shop, staff: Client) -> None:
    answers = [(await staff(CREATE, {"Idempotency-Key": "k1"}, input=MUG))["productCreate"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert await rows(shop, "catalog_product") == 1


async def test_an_update_changes_what_is_given_and_null_takes_the_brand_away(shop: Shop, staff: Client) -> None:
    brand, category = await make_brand(shop), await make_category(shop)
    product = await make_product(shop, brand_key=brand.id, description={"en": "Old"})
    shown = "product { name description brand { slug } categories { slug } }"
    first = await changed(
        staff, "productUpdate", shown, productId=product_id(product), name=[{"locale": "en", "text": "Cup"}],
        categoryIds=[category_id(category)],
    )  # fmt: skip
    assert first["product"] == {
        "name": "Cup", "description": "Old", "brand": {"slug": "acme"}, "categories": [{"slug": "mugs"}],
    }  # fmt: skip
    second = await changed(staff, "productUpdate", shown, productId=product_id(product), brandId=None, categoryIds=[])
    assert second["product"] == {"name": "Cup", "description": "Old", "brand": None, "categories": []}


async def test_an_update_refuses_what_is_unknown(shop: Shop, staff: Client) -> None:
    product, other = await make_product(shop), await make_product(shop, "Cup")
    for given, code, field in (
        ({"productId": encode("product", uuid4())}, "NOT_FOUND", ["input", "productId"]),
        ({"slugs": [{"locale": "en", "text": "cup"}]}, "TAKEN", ["input", "slugs", "0", "text"]),
        ({"attributes": [{"code": "x"}]}, "NOT_FOUND", ["input", "attributes", "0", "code"]),
    ):
        answer = await changed(
            staff, "productUpdate", "product { slug }", **{"productId": product_id(product), **given}
        )
        assert answer == {"product": None, "userErrors": [{"code": code, "field": field}]}
    found = await staff(
        "query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { slug } } }",
        ids=[product_id(product), product_id(other)],
    )
    assert found == {"nodes": [{"slug": "mug"}, {"slug": "cup"}]}


async def test_a_product_is_put_on_sale_and_taken_off_again(shop: Shop, client: Client, clock: TestClock) -> None:
    channel = await make_channel(shop)
    product = await make_product(shop)
    seen = 'query { product(by: {slug: "mug"}) { name } }'

    async def as_guest() -> bool:
        shop.acting = None  # type: ignore[attr-defined]
        return (await client(seen))["product"] is not None

    assert await as_guest() is False
    client.act()
    given = {"productId": product_id(product), "channelIds": [channel_id(channel)]}
    answer = await changed(client, "productPublish", "product { status }", **given)
    assert answer == {"product": {"status": "ACTIVE"}, "userErrors": []}
    assert await as_guest() is True
    client.act()
    until = clock().replace(hour=13).isoformat()
    assert (await changed(client, "productUnpublish", "product { slug }", **given, unpublishAt=until))[
        "userErrors"
    ] == []
    assert await as_guest() is True
    clock.advance(hours=1)
    assert await as_guest() is False


async def test_publishing_refuses_unknown_channels_ends_before_starts_and_withdrawn_products(
    shop: Shop, staff: Client, clock: TestClock
) -> None:
    channel = await make_channel(shop, "two")
    product = await make_product(shop)
    given = {"productId": product_id(product), "channelIds": [channel_id(channel)]}
    for more, code, field in (
        ({"channelIds": []}, "REQUIRED", ["input", "channelIds"]),
        ({"channelIds": [channel_id(uuid4())]}, "NOT_FOUND", ["input", "channelIds", "0"]),
        ({"unpublishAt": clock().isoformat()}, "INVALID", ["input", "unpublishAt"]),
    ):
        answer = await changed(staff, "productPublish", "product { slug }", **{**given, **more})
        assert answer == {"product": None, "userErrors": [{"code": code, "field": field}]}
    archived = await changed(staff, "productDelete", "product { status }", productId=product_id(product))
    assert archived["product"] == {"status": "ARCHIVED"}
    answer = await changed(staff, "productPublish", "product { slug }", **given)
    assert answer["userErrors"] == [{"code": "STATE_NOT_ALLOWED", "field": ["input", "productId"]}]
    assert await rows(shop, "catalog_publication") == 0


async def test_variants_are_added_behind_those_that_are_there(shop: Shop, staff: Client) -> None:
    await make_option(shop)
    red = {"sku": "RED", "choices": [{"option": "color", "value": "red"}]}
    product = (await staff(CREATE, input={"name": EN, "options": ["color"], "variants": [red]}))["productCreate"][
        "product"
    ]
    shown = "product { variants { nodes { sku } } }"
    blue = {"sku": "BLUE", "choices": [{"option": "color", "value": "blue"}]}
    answer = await changed(staff, "productVariantsAdd", shown, productId=product["id"], variants=[blue])
    assert answer["product"] == {"variants": {"nodes": [{"sku": "RED"}, {"sku": "BLUE"}]}}
    for variant, code, field in (
        ({**red, "sku": "X"}, "TAKEN", ["input", "variants", "0", "choices"]),
        ({"sku": "X"}, "REQUIRED", ["input", "variants", "0", "choices"]),
    ):
        answer = await changed(staff, "productVariantsAdd", shown, productId=product["id"], variants=[variant])
        assert answer == {"product": None, "userErrors": [{"code": code, "field": field}]}
    assert await rows(shop, "catalog_variant") == 2


async def test_a_variant_changes_and_its_sku_stays_unique(shop: Shop, staff: Client) -> None:
    await make_product(shop), await make_product(shop, "Cup")
    found = await staff('{ product(by: {sku: "MUG"}) { variants { nodes { id } } } }')
    [variant] = found["product"]["variants"]["nodes"]
    shown = "variant { sku barcode }"
    answer = await changed(
        staff, "productVariantUpdate", shown, variantId=variant["id"], sku="MUG-2", barcode="4006381333931"
    )
    assert answer["variant"] == {"sku": "MUG-2", "barcode": "4006381333931"}
    answer = await changed(staff, "productVariantUpdate", shown, variantId=variant["id"], barcode=None)
    assert answer["variant"] == {"sku": "MUG-2", "barcode": None}
    answer = await changed(staff, "productVariantUpdate", shown, variantId=variant["id"], sku="CUP")
    assert answer == {"variant": None, "userErrors": [{"code": "TAKEN", "field": ["input", "sku"]}]}
    assert (await staff('{ product(by: {sku: "MUG-2"}) { name } }'))["product"] == {"name": "Mug"}


async def test_media_are_added_behind_those_that_are_there(shop: Shop, staff: Client) -> None:
    product = await make_product(shop)
    shown = "product { media { __typename url } }"
    film = {"kind": "VIDEO", "url": "https://films.test/mug.mp4"}
    picture = {"path": "a-b.webp", "width": 1, "height": 1}
    for media in (picture, film):
        answer = await changed(staff, "productMediaAdd", shown, productId=product_id(product), media=[media])
    assert answer["product"] == {"media": [
        {"__typename": "Image", "url": "http://127.0.0.1:8000/media/a-b.webp"},
        {"__typename": "Video", "url": "https://films.test/mug.mp4"},
    ]}  # fmt: skip


async def test_words_of_the_catalog_are_kept(shop: Shop, staff: Client) -> None:
    values = [{"code": "clay", "name": [{"locale": "en", "text": "Clay"}]}]
    shown = "attribute { code kind label values { code label } }"
    answer = await changed(staff, "attributeCreate", shown, code="material", name=EN, kind="ENUM", values=values)
    attribute = {"code": "material", "kind": "ENUM", "label": "Mug", "values": [{"code": "clay", "label": "Clay"}]}
    assert answer == {"attribute": attribute, "userErrors": []}
    for given, code, field in (
        ({"code": "material", "kind": "TEXT"}, "TAKEN", ["input", "code"]),
        ({"code": "x", "kind": "TEXT", "values": values}, "INVALID", ["input", "values"]),
        ({"code": "x", "kind": "ENUM"}, "REQUIRED", ["input", "values"]),
    ):
        answer = await changed(staff, "attributeCreate", shown, name=EN, **given)
        assert answer == {"attribute": None, "userErrors": [{"code": code, "field": field}]}
    bad = [{"code": "red", "name": EN, "color": "red"}]
    answer = await changed(staff, "optionCreate", "option { code }", code="color", name=EN, values=bad)
    assert answer["userErrors"] == [{"code": "INVALID", "field": ["input", "values", "0", "color"]}]
    assert await staff("{ attributes { code } options { code } }") == {
        "attributes": [{"code": "material"}],
        "options": [],
    }


async def test_brands_are_kept(shop: Shop, staff: Client) -> None:
    answer = await changed(staff, "brandCreate", "brand { id slug name }", name=[{"locale": "en", "text": "Acme Inc"}])
    brand = answer["brand"]
    assert (brand["slug"], brand["name"]) == ("acme-inc", "Acme Inc")
    await make_brand(shop, "Other")
    answer = await changed(staff, "brandUpdate", "brand { slug }", brandId=brand["id"], slug="other")
    assert answer == {"brand": None, "userErrors": [{"code": "TAKEN", "field": ["input", "slug"]}]}
    answer = await changed(staff, "brandCreate", "brand { slug }", name=EN, slug="other")
    assert answer == {"brand": None, "userErrors": [{"code": "TAKEN", "field": ["input", "slug"]}]}
    answer = await changed(staff, "brandUpdate", "brand { slug }", brandId=brand["id"], slug="acme")
    assert answer["brand"] == {"slug": "acme"}


async def test_a_category_moves_with_all_below_it_and_its_products(shop: Shop, staff: Client) -> None:
    home, garden = await make_category(shop, "Home"), await make_category(shop, "Garden")
    kitchen = await make_category(shop, "Kitchen", home)
    mugs = await make_category(shop, "Mugs", kitchen)
    await make_product(shop, category_keys=(mugs.id,))
    moved = await changed(
        staff, "categoryMove", "category { slug ancestors { slug } children { ancestors { slug } } }",
        categoryId=category_id(kitchen), parentId=category_id(garden),
    )  # fmt: skip
    assert moved["category"] == {
        "slug": "kitchen", "ancestors": [{"slug": "garden"}],
        "children": [{"ancestors": [{"slug": "garden"}, {"slug": "kitchen"}]}],
    }  # fmt: skip
    held = await shop.context().rows(
        text(
            "select c.code, is_direct from catalog_category_product join catalog_category c on c.id = category_id order by 1"
        )
    )
    assert [tuple(row) for row in held] == [("garden", False), ("kitchen", False), ("mugs", True)]
    answer = await changed(
        staff, "categoryMove", "category { slug }", categoryId=category_id(garden), parentId=category_id(mugs)
    )
    assert answer == {"category": None, "userErrors": [{"code": "INVALID", "field": ["input", "parentId"]}]}
    top = await changed(
        staff, "categoryMove", "category { ancestors { slug } }", categoryId=category_id(mugs), position=0
    )
    assert top["category"] == {"ancestors": []}
    assert await staff("{ categories { slug } }") == {
        "categories": [{"slug": "mugs"}, {"slug": "home"}, {"slug": "garden"}]
    }
    held = await shop.context().rows(
        text("select c.code from catalog_category_product join catalog_category c on c.id = category_id")
    )
    assert [row[0] for row in held] == ["mugs"]


async def test_a_category_goes_only_when_it_is_empty(shop: Shop, staff: Client) -> None:
    home = await make_category(shop, "Home")
    mugs, cups = await make_category(shop, "Mugs", home), await make_category(shop, "Cups")
    await make_product(shop, category_keys=(mugs.id,))
    for category in (home, mugs):
        answer = await changed(staff, "categoryDelete", "deletedId", categoryId=category_id(category))
        assert answer == {"deletedId": None, "userErrors": [{"code": "IN_USE", "field": ["input", "categoryId"]}]}
    assert await rows(shop, "catalog_slug") == 4
    answer = await changed(staff, "categoryDelete", "deletedId", categoryId=category_id(cups))
    assert answer == {"deletedId": category_id(cups), "userErrors": []}
    assert await rows(shop, "catalog_category") == 2


async def test_a_category_is_created_and_changed(shop: Shop, staff: Client) -> None:
    image = {"path": "mugs.webp", "width": 8, "height": 6}
    shown = "category { id slug name description image { url } }"
    made = (await changed(staff, "categoryCreate", shown, name=EN, image=image))["category"]
    assert made | {"id": ""} == {
        "id": "", "slug": "mug", "name": "Mug", "description": None,
        "image": {"url": "http://127.0.0.1:8000/media/mugs.webp"},
    }  # fmt: skip
    given = {"categoryId": made["id"], "slugs": [{"locale": "en", "text": "cups"}], "image": None}
    answer = await changed(staff, "categoryUpdate", shown, **given, description=[{"locale": "en", "text": "<b>Hi</b>"}])
    assert answer["category"] | {"id": ""} == {
        "id": "", "slug": "cups", "name": "Mug", "description": "<b>Hi</b>", "image": None,
    }  # fmt: skip
    assert (await staff('{ category(slug: "mug") { slug } }'))["category"] == {"slug": "cups"}
