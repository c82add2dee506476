"""Prices through the API."""

from collections.abc import Callable
from typing import Any

from commerce.app import Shop
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.context import Context
from commerce.kit.ids import new_key
from commerce.kit.money import Money
from commerce.pricing import queries
from commerce.pricing.values import Price
from tests.conftest import Client, TestClock
from tests.pricing.factory import make_market, make_product, set_price

PRICE = """
fragment P on Price {
  current { amount currencyCode } compareAt { amount } saving { amount } savingPercent includesTax
  lowestRecent { amount }
}
"""
NODES = (
    "query Q($ids: [ID!]!) { nodes(ids: $ids) {"
    " ... on ProductVariant { price { ...P } none: price(quantity: 0) { includesTax } }"
    " ... on Product { priceRange { min { ...P } max { ...P } isSingle } } } }"
) + PRICE
SET = """
mutation M($input: PricesSetInput!) {
  pricesSet(input: $input) { variants { id price { current { amount } } } userErrors { code message field } }
}
"""


def plain(amount: str, currency: str = "EUR") -> dict[str, Any]:
    return {
        "current": {"amount": amount, "currencyCode": currency}, "compareAt": None, "saving": None,
        "savingPercent": None, "includesTax": True, "lowestRecent": None,
    }  # fmt: skip


async def test_shoppers_see_prices_and_ranges_in_their_currency(shop: Shop, client: Client, clock: TestClock) -> None:
    market = await make_market(shop)
    made, bare = await make_product(shop, market, 2), await make_product(shop, market)
    await set_price(shop, market, made.variants[0], "29.90")
    clock.advance(days=5)
    await set_price(shop, market, made.variants[0], "19.90", "29.90")
    await set_price(shop, market, made.variants[1], "25.00")
    await set_price(shop, market, made.variants[1], "1990", currency="JPY")
    reduced = {
        "current": {"amount": "19.90", "currencyCode": "EUR"}, "compareAt": {"amount": "29.90"},
        "saving": {"amount": "10.00"}, "savingPercent": 33, "includesTax": True, "lowestRecent": {"amount": "29.90"},
    }  # fmt: skip
    data = await client(NODES, ids=[*made.variant_ids, made.id, *bare.variant_ids, bare.id])
    assert data["nodes"] == [
        {"price": reduced, "none": None},
        {"price": plain("25.00"), "none": None},
        {"priceRange": {"min": reduced, "max": plain("25.00"), "isSingle": False}},
        {"price": None, "none": None},
        {"priceRange": None},
    ]
    data = await client(NODES, {"X-Currency": "JPY"}, ids=[made.id])
    yen = plain("1990", "JPY")
    assert data["nodes"] == [{"priceRange": {"min": yen, "max": yen, "isSingle": True}}]


async def test_many_prices_cost_as_many_statements_as_one(
    shop: Shop, client: Client, counted: Callable[[], list[str]]
) -> None:
    market = await make_market(shop)
    several = [await make_product(shop, market, 2) for _ in range(4)]
    for made in several:
        for key in made.variants:
            await set_price(shop, market, key, "10.00", "12.00")
    await client(NODES, ids=[several[0].id])
    counted()
    await client(NODES, ids=[several[0].id, *several[0].variant_ids])
    few = len(counted())
    await client(NODES, ids=[some for made in several for some in (made.id, *made.variant_ids)])
    assert len(counted()) == few


async def test_staff_set_prices_all_or_none(shop: Shop, client: Client, context: Context) -> None:
    market = await make_market(shop)
    made = await make_product(shop, market, 2)
    client.act(Permission.PRODUCTS_WRITE, Permission.PRODUCTS_READ)
    channel = ids.encode("channel", market.key)

    def entry(variant: str, amount: str, currency: str = "EUR", **more: Any) -> dict[str, Any]:
        return {"variantId": variant, "amount": {"amount": amount, "currencyCode": currency}, **more}

    first, second = made.variant_ids
    given = {
        "channelId": channel,
        "prices": [
            entry(first, "19.90", compareAt={"amount": "29.90", "currencyCode": "EUR"}),
            entry(second, "1990", "JPY"),
        ],
    }
    for _ in range(2):
        data = await client(SET, {"Idempotency-Key": "prices"}, input=given)
        assert data["pricesSet"] == {
            "variants": [{"id": first, "price": {"current": {"amount": "19.90"}}}, {"id": second, "price": None}],
            "userErrors": [],
        }
    before = [Price(Money(1990, "EUR"), Money(2990, "EUR")), None]

    async def refused(*prices: dict[str, Any], channel: str = channel) -> list[tuple[str, str]]:
        data = await client(SET, input={"channelId": channel, "prices": list(prices)})
        assert data["pricesSet"]["variants"] == []
        assert await queries.prices(context, made.variants, market.key, "EUR") == before
        return [(error["code"], ".".join(error["field"])) for error in data["pricesSet"]["userErrors"]]

    good = entry(second, "1.00")
    unknown = ids.encode("variant", new_key())
    assert await refused(good, entry(first, "1.005")) == [("INVALID", "input.prices.1.amount.amount")]
    assert await refused(good, entry(first, "-1")) == [("INVALID", "input.prices.1.amount.amount")]
    assert await refused(good, entry(first, "99999999999999.99")) == [("INVALID", "input.prices.1.amount.amount")]
    assert await refused(good, entry(first, "1", "GBP"), entry("nonsense", "1")) == [
        ("WRONG_CURRENCY", "input.prices.1.amount.currencyCode"), ("NOT_FOUND", "input.prices.2.variantId"),
    ]  # fmt: skip
    assert await refused(good, entry(unknown, "1")) == [("NOT_FOUND", "input.prices.1.variantId")]
    assert await refused(good, good) == [("INVALID", "input.prices.1.variantId")]
    low = entry(first, "5", compareAt={"amount": "5", "currencyCode": "EUR"})
    assert await refused(good, low) == [("INVALID", "input.prices.1.compareAt")]
    elsewhere = ids.encode("channel", new_key())
    assert await refused(good, channel=elsewhere) == [("NOT_FOUND", "input.channelId")]


async def test_nobody_else_sets_prices(shop: Shop, client: Client, context: Context) -> None:
    market = await make_market(shop)
    made = await make_product(shop, market)
    given = {
        "channelId": ids.encode("channel", market.key),
        "prices": [{"variantId": made.variant_ids[0], "amount": {"amount": "1", "currencyCode": "EUR"}}],
    }
    answer = await client.send(SET, input=given)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    client.act(Permission.STOCK_WRITE)
    answer = await client.send(SET, input=given)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await queries.prices(context, made.variants, market.key, "EUR") == [None]
