"""Shipping through the API."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.app import Shop
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.context import Context
from commerce.kit.ids import new_key
from commerce.shipping import queries
from tests.conftest import Client
from tests.pricing.factory import make_market
from tests.shipping.factory import make_method, make_rate, make_zone

FIELDS = """
fragment M on ShippingMethod {
  code name description minDays maxDays taxClassCode isActive channel { code }
  rates { price { amount currencyCode } freeOver { amount } }
}
"""
ZONE = """
mutation M($input: ShippingZoneCreateInput!) { shippingZoneCreate(input: $input) {
  shippingZone { id code name countries methods { code } } userErrors { code field }
} }
"""
CREATE = """
mutation M($input: ShippingMethodCreateInput!) { shippingMethodCreate(input: $input) {
  shippingMethod { ...M } userErrors { code field }
} }
""" + FIELDS  # fmt: skip
UPDATE = """
mutation M($input: ShippingMethodUpdateInput!) { shippingMethodUpdate(input: $input) {
  shippingMethod { ...M } userErrors { code field }
} }
""" + FIELDS  # fmt: skip
RATES = """
mutation M($input: ShippingRatesSetInput!) { shippingRatesSet(input: $input) {
  shippingMethod { rates { price { amount } freeOver { amount } } } userErrors { code field }
} }
"""
LIST = "{ shippingZones { code countries methods { ...M } } }" + FIELDS
NAME = [{"locale": "en", "text": "Post"}]


def price(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


async def test_staff_add_zones(shop: Shop, client: Client, context: Context) -> None:
    await make_market(shop)
    client.act(Permission.SETTINGS_WRITE)
    given = {"code": "europe", "name": [{"locale": "en", "text": "Europe"}], "countries": ["FR", "DE"]}
    for _ in range(2):
        data = await client(ZONE, {"Idempotency-Key": "k"}, input=given)
        made = data["shippingZoneCreate"]["shippingZone"]
        assert data["shippingZoneCreate"]["userErrors"] == []
        assert made == {"id": made["id"], "code": "europe", "name": "Europe", "countries": ["DE", "FR"], "methods": []}
    for wrong, code, field in (
        ({}, "TAKEN", "code"), ({"code": "No!"}, "INVALID", "code"), ({"code": "a", "countries": []}, "REQUIRED", "countries"),
        ({"code": "a", "countries": ["DE", "DE"]}, "INVALID", "countries"), ({"code": "a", "name": []}, "REQUIRED", "name"),
    ):  # fmt: skip
        data = await client(ZONE, input={**given, **wrong})
        assert data["shippingZoneCreate"] == {
            "shippingZone": None, "userErrors": [{"code": code, "field": ["input", field]}],
        }  # fmt: skip
    assert [zone.code for zone in await queries.zones(context)] == ["europe"]


async def test_staff_add_and_change_methods(shop: Shop, client: Client, counted: Callable[[], list[str]]) -> None:
    market = await make_market(shop)
    zone = await make_zone(shop)
    client.act(Permission.SETTINGS_WRITE)
    given = {
        "zoneId": ids.encode("shipping_zone", zone), "channelId": ids.encode("channel", market.key), "code": "post",
        "name": NAME, "minDays": 2, "maxDays": 4,
        "rates": [{"price": price("4.90"), "freeOver": price("50")}, {"price": price("500", "JPY")}],
    }  # fmt: skip
    made = {
        "code": "post", "name": "Post", "description": "", "minDays": 2, "maxDays": 4, "taxClassCode": "standard",
        "isActive": True, "channel": {"code": "web"},
        "rates": [
            {"price": price("4.90"), "freeOver": {"amount": "50.00"}}, {"price": price("500", "JPY"), "freeOver": None},
        ],
    }  # fmt: skip
    for _ in range(2):
        data = await client(CREATE, {"Idempotency-Key": "k"}, input=given)
        assert data["shippingMethodCreate"] == {"shippingMethod": made, "userErrors": []}
    data = await client(CREATE, input=given)
    assert data["shippingMethodCreate"]["userErrors"] == [{"code": "TAKEN", "field": ["input", "code"]}]
    [[method]] = await queries.methods_of(shop.context(), [zone])
    key = ids.encode("shipping_method", method.key)
    data = await client(
        UPDATE,
        input={
            "methodId": key, "isActive": False, "maxDays": 9, "taxClassCode": "reduced",
            "description": [{"locale": "en", "text": "To your door."}],
        },
    )  # fmt: skip
    made |= {"isActive": False, "maxDays": 9, "taxClassCode": "reduced", "description": "To your door."}
    assert data["shippingMethodUpdate"] == {"shippingMethod": made, "userErrors": []}
    data = await client(UPDATE, input={"methodId": key, "minDays": 10, "name": [{"locale": "en", "text": "Late"}]})
    assert data["shippingMethodUpdate"]["userErrors"] == [{"code": "INVALID", "field": ["input", "maxDays"]}]
    data = await client(UPDATE, input={"methodId": ids.encode("shipping_method", new_key())})
    assert data["shippingMethodUpdate"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "methodId"]}]
    assert await client(LIST) == {"shippingZones": [{"code": "europe", "countries": ["DE", "FR"], "methods": [made]}]}
    await make_method(shop, market, await make_zone(shop, "other", ["CN"]))
    counted()
    await client(LIST)
    assert len(counted()) == 4


async def test_methods_that_cannot_be_are_not_added(shop: Shop, client: Client, context: Context) -> None:
    market = await make_market(shop)
    zone = await make_zone(shop)
    client.act(Permission.SETTINGS_WRITE)
    given = {
        "zoneId": ids.encode("shipping_zone", zone), "channelId": ids.encode("channel", market.key), "code": "post",
        "name": NAME,
    }  # fmt: skip
    euro = {"price": price("4.90")}
    for wrong, code, field in (
        ({"zoneId": ids.encode("shipping_zone", new_key())}, "NOT_FOUND", "zoneId"),
        ({"zoneId": "x"}, "NOT_FOUND", "zoneId"),
        ({"channelId": ids.encode("channel", new_key())}, "NOT_FOUND", "channelId"),
        ({"code": ""}, "INVALID", "code"),
        ({"name": []}, "REQUIRED", "name"),
        ({"minDays": 3, "maxDays": 2}, "INVALID", "maxDays"),
        ({"rates": [euro, {"price": price("4.905")}]}, "INVALID", "rates.1.price.amount"),
        ({"rates": [euro, {"price": price("1", "GBP")}]}, "WRONG_CURRENCY", "rates.1.price.currencyCode"),
        ({"rates": [euro, euro]}, "INVALID", "rates.1.price"),
        ({"rates": [{**euro, "freeOver": price("1", "JPY")}]}, "INVALID", "rates.0.freeOver"),
        ({"rates": [{**euro, "freeOver": price("-1")}]}, "INVALID", "rates.0.freeOver.amount"),
    ):
        data = await client(CREATE, input={**given, **wrong})
        answer = data["shippingMethodCreate"]
        assert answer["shippingMethod"] is None
        assert [(e["code"], ".".join(e["field"][1:])) for e in answer["userErrors"]] == [(code, field)]
    assert await queries.methods_of(context, [zone]) == [[]]


async def test_staff_set_rates(shop: Shop, client: Client, context: Context) -> None:
    market = await make_market(shop)
    method = await make_method(shop, market, await make_zone(shop), rates=[make_rate(), make_rate(currency="USD")])
    client.act(Permission.SETTINGS_WRITE)
    key = ids.encode("shipping_method", method)
    data = await client(RATES, input={"methodId": key, "rates": [{"price": price("3"), "freeOver": price("0")}]})
    assert data["shippingRatesSet"] == {
        "shippingMethod": {"rates": [{"price": {"amount": "3.00"}, "freeOver": {"amount": "0.00"}}]}, "userErrors": [],
    }  # fmt: skip
    data = await client(RATES, input={"methodId": key, "rates": [{"price": price("3", "GBP")}]})
    assert data["shippingRatesSet"]["userErrors"] == [
        {"code": "WRONG_CURRENCY", "field": ["input", "rates", "0", "price", "currencyCode"]}
    ]
    data = await client(RATES, input={"methodId": "x", "rates": []})
    assert data["shippingRatesSet"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "methodId"]}]
    assert await queries.rates_of(context, [method]) == [[make_rate("3.00", "0.00")]]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (ZONE, {"code": "x", "name": NAME, "countries": ["DE"]}),
        (CREATE, {"zoneId": "x", "channelId": "x", "code": "x", "name": NAME}),
        (UPDATE, {"methodId": "x"}),
        (RATES, {"methodId": "x", "rates": []}),
    ],
)
async def test_nobody_else_changes_shipping(shop: Shop, client: Client, text: str, given: dict[str, Any]) -> None:
    await make_market(shop)
    method = ids.encode("shipping_method", await make_method(shop, await make_market(shop, "b"), await make_zone(shop)))
    answer = await client.send(text, input=given)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    client.act(Permission.PRODUCTS_WRITE)
    for body in (text, LIST):
        answer = await client.send(body, input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await client("query Q($id: ID!) { node(id: $id) { id } }", id=method) == {"node": None}
