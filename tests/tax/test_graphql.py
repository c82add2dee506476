"""Taxes through the API."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.app import Shop
from commerce.kit.actor import Permission
from commerce.kit.context import Context
from commerce.tax import queries
from tests.conftest import Client
from tests.pricing.factory import make_market, make_product, set_price
from tests.tax.factory import make_class, make_rate

TAXED = """
query Q($ids: [ID!]!) { nodes(ids: $ids) {
  ... on ProductVariant { price { taxed { net { amount } tax { amount } gross { amount } } } }
  ... on Product { priceRange { max { taxed { tax { amount } } } } }
} }
"""
CREATE = """
mutation M($input: TaxClassCreateInput!) { taxClassCreate(input: $input) {
  taxClass { id code name } userErrors { code field }
} }
"""
SET = """
mutation M($input: TaxRateSetInput!) { taxRateSet(input: $input) {
  taxRate { id country region classCode percent name } userErrors { code field }
} }
"""
NAME = [{"locale": "en", "text": "Books"}]
RATE = {"country": "US", "region": "US-CA", "classCode": "standard", "percent": "7.25", "name": NAME}


def split(net: str, tax: str, gross: str) -> dict[str, Any]:
    return {"price": {"taxed": {"net": {"amount": net}, "tax": {"amount": tax}, "gross": {"amount": gross}}}}


async def test_prices_show_their_tax_by_class_and_country(
    shop: Shop, client: Client, counted: Callable[[], list[str]]
) -> None:
    market = await make_market(shop)
    for code in ("standard", "books"):
        await make_class(shop, code)
    await make_rate(shop, "DE", 190_000)
    await make_rate(shop, "DE", 70_000, class_code="books")
    mug, book = await make_product(shop, market), await make_product(shop, market, tax_class="books")
    await set_price(shop, market, mug.variants[0], "119.00")
    await set_price(shop, market, book.variants[0], "10.70")
    counted()
    data = await client(TAXED, ids=[*mug.variant_ids, *book.variant_ids])
    assert len([one for one in counted() if "tax_rate" in one]) == 1
    assert data["nodes"] == [split("100.00", "19.00", "119.00"), split("10.00", "0.70", "10.70")]
    data = await client(TAXED, {"X-Country": "US"}, ids=[*mug.variant_ids, mug.id])
    assert data["nodes"] == [
        split("119.00", "0.00", "119.00"), {"priceRange": {"max": {"taxed": {"tax": {"amount": "0.00"}}}}},
    ]  # fmt: skip


async def test_net_channels_add_the_tax(shop: Shop, client: Client) -> None:
    market = await make_market(shop, prices_include_tax=False)
    await make_class(shop)
    await make_rate(shop, "DE", 190_000)
    mug = await make_product(shop, market)
    await set_price(shop, market, mug.variants[0], "19.99")
    assert (await client(TAXED, ids=mug.variant_ids))["nodes"] == [split("19.99", "3.80", "23.79")]


async def test_staff_keep_classes_and_rates(shop: Shop, client: Client) -> None:
    await make_market(shop)
    await make_class(shop)
    client.act(Permission.SETTINGS_WRITE)
    for _ in range(2):
        data = await client(CREATE, {"Idempotency-Key": "k"}, input={"code": "books", "name": NAME})
        made = data["taxClassCreate"]["taxClass"]
        assert data["taxClassCreate"] == {
            "taxClass": {"id": made["id"], "code": "books", "name": "Books"}, "userErrors": [],
        }  # fmt: skip
    data = await client(SET, input=RATE)
    rate = data["taxRateSet"]["taxRate"]
    assert data["taxRateSet"] == {
        "taxRate": {**RATE, "id": rate["id"], "name": "Books"}, "userErrors": [],
    }  # fmt: skip
    data = await client(SET, input={**RATE, "percent": "8.875"})
    assert data["taxRateSet"]["taxRate"] == {**rate, "percent": "8.875"}
    text = """
    query Q($ids: [ID!]!) {
      taxClasses { code } taxRates { region percent } none: taxRates(country: "DE") { percent }
      nodes(ids: $ids) { id }
    }
    """
    assert await client(text, ids=[made["id"], rate["id"]]) == {
        "taxClasses": [{"code": "books"}, {"code": "standard"}],
        "taxRates": [{"region": "US-CA", "percent": "8.875"}],
        "none": [],
        "nodes": [{"id": made["id"]}, {"id": rate["id"]}],
    }
    shop.acting = None  # type: ignore[attr-defined]
    data = await client("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[made["id"], rate["id"]])
    assert data["nodes"] == [None, None]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"percent": "-1"}, "INVALID", "percent"), ({"percent": "1000.5"}, "INVALID", "percent"),
        ({"percent": "7.00001"}, "INVALID", "percent"), ({"region": "CA-ON"}, "INVALID", "region"),
        ({"classCode": "none"}, "NOT_FOUND", "classCode"), ({"name": []}, "REQUIRED", "name"),
    ],
)  # fmt: skip
async def test_impossible_rates_are_refused(
    shop: Shop, client: Client, context: Context, wrong: dict[str, Any], code: str, field: str
) -> None:
    await make_market(shop)
    await make_class(shop)
    client.act(Permission.SETTINGS_WRITE)
    data = await client(SET, input={**RATE, **wrong})
    assert data["taxRateSet"] == {"taxRate": None, "userErrors": [{"code": code, "field": ["input", field]}]}
    assert await queries.placed_rates(context) == []


async def test_codes_of_classes_are_plain_and_unique(shop: Shop, client: Client, context: Context) -> None:
    await make_market(shop)
    await make_class(shop)
    client.act(Permission.SETTINGS_WRITE)
    for code, refusal in (("standard", "TAKEN"), ("No!", "INVALID")):
        data = await client(CREATE, input={"code": code, "name": NAME})
        assert data["taxClassCreate"] == {
            "taxClass": None, "userErrors": [{"code": refusal, "field": ["input", "code"]}],
        }  # fmt: skip
    assert [found.code for found in await queries.classes(context)] == ["standard"]


@pytest.mark.parametrize(("text", "given"), [(CREATE, {"code": "x", "name": NAME}), (SET, RATE)])
async def test_nobody_else_changes_taxes(shop: Shop, client: Client, text: str, given: dict[str, Any]) -> None:
    await make_market(shop)
    await make_class(shop)
    answer = await client.send(text, input=given)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    client.act(Permission.PRODUCTS_WRITE)
    answer = await client.send(text, input=given)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    answer = await client.send("{ taxRates { id } }")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
