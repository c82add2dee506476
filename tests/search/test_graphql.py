"""Product lists, as storefronts see them."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from commerce.catalog.values import AttributeKind, VariantDraft
from commerce.kit.ids import encode, new_key
from commerce.shop import Shop
from tests.conftest import Client, TestClock
from tests.search.documents import CARD, COUNT, FACETS, IN_CATEGORY, LIST, LISTING, WIDE
from tests.search.factory import (
    brand_id,
    category_id,
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

Statements = Callable[[], list[str]]


async def names(client: Client, headers: dict[str, str] | None = None, **variables: Any) -> list[str]:
    """The names of a list, and whether they are counted right."""
    found = (await client(LIST, headers, **variables))["products"]
    shown = [edge["node"]["name"] for edge in found["edges"]]
    counted = {key: value for key, value in variables.items() if key in ("words", "filter")}
    assert (await client(COUNT, headers, **counted))["products"]["totalCount"] == len(shown)
    return shown


async def code_of(client: Client, **variables: Any) -> str:
    """The code of a request that is refused."""
    [error] = (await client.send(LIST, **variables))["errors"]
    code: str = error["extensions"]["code"]
    return code


# ------------------------------------------------------------------------------------------- what is seen


async def test_only_what_is_on_sale_in_the_channel_is_listed(shop: Shop, client: Client, clock: TestClock) -> None:
    web, app = await make_channel(shop), await make_channel(shop, "app")
    now, day = clock(), timedelta(days=1)
    await make_product(shop, "Both", web, app)
    await make_product(shop, "App", app)
    await make_product(shop, "Draft")
    await make_product(shop, "Soon", web, start=now + day)
    await make_product(shop, "Over", web, start=now - day, end=now + timedelta(seconds=1))
    assert await names(client) == ["Over", "Both"]
    assert await names(client, {"X-Channel": "app"}) == ["App", "Both"]
    client.act()
    assert await names(client) == ["Over", "Both"]
    clock.advance(days=1)
    assert await names(client) == ["Soon", "Both"]


async def test_shop_without_goods_has_an_empty_list(shop: Shop, client: Client) -> None:
    await make_channel(shop)
    assert (await client(LIST))["products"] == {
        "edges": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }
    assert (await client(FACETS))["products"] == {"totalCount": 0, "facets": []}


# ---------------------------------------------------------------------------------------------- filters


async def test_category_holds_what_is_below_it(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    home = await make_category(shop, "Home")
    mugs, other = await make_category(shop, "Mugs", home), await make_category(shop, "Other")
    await make_product(shop, "Mug", web, categories=[mugs])
    await make_product(shop, "Vase", web, categories=[home])
    await make_product(shop, "Pen", web, categories=[other])
    await make_product(shop, "Loose", web)
    both = [category_id(mugs), category_id(other)]
    assert await names(client, filter={"categoryIds": [category_id(home)]}) == ["Vase", "Mug"]
    assert await names(client, filter={"categoryIds": both}) == ["Pen", "Mug"]
    assert await names(client, filter={"categoryIds": []}) == ["Loose", "Pen", "Vase", "Mug"]
    for nobody in (encode("category", new_key()), "nonsense", encode("brand", mugs.id)):
        assert await names(client, filter={"categoryIds": [nobody]}) == []
        assert await names(client, filter={"categoryIds": [nobody, category_id(mugs)]}) == ["Mug"]


async def test_category_lists_its_products_and_narrows_them(shop: Shop, client: Client) -> None:
    web, brand = await make_channel(shop), await make_brand(shop)
    home = await make_category(shop, "Home")
    mugs = await make_category(shop, "Mugs", home)
    await make_product(shop, "Mug", web, categories=[mugs], brand=brand)
    await make_product(shop, "Vase", web, categories=[home])
    found = await client(IN_CATEGORY, slug="home")
    assert [edge["node"]["name"] for edge in found["category"]["products"]["edges"]] == ["Vase", "Mug"]
    for narrow in ({"brandIds": [brand_id(brand)]}, {"categoryIds": [category_id(mugs)]}):
        found = await client(IN_CATEGORY, slug="home", filter=narrow)
        assert [edge["node"]["name"] for edge in found["category"]["products"]["edges"]] == ["Mug"]


async def test_brands_are_any_of(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    acme, zeta = await make_brand(shop), await make_brand(shop, "Zeta")
    await make_product(shop, "A", web, brand=acme)
    await make_product(shop, "Z", web, brand=zeta)
    await make_product(shop, "N", web)
    assert await names(client, filter={"brandIds": [brand_id(acme)]}) == ["A"]
    assert await names(client, filter={"brandIds": [brand_id(acme), brand_id(zeta)]}) == ["Z", "A"]
    assert await names(client, filter={"brandIds": [encode("brand", new_key())]}) == []
    assert await names(client, filter={"facets": [{"code": "brand", "values": ["zeta", "unknown"]}]}) == ["Z"]
    both = {"brandIds": [brand_id(acme)], "facets": [{"code": "brand", "values": ["zeta"]}]}
    assert await names(client, filter=both) == []


async def test_price_bounds_are_met_by_any_variant(shop: Shop, client: Client) -> None:
    web, app = await make_channel(shop), await make_channel(shop, "app")
    await make_option(shop, "size", "s0", "s1")
    await make_product(shop, "Range", web, prices=["5.00", "30.00"])
    await make_product(shop, "Ten", web, price="10.00")
    await make_product(shop, "Free", web, price="0.00")
    await make_product(shop, "Unpriced", web, price=None)
    await make_product(shop, "Elsewhere", web, price=None)
    await set_prices(shop, [app], {"ELSEWHERE": {"USD": "10.00"}})

    async def within(least: str | None = None, most: str | None = None) -> list[str]:
        return await names(client, filter={"price": {"min": least, "max": most}})

    assert await within("10", "10") == ["Ten"]
    assert await within("6", "29.99") == ["Ten"]
    assert await within("10.01") == ["Range"]
    assert await within(None, "5") == ["Free", "Range"]
    assert await within("0") == ["Free", "Ten", "Range"]
    assert len(await within()) == 5
    narrowed = {"price": {"min": "5"}, "facets": [{"code": "price", "range": {"max": "10"}}]}
    assert await names(client, filter=narrowed) == ["Ten", "Range"]


@pytest.mark.parametrize(
    ("currency", "amount", "least", "most", "below", "too_exact"),
    [("JPY", "1990", "1990", "1990", "1989", "1989.5"), ("KWD", "1.234", "1.234", "1.234", "1.233", "1.2335")],
)
async def test_price_bounds_are_in_the_currency_of_the_context(
    shop: Shop, client: Client, currency: str, amount: str, least: str, most: str, below: str, too_exact: str
) -> None:
    web, headers = await make_channel(shop), {"X-Currency": currency}
    await make_product(shop, "Mug", web, price={"USD": "1.23", currency: amount})
    assert await names(client, headers, filter={"price": {"min": least, "max": most}}) == ["Mug"]
    assert await names(client, headers, filter={"price": {"max": below}}) == []
    assert await names(client, filter={"price": {"min": "1.24", "max": "1000000"}}) == []
    [error] = (await client.send(LIST, headers, filter={"price": {"max": too_exact}}))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    facets = (await client(FACETS, headers))["products"]["facets"]
    assert [facet["range"] for facet in facets] == [{"min": amount, "max": amount}]


async def test_only_what_can_be_bought_is_available(shop: Shop, client: Client) -> None:
    web, app = await make_channel(shop), await make_channel(shop, "app")
    await make_option(shop, "size", "s0", "s1")
    await make_product(shop, "Full", web, app, stock=3)
    await make_product(shop, "Empty", web)
    await make_product(shop, "Half", web, prices=["5.00", "6.00"])
    await receive(shop, {"HALF-1": 1})
    await make_product(shop, "Unpriced", web, price=None, stock=3)
    assert await names(client, filter={"availableOnly": True}) == ["Half", "Full"]
    assert await names(client, filter={"facets": [{"code": "available", "values": ["true"]}]}) == ["Half", "Full"]
    assert await names(client, {"X-Channel": "app"}, filter={"availableOnly": True}) == []
    assert len(await names(client, filter={"availableOnly": None})) == 4


async def make_varied(shop: Shop) -> UUID:
    """Four mugs that differ in material, color, weight and hand."""
    web = await make_channel(shop)
    await make_option(shop)
    await make_attribute(shop, "material", "clay", "glass")
    await make_attribute(shop, "weight", kind=AttributeKind.NUMBER)
    await make_attribute(shop, "handmade", kind=AttributeKind.BOOLEAN)
    for name, materials, weight, handmade, colors in (
        ("One", ["clay"], "1", True, ["red"]),
        ("Two", ["glass"], "2.5", False, ["red", "blue"]),
        ("Three", ["clay", "glass"], "4", True, ["blue"]),
        ("Four", ["glass"], None, None, ["red"]),
    ):
        numbers = [said("weight", number=Decimal(weight))] if weight else []
        toggles = [said("handmade", boolean=handmade)] if handmade is not None else []
        await make_product(
            shop, name, web, options=("color",), attributes=(said("material", *materials), *numbers, *toggles),
            variants=tuple(VariantDraft(f"{name}-{color}", {"color": color}) for color in colors),
        )  # fmt: skip
    return web


@pytest.mark.parametrize(
    ("selections", "expected"),
    [
        ([{"code": "material", "values": ["clay"]}], ["Three", "One"]),
        ([{"code": "material", "values": ["clay", "glass"]}], ["Four", "Three", "Two", "One"]),
        ([{"code": "color", "values": ["blue"]}], ["Three", "Two"]),
        ([{"code": "color", "values": ["blue"]}, {"code": "material", "values": ["clay"]}], ["Three"]),
        ([{"code": "weight", "range": {"min": "2", "max": "4"}}], ["Three", "Two"]),
        ([{"code": "weight", "range": {"max": "2.5"}}], ["Two", "One"]),
        ([{"code": "weight", "range": {"min": "2.51"}}], ["Three"]),
        ([{"code": "handmade", "values": ["true"]}], ["Three", "One"]),
        ([{"code": "handmade", "values": ["false"]}], ["Two"]),
        ([{"code": "material", "values": ["wood"]}], []),
        ([{"code": "unknown", "values": ["clay"]}], []),
        ([{"code": "unknown", "range": {"min": "1"}}], []),
        ([{"code": "material", "range": {"min": "1"}}], []),
        ([{"code": "price", "values": ["clay"]}], []),
        ([{"code": "material", "values": []}], ["Four", "Three", "Two", "One"]),
        ([{"code": "weight", "range": {}}], ["Four", "Three", "Two", "One"]),
        ([], ["Four", "Three", "Two", "One"]),
    ],
)
async def test_selections_of_facets_narrow_the_list(
    shop: Shop, client: Client, selections: list[dict[str, Any]], expected: list[str]
) -> None:
    await make_varied(shop)
    assert await names(client, filter={"facets": selections}) == expected


@pytest.mark.parametrize(
    "variables",
    [
        {"filter": {"price": {"min": "2", "max": "1"}}},
        {"filter": {"price": {"min": "1.001"}}},
        {"filter": {"price": {"max": "-1"}}},
        {"filter": {"facets": [{"code": "a", "range": {"min": "2", "max": "1"}}]}},
        {"filter": {"facets": [{"code": "a", "values": ["x"], "range": {"min": "1"}}]}},
        {"filter": {"facets": [{"code": "a", "values": ["x"]}, {"code": "a", "values": ["y"]}]}},
        {"filter": {"brandIds": ["x"] * 101}},
        {"words": "x" * 201},
        {"words": "a b c d e f g h i"},
        {"first": 101},
        {"first": -1},
        {"first": 1, "last": 1},
        {"after": "nonsense"},
    ],
)
async def test_requests_without_sense_are_refused(shop: Shop, client: Client, variables: dict[str, Any]) -> None:
    await make_channel(shop)
    assert await code_of(client, **variables) == "BAD_USER_INPUT"


# ------------------------------------------------------------------------------------------------ words


async def test_words_are_looked_for_in_names_skus_brands_and_categories(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    mugs = await make_category(shop, "Mugs & cups", await make_category(shop, "Kitchen"))
    acme = await make_brand(shop, "Émile & Söhne")
    await make_product(shop, "Harbor mug", web, names={"zh-Hans": "海港马克杯"}, categories=[mugs], sku="HM-1")
    await make_product(shop, "Pine tea", web, names={"zh-Hans": "松针茶"}, brand=acme, sku="PT-77")
    await make_product(shop, "100% cotton_bag", web, sku="BAG\\X")
    await make_product(shop, 'Tray 12", round', web, sku="TR-1")
    await make_product(shop, "Hidden mug", sku="HID")
    for query, expected in {
        "mug": ["Harbor mug"],
        "MUG harb": ["Harbor mug"],
        "mug tea": [],
        "马克": ["Harbor mug"],
        "茶": ["Pine tea"],
        "松针 pine": ["Pine tea"],
        "kitchen": ["Harbor mug"],
        "cups hm-1": ["Harbor mug"],
        "émile tea": ["Pine tea"],
        "söhne": ["Pine tea"],
        "pt-77": ["Pine tea"],
        "77 SÖHNE 松": ["Pine tea"],
        "%": ["100% cotton_bag"],
        "_": ["100% cotton_bag"],
        "\\": ["100% cotton_bag"],
        "bag\\x": ["100% cotton_bag"],
        "0_cotton": [],
        '12"': ['Tray 12", round'],
        '12",': ['Tray 12", round'],
        '"': ['Tray 12", round'],
        "zh": [],
        "hans": [],
        ",": [],
        "[": [],
        "hidden": [],
        "  ": ['Tray 12", round', "100% cotton_bag", "Pine tea", "Harbor mug"],
    }.items():
        assert await names(client, words=query) == expected, query


async def test_words_and_filters_go_together(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    mugs = await make_category(shop)
    await make_product(shop, "Red mug", web, categories=[mugs], price="5.00")
    await make_product(shop, "Blue mug", web, categories=[mugs], price="9.00")
    await make_product(shop, "Green mug", web, price="7.00")
    narrow = {"categoryIds": [category_id(mugs)], "price": {"max": "8"}}
    assert await names(client, words="mug", filter=narrow) == ["Red mug"]
    assert await names(client, words="mug", sort="PRICE_DESC") == ["Blue mug", "Green mug", "Red mug"]


# ----------------------------------------------------------------------------------------------- facets


def shown(facets: list[dict[str, Any]]) -> dict[str, Any]:
    """Facets in short: bounds of ranges, counts of values with a star where they are selected."""
    return {
        facet["code"]: list(facet["range"].values())
        if facet["range"]
        else {value["value"] + "*" * value["isSelected"]: value["count"] for value in facet["values"]}
        for facet in facets
    }


async def test_facets_count_the_whole_result(shop: Shop, client: Client) -> None:
    await make_varied(shop)
    await receive(shop, {"Two-red": 1, "Two-blue": 1, "Four-red": 2})
    found = (await client(FACETS))["products"]
    assert found["totalCount"] == 4
    assert shown(found["facets"]) == {
        "price": ["10.00", "10.00"],
        "available": {"true": 2},
        "material": {"clay": 2, "glass": 3},
        "weight": ["1", "4"],
        "handmade": {"true": 2},
        "color": {"red": 3, "blue": 2},
    }
    assert [facet["kind"] for facet in found["facets"]] == ["RANGE", "TOGGLE", "CHOICE", "RANGE", "TOGGLE", "CHOICE"]


async def test_counts_of_a_facet_ignore_its_own_selection(shop: Shop, client: Client) -> None:
    await make_varied(shop)
    await receive(shop, {"Two-red": 1, "Two-blue": 1, "Four-red": 2})
    one = {"facets": [{"code": "material", "values": ["clay"]}]}
    found = (await client(FACETS, filter=one))["products"]
    assert found["totalCount"] == 2
    assert shown(found["facets"]) == {
        "price": ["10.00", "10.00"],
        "material": {"clay*": 2, "glass": 3},
        "weight": ["1", "4"],
        "handmade": {"true": 2},
        "color": {"red": 1, "blue": 1},
    }
    two = {
        "availableOnly": True,
        "facets": [{"code": "color", "values": ["blue"]}, {"code": "material", "values": ["glass"]}],
    }
    found = (await client(FACETS, filter=two))["products"]
    assert found["totalCount"] == 1
    assert shown(found["facets"]) == {
        "price": ["10.00", "10.00"],
        "available": {"true*": 1},
        "material": {"glass*": 1},
        "weight": ["2.5", "2.5"],
        "color": {"red": 2, "blue*": 1},
    }


async def test_selected_bounds_do_not_narrow_their_own_range(shop: Shop, client: Client) -> None:
    web = await make_varied(shop)
    await set_prices(shop, [web], {"One-red": {"USD": "5.00"}, "Three-blue": {"USD": "20.00"}})
    narrow = {"price": {"max": "10"}, "facets": [{"code": "weight", "range": {"min": "2"}}]}
    found = (await client(FACETS, filter=narrow))["products"]
    assert found["totalCount"] == 1
    assert shown(found["facets"]) == {
        "price": ["10.00", "20.00"],
        "material": {"glass": 1},
        "weight": ["1", "2.5"],
        "color": {"red": 1, "blue": 1},
    }


async def test_brand_facet_counts_products_of_all_brands(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    acme, zeta = await make_brand(shop), await make_brand(shop, "Zeta")
    for name, brand in (("A", acme), ("B", zeta), ("C", zeta), ("D", None)):
        await make_product(shop, name, web, brand=brand, price="5.00" if name == "C" else "9.00")
    for selected in ({"brandIds": [brand_id(acme)]}, {"facets": [{"code": "brand", "values": ["acme"]}]}):
        found = (await client(FACETS, filter=selected))["products"]
        assert shown(found["facets"]) == {"brand": {"zeta": 2, "acme*": 1}, "price": ["9.00", "9.00"]}
    found = (await client(FACETS, filter={"brandIds": [brand_id(acme)], "price": {"max": "6"}}))["products"]
    assert found["totalCount"] == 0
    assert shown(found["facets"]) == {"brand": {"zeta": 1}, "price": ["9.00", "9.00"]}


async def test_attribute_and_option_of_one_code_are_one_facet(shop: Shop, client: Client) -> None:
    web = await make_channel(shop)
    await make_option(shop, "material", "clay", "glass")
    await make_attribute(shop, "material", "clay", "wood")
    for name, says, chooses in (("A", ["clay"], ["clay"]), ("B", ["wood"], ["clay", "glass"]), ("C", ["clay"], [])):
        variants = tuple(VariantDraft(f"{name}-{one}", {"material": one}) for one in chooses)
        options = {"options": ("material",), "variants": variants} if chooses else {}
        await make_product(shop, name, web, attributes=(said("material", *says),), **options)
    assert shown((await client(FACETS))["products"]["facets"])["material"] == {"clay": 3, "wood": 1, "glass": 1}
    for value, expected in (("clay", ["C", "B", "A"]), ("wood", ["B"]), ("glass", ["B"])):
        assert await names(client, filter={"facets": [{"code": "material", "values": [value]}]}) == expected


async def test_facets_speak_the_language_of_the_context(shop: Shop, client: Client) -> None:
    await make_varied(shop)
    facets = (await client(FACETS, {"Accept-Language": "zh-CN"}))["products"]["facets"]
    labels = {facet["code"]: (facet["label"], [value["label"] for value in facet["values"]]) for facet in facets}
    assert labels == {
        "price": ("价格", []),
        "material": ("Material", ["clay（中）", "glass（中）"]),
        "weight": ("Weight", []),
        "handmade": ("Handmade", ["是"]),
        "color": ("Color", ["red（中）", "blue（中）"]),
    }


async def test_facets_of_a_category_are_its_own(shop: Shop, client: Client) -> None:
    web, acme = await make_channel(shop), await make_brand(shop)
    mugs, pens = await make_category(shop), await make_category(shop, "Pens")
    await make_product(shop, "Mug", web, categories=[mugs], price="5.00", brand=acme)
    await make_product(shop, "Pen", web, categories=[pens], price="7.00")
    await make_product(shop, "Ink", web, categories=[pens], price="8.00")
    query = "{ categories { name products(first: 1) { totalCount nodes { name } facets { code range { min max } values { value count isSelected } } } } }"
    found = {c["name"]: c["products"] for c in (await client(query))["categories"]}
    assert found["Mugs"]["totalCount"] == 1
    assert found["Mugs"]["nodes"] == [{"name": "Mug"}]
    assert shown(found["Mugs"]["facets"]) == {"brand": {"acme": 1}, "price": ["5.00", "5.00"]}
    assert found["Pens"]["totalCount"] == 2
    assert found["Pens"]["nodes"] == [{"name": "Ink"}]
    assert shown(found["Pens"]["facets"]) == {"price": ["7.00", "8.00"]}


# -------------------------------------------------------------------------------------------- statements


async def test_listing_of_a_category_takes_three_statements(shop: Shop, client: Client, counted: Statements) -> None:
    web, mugs = await make_channel(shop), await make_category(shop)
    for i in range(3):
        await make_product(shop, f"Mug {i}", web, categories=[mugs], media=(picture(f"{i}.webp"),))
    await client(LISTING, id=category_id(mugs))
    counted()
    found = (await client(LISTING, id=category_id(mugs)))["products"]["nodes"]
    assert len(counted()) == 3
    assert found[0] == {
        "id": found[0]["id"], "name": "Mug 2", "slug": "mug-2",
        "featuredImage": {"url": "http://127.0.0.1:8000/media/2.webp"},
        "priceRange": {"min": {"current": {"amount": "10.00"}}, "max": {"current": {"amount": "10.00"}}},
    }  # fmt: skip
    await client('{ category(slug: "mugs") { name } }')
    counted()
    await client(f'{{ category(slug: "mugs") {{ name products(first: 24) {{ nodes {{ {CARD} }} }} }} }}')
    assert len(counted()) == 3
    await client(f'{{ category(slug: "mugs") {{ products(first: 24) {{ totalCount nodes {{ {CARD} }} }} }} }}')
    assert len(counted()) == 4
    await client(f'{{ category(slug: "mugs") {{ products(first: 24) {{ facets {{ label }} nodes {{ {CARD} }} }} }} }}')
    assert len(counted()) == 4


async def test_lists_of_many_categories_take_as_many_statements_as_one(
    shop: Shop, client: Client, counted: Statements
) -> None:
    web = await make_channel(shop)
    for i in range(3):
        await make_product(shop, f"Mug {i}", web, categories=[await make_category(shop, f"Mugs {i}")])
    counted()
    await client(f"{{ categories {{ products(first: 4) {{ totalCount facets {{ code }} nodes {{ {CARD} }} }} }} }}")
    assert len(counted()) == 7


@pytest.mark.parametrize("sort", ["RELEVANCE", "NEWEST", "PRICE_ASC", "PRICE_DESC", "BEST_SELLING", "NAME"])
async def test_every_order_takes_one_statement(shop: Shop, client: Client, counted: Statements, sort: str) -> None:
    await make_product(shop, "Mug", await make_channel(shop))
    counted()
    await client("query($sort: ProductSort) { products(sort: $sort) { nodes { name } } }", sort=sort)
    assert len(counted()) == 2


async def test_wide_lists_take_as_many_statements_for_many_products_as_for_few(
    shop: Shop, client: Client, counted: Statements
) -> None:
    web, mugs, acme = await make_channel(shop), await make_category(shop), await make_brand(shop)
    await make_option(shop)
    await make_attribute(shop, "material", "clay")
    for i in range(100):
        variants = tuple(VariantDraft(f"M{i}-{color}", {"color": color}) for color in ("red", "blue"))
        await make_product(
            shop, f"Mug {i}", web, categories=[mugs], brand=acme, options=("color",), variants=variants,
            attributes=(said("material", "clay"),),
        )  # fmt: skip
    taken = []
    await client(WIDE, first=1)
    for first in (10, 100):
        counted()
        found = (await client(WIDE, first=first))["products"]["nodes"]
        taken.append(len(counted()))
        assert len(found) == first
        assert [variant["price"] for variant in found[-1]["variants"]["nodes"]] == [
            {"current": {"amount": "10.00"}}
        ] * 2
    assert taken == [6, 6]
