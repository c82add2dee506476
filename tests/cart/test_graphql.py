"""Carts through the API: what customers do, and every way in which the shop declines."""

from typing import Any

import pytest

from commerce.catalog import actions as catalog
from commerce.catalog import queries as catalog_queries
from commerce.inventory import actions as inventory
from commerce.inventory.values import Reason
from commerce.kit import ids
from commerce.kit.ids import new_key, secret_key
from commerce.kit.money import Money
from commerce.pricing import actions as pricing
from commerce.pricing.values import Price, PriceEntry
from commerce.shop import Shop
from tests.conftest import Client
from tests.shopfront import CART, CART_CREATE, ERRORS, LINES_ADD, LINES_UPDATE, Goods, open_shop

NOTE_SET = f"mutation($input: CartNoteSetInput!) {{ cartNoteSet(input: $input) {{ cart {{ {CART} note }} {ERRORS} }} }}"
READ = f"query($id: ID!) {{ cart(id: $id) {{ {CART} }} }}"


async def create(client: Client, goods: Goods, **quantities: int) -> dict[str, Any]:
    lines = [{"variantId": goods.variant(sku), "quantity": n} for sku, n in quantities.items()]
    payload = (await client(CART_CREATE, input={"lines": lines}))["cartCreate"]
    assert payload["userErrors"] == []
    cart: dict[str, Any] = payload["cart"]
    return cart


async def add(client: Client, cart: dict[str, Any], *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    given = {"cartId": cart["id"], "lines": list(lines), **more}
    payload: dict[str, Any] = (await client(LINES_ADD, input=given))["cartLinesAdd"]
    return payload


def told(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


async def test_cart_adds_up_and_lines_of_one_variant_grow(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    cart = await create(client, goods, MUG=1, TEA=2)
    assert [line["subtotal"]["amount"] for line in cart["lines"]] == ["14.50", "19.98"]
    assert cart["totals"]["subtotal"]["amount"] == "34.48"
    payload = await add(client, cart, {"variantId": goods.variant("MUG"), "quantity": 2})
    assert payload["userErrors"] == []
    assert [(line["title"], line["quantity"]) for line in payload["cart"]["lines"]] == [
        ("Harbor mug", 3),
        ("Pine tea", 2),
    ]
    assert payload["cart"]["version"] == cart["version"] + 1
    assert payload["cart"]["lines"][0]["id"] == cart["lines"][0]["id"]
    assert payload["cart"]["totals"]["subtotal"]["amount"] == "63.48"
    assert (await client(READ, id=cart["id"]))["cart"] == payload["cart"]


async def test_other_properties_make_another_line(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    cart = await create(client, goods, MUG=1)
    mug = {"variantId": goods.variant("MUG"), "quantity": 1}
    payload = await add(client, cart, {**mug, "properties": [{"key": "engraving", "value": "Ada"}]}, mug)
    assert [(line["quantity"], line["properties"]) for line in payload["cart"]["lines"]] == [
        (2, []),
        (1, [{"key": "engraving", "value": "Ada"}]),
    ]


async def test_quantity_is_changed_and_zero_removes(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    cart = await create(client, goods, MUG=1, TEA=2)
    mug, tea = (line["id"] for line in cart["lines"])
    given = {"cartId": cart["id"], "lines": [{"lineId": mug, "quantity": 0}, {"lineId": tea, "quantity": 5}]}
    payload = (await client(LINES_UPDATE, input=given))["cartLinesUpdate"]
    assert payload["userErrors"] == []
    assert [(line["id"], line["quantity"]) for line in payload["cart"]["lines"]] == [(tea, 5)]


async def test_the_same_key_adds_only_once(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    cart = await create(client, goods, MUG=1)
    mug = {"variantId": goods.variant("MUG"), "quantity": 2}
    for _ in range(2):
        payload = await add(client, cart, mug, idempotencyKey="once")
        assert payload["cart"]["totalQuantity"] == 3
    reused = await add(client, cart, {**mug, "quantity": 3}, idempotencyKey="once")
    assert told(reused) == [("IDEMPOTENCY_KEY_REUSED", ["input", "idempotencyKey"])]
    assert reused["cart"]["totalQuantity"] == 3


BAD_LINES: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"variantId": "variant_unknown"}, "NOT_FOUND", ["input", "lines", "1", "variantId"]),
    ({"variantId": ids.encode("product", new_key())}, "NOT_FOUND", ["input", "lines", "1", "variantId"]),
    ({"variantId": ids.encode("variant", new_key())}, "UNAVAILABLE", ["input", "lines", "1"]),
    ({"quantity": 0}, "INVALID", ["input", "lines", "1", "quantity"]),
    ({"quantity": -1}, "INVALID", ["input", "lines", "1", "quantity"]),
    ({"quantity": 10_000}, "INVALID", ["input", "lines", "1", "quantity"]),
    ({"quantity": 2**31 - 1}, "INVALID", ["input", "lines", "1", "quantity"]),
    ({"quantity": 101}, "OUT_OF_STOCK", ["input", "lines", "1", "quantity"]),
    ({"properties": [{"key": "", "value": "x"}]}, "REQUIRED", ["input", "lines", "1", "properties", "0", "key"]),
    ({"properties": [{"key": "a", "value": "x" * 501}]}, "INVALID", ["input", "lines", "1", "properties", "0"]),
    ({"properties": [{"key": "a", "value": "1"}] * 2}, "INVALID", ["input", "lines", "1", "properties"]),
]


@pytest.mark.parametrize(("bad", "code", "field"), BAD_LINES)
async def test_a_bad_line_is_refused_and_nothing_changes(
    shop: Shop, client: Client, bad: dict[str, Any], code: str, field: list[str]
) -> None:
    goods = await open_shop(shop)
    cart = await create(client, goods, PEN=1)
    good = {"variantId": goods.variant("TEA"), "quantity": 1}
    payload = await add(client, cart, good, {"variantId": goods.variant("MUG"), "quantity": 1, **bad})
    assert told(payload) == [(code, field)]
    assert payload["cart"] == cart
    assert (await client(READ, id=cart["id"]))["cart"] == cart


@pytest.mark.parametrize("quantity", [2**31, 2**63, 10**30, 1.5, "1", [1], None, True])
async def test_nonsense_is_a_bad_request(shop: Shop, client: Client, quantity: Any) -> None:
    goods = await open_shop(shop)
    cart = await create(client, goods, PEN=1)
    lines = [{"variantId": goods.variant("MUG"), "quantity": quantity}]
    answer = await client.send(LINES_ADD, input={"cartId": cart["id"], "lines": lines})
    assert "data" not in answer
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    assert (await client(READ, id=cart["id"]))["cart"] == cart


async def test_sold_out_is_told_with_what_is_left_in_the_customers_language(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop, stock=3)
    cart = await create(client, goods, MUG=2)
    headers = {"X-Channel": "web", "Accept-Language": "zh-CN"}
    lines = [{"variantId": goods.variant("MUG"), "quantity": 2}]
    payload = (await client(LINES_ADD, headers, input={"cartId": cart["id"], "lines": lines}))["cartLinesAdd"]
    [error] = payload["userErrors"]
    assert (error["code"], error["availableQuantity"]) == ("OUT_OF_STOCK", 3)
    assert error["message"] == "库存不足,仅剩 3 件。"
    assert payload["cart"]["totalQuantity"] == 2


async def test_lines_of_one_variant_share_the_stock(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop, stock=3)
    cart = await create(client, goods, MUG=2)
    engraved = {"variantId": goods.variant("MUG"), "quantity": 2, "properties": [{"key": "engraving", "value": "A"}]}
    assert told(await add(client, cart, engraved)) == [("OUT_OF_STOCK", ["input", "lines", "0", "quantity"])]


async def test_unpublished_variant_cannot_be_added_even_by_its_id(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    cart = await create(client, goods, PEN=1)
    async with shop.context().transaction() as session:
        keys = await catalog_queries.product_keys_by_code(session, ["mug"])
        await catalog.unpublish(session, keys["mug"], [goods.channels["web"]])
    payload = await add(client, cart, {"variantId": goods.variant("MUG"), "quantity": 1})
    assert told(payload) == [("UNAVAILABLE", ["input", "lines", "0"])]


async def test_variant_without_price_in_the_currency_cannot_be_added(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    created = await client(CART_CREATE, input={"currencyCode": "EUR", "country": "DE"})
    async with shop.context().transaction() as session:
        await session.execute(__import__("sqlalchemy").text("delete from pricing_price where currency = 'EUR'"))
    payload = await add(client, created["cartCreate"]["cart"], {"variantId": goods.variant("MUG"), "quantity": 1})
    assert told(payload) == [("NO_PRICE", ["input", "lines", "0"])]


async def test_wrong_currency_and_country_are_refused(shop: Shop, client: Client) -> None:
    await open_shop(shop)
    payload = (await client(CART_CREATE, input={"currencyCode": "JPY"}))["cartCreate"]
    assert told(payload) == [("WRONG_CURRENCY", ["input", "currencyCode"])]
    assert payload["cart"] is None
    payload = (await client(CART_CREATE, input={"country": "JP"}))["cartCreate"]
    assert told(payload) == [("INVALID", ["input", "country"])]


async def test_unknown_foreign_and_stale_carts_are_refused(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    mug = {"variantId": goods.variant("MUG"), "quantity": 1}
    for id_ in ("", "cart_x", ids.encode("cart", secret_key()), ids.encode("order", new_key())):
        payload = await add(client, {"id": id_}, mug)
        assert told(payload) == [("NOT_FOUND", ["input", "cartId"])]
        assert payload["cart"] is None
        assert (await client(READ, id=id_))["cart"] is None
    mine, other = await create(client, goods, MUG=1), await create(client, goods, TEA=1)
    given = {"cartId": mine["id"], "lines": [{"lineId": other["lines"][0]["id"], "quantity": 5}]}
    payload = (await client(LINES_UPDATE, input=given))["cartLinesUpdate"]
    assert told(payload) == [("NOT_FOUND", ["input", "lines", "0", "lineId"])]
    assert (await client(READ, id=other["id"]))["cart"] == other
    stale = await add(client, mine, mug, expectedVersion=mine["version"] - 1)
    assert told(stale) == [("CONFLICT", ["input", "expectedVersion"])]
    assert stale["cart"] == mine


async def test_too_many_lines_and_too_long_notes_are_refused(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    cart = await create(client, goods, MUG=1)
    many = [
        {"variantId": goods.variant("TEA"), "quantity": 1, "properties": [{"key": "n", "value": str(i)}]}
        for i in range(500)
    ]
    assert told(await add(client, cart, *many)) == [("LIMIT_EXCEEDED", ["input", "lines"])]
    async with shop.context().transaction() as session:
        await inventory.receive(session, [(goods.variants["TEA"], goods.warehouse, 1000)])
    assert told(await add(client, cart, *many[:250])) == []
    assert told(await add(client, cart, *many[250:])) == [("LIMIT_EXCEEDED", ["input", "lines"])]
    assert told(await add(client, cart, *many[250:499])) == []
    payload = (await client(NOTE_SET, input={"cartId": cart["id"], "note": "x" * 2001}))["cartNoteSet"]
    assert told(payload) == [("INVALID", ["input", "note"])]
    payload = (await client(NOTE_SET, input={"cartId": cart["id"], "note": "Ring twice"}))["cartNoteSet"]
    assert payload["cart"]["note"] == "Ring twice"


async def test_cart_tells_what_changed_since_the_customer_looked(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop, stock=5)
    cart = await create(client, goods, MUG=4, TEA=1, PEN=1)
    assert cart["warnings"] == []
    async with shop.context().transaction() as session:
        entry = PriceEntry(goods.variants["TEA"], goods.channels["web"], Price(Money.of("11.00", "USD"), None))
        await pricing.set_prices(session, [entry])
        assert goods.warehouse is not None
        await inventory.adjust(session, goods.variants["MUG"], goods.warehouse, set_to=2, reason=Reason.COUNT_ADJUST)
        keys = await catalog_queries.product_keys_by_code(session, ["pen"])
        await catalog.archive(session, keys["pen"])
    seen = (await client(READ, id=cart["id"]))["cart"]
    mug, tea, pen = (line["id"] for line in cart["lines"])
    assert [(w["code"], w["lineId"]) for w in seen["warnings"]] == [
        ("OUT_OF_STOCK", mug),
        ("PRICE_CHANGED", tea),
        ("UNAVAILABLE", pen),
    ]
    assert seen["warnings"][1]["message"] == "The price changed from $9.99 to $11.00."
    assert [line["quantity"] for line in seen["lines"]] == [4, 1, 1]
    assert seen["lines"][2]["variant"] is None
    assert seen["lines"][2]["title"] == "Brass pen"
    assert seen["totals"]["subtotal"]["amount"] == "69.00"


async def test_another_context_does_not_reprice_a_cart(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    cart = await create(client, goods, MUG=1)
    headers = {"X-Channel": "asia", "X-Currency": "JPY", "Accept-Language": "zh-Hans"}
    seen = (await client(READ, headers, id=cart["id"]))["cart"]
    assert seen["currencyCode"] == "USD"
    assert seen["totals"] == cart["totals"]
    assert seen["lines"][0]["title"] == "海港马克杯"


async def test_adding_a_line_takes_eight_statements(shop: Shop, client: Client, counted: Any) -> None:
    goods = await open_shop(shop)
    await create(client, goods, PEN=1)
    cart = await create(client, goods, MUG=1, TEA=1)
    counted()
    await add(client, cart, {"variantId": goods.variant("PEN"), "quantity": 1})
    statements = counted()
    assert len(statements) == 8, "\n\n".join(statements)


async def test_a_line_does_not_grow_beyond_what_one_order_may_hold(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop, stock=50_000)
    lines = [{"variantId": goods.variant("MUG"), "quantity": 9_999}]
    cart = (await client(CART_CREATE, input={"lines": lines}))["cartCreate"]["cart"]
    more = [{"variantId": goods.variant("TEA")}, {"variantId": goods.variant("MUG")}]
    payload = (await client(LINES_ADD, input={"cartId": cart["id"], "lines": more}))["cartLinesAdd"]
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [
        ("INVALID", ["input", "lines", "1", "quantity"])
    ]
    assert payload["cart"] == cart


async def test_guests_new_carts_need_keys_that_nobody_guesses(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    given = {"lines": [{"variantId": goods.variant("MUG")}], "idempotencyKey": "1"}
    weak = (await client(CART_CREATE, input=given))["cartCreate"]
    assert told(weak) == [("INVALID", ["input", "idempotencyKey"])]
    assert weak["cart"] is None
    strong = {**given, "idempotencyKey": "0d1f5b5e-7f3a-4a55-9a57-2f7f3c2b1f10"}
    cart = (await client(CART_CREATE, input=strong))["cartCreate"]["cart"]
    assert (await client(CART_CREATE, input=strong))["cartCreate"]["cart"] == cart
