"""Stock through the API."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.app import Shop
from commerce.inventory import actions
from commerce.inventory.errors import OutOfStock
from commerce.inventory.graphql import StockError
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.context import Context
from commerce.kit.graphql import user_error
from commerce.kit.ids import new_key
from tests.conftest import Client
from tests.inventory.factory import check_books, counts, make_owner, make_stock, make_warehouse, reserve
from tests.pricing.factory import make_market, make_product

SHELF = """
query Q($ids: [ID!]!) { nodes(ids: $ids) {
  ... on ProductVariant { availability { status quantity maxPerOrder expectedAt } }
  ... on Product { availability { status quantity maxPerOrder } }
} }
"""
ADJUST = """
mutation M($input: StockAdjustInput!) { stockAdjust(input: $input) {
  stockLevel { onHand reserved committed safety available variant { id } warehouse { id code } }
  userErrors { code message field }
} }
"""
LEVELS = (
    "query Q($ids: [ID!]!) { stockLevels(variantIds: $ids)"
    " { onHand reserved available variant { id } warehouse { code } } }"
)
LEDGER = """
query Q($v: ID, $w: ID, $after: String) { stockMovements(variantId: $v, warehouseId: $w, first: 2, after: $after) {
  nodes { bucket delta balanceAfter reason causeId at variant { id } warehouse { id } } totalCount
  pageInfo { hasNextPage endCursor }
} }
"""
CREATE = """
mutation M($input: WarehouseCreateInput!) { warehouseCreate(input: $input) {
  warehouse { id code name country region city } userErrors { code field }
} }
"""
UPDATE = """
mutation M($input: WarehouseUpdateInput!) { warehouseUpdate(input: $input) {
  warehouse { code name country region city } userErrors { code field }
} }
"""
SELL_FROM = """
mutation M($input: ChannelWarehousesSetInput!) { channelWarehousesSet(input: $input) {
  warehouses { id } userErrors { code field }
} }
"""
SAFETY = """
mutation M($input: StockSafetySetInput!) { stockSafetySet(input: $input) {
  stockLevel { onHand safety available } userErrors { code field }
} }
"""
CHANGES = [
    (CREATE, {"code": "x", "name": [{"locale": "en", "text": "X"}], "country": "DE"}, Permission.STOCK_WRITE),
    (UPDATE, {"warehouseId": "x"}, Permission.STOCK_WRITE),
    (SELL_FROM, {"channelId": "x", "warehouseIds": []}, Permission.STOCK_WRITE),
    (SAFETY, {"variantId": "x", "warehouseId": "x", "safety": 1}, Permission.SETTINGS_WRITE),
    (ADJUST, {"variantId": "x", "warehouseId": "x", "change": {"delta": 1}}, Permission.SETTINGS_WRITE),
]


async def test_shoppers_see_whether_there_is_enough(
    shop: Shop, client: Client, counted: Callable[[], list[str]]
) -> None:
    market = await make_market(shop)
    made, gone = await make_product(shop, market, 3, max_per_order=4), await make_product(shop, market)
    some, few, many = made.variants
    await make_stock(shop, market, {some: 4, few: 5, many: 11}, {some: 4})
    await reserve(shop, market, make_owner(), (few, 2))
    counted()
    data = await client(SHELF, ids=[*made.variant_ids, made.id, *gone.variant_ids, gone.id])
    assert len([one for one in counted() if "inventory_stock" in one]) == 2
    assert [node["availability"] for node in data["nodes"]] == [
        {"status": "IN_STOCK", "quantity": 8, "maxPerOrder": 4, "expectedAt": None},
        {"status": "LOW_STOCK", "quantity": 3, "maxPerOrder": 4, "expectedAt": None},
        {"status": "IN_STOCK", "quantity": None, "maxPerOrder": 4, "expectedAt": None},
        {"status": "IN_STOCK", "quantity": None, "maxPerOrder": None},
        {"status": "OUT_OF_STOCK", "quantity": 0, "maxPerOrder": None, "expectedAt": None},
        {"status": "OUT_OF_STOCK", "quantity": 0, "maxPerOrder": None},
    ]


def test_a_stock_error_says_how_many_are_left(context: Context) -> None:
    error = user_error(OutOfStock("lines", 0, available=3).within("input"), context)
    assert isinstance(error, StockError)
    assert (error.code, error.field, error.available_quantity) == ("OUT_OF_STOCK", ["input", "lines", "0"], 3)
    assert error.message == "Not enough in stock: 3 left."


async def test_staff_adjust_stock_once_for_a_key(shop: Shop, client: Client) -> None:
    market = await make_market(shop)
    made = await make_product(shop, market)
    warehouse = await make_warehouse(shop, "main")
    client.act(Permission.STOCK_WRITE, Permission.PRODUCTS_READ)
    place = {"variantId": made.variant_ids[0], "warehouseId": ids.encode("warehouse", warehouse)}

    async def adjust(key: str, **given: Any) -> dict[str, Any]:
        return (await client(ADJUST, {"Idempotency-Key": key}, input={**place, **given}))["stockAdjust"]

    level = {
        "onHand": 7, "reserved": 0, "committed": 0, "safety": 0, "available": 7, "variant": {"id": made.variant_ids[0]},
        "warehouse": {"id": place["warehouseId"], "code": "main"},
    }  # fmt: skip
    assert await adjust("a", change={"quantity": 5}) == {
        "stockLevel": {**level, "onHand": 5, "available": 5},
        "userErrors": [],
    }
    for _ in range(2):
        answer = await adjust("b", change={"delta": 2}, reason="PURCHASE_IN", expectedQuantity=5)
        assert answer == {"stockLevel": level, "userErrors": []}
    assert await counts(shop, warehouse, made.variants[0]) == (7, 0, 0)
    await check_books(shop)


async def test_adjustments_that_cannot_be_change_nothing(shop: Shop, client: Client) -> None:
    market = await make_market(shop)
    made = await make_product(shop, market)
    [warehouse] = await make_stock(shop, market, {made.variants[0]: 5})
    await reserve(shop, market, make_owner(), (made.variants[0], 2))
    client.act()
    place = {"variantId": made.variant_ids[0], "warehouseId": ids.encode("warehouse", warehouse)}

    async def refused(**given: Any) -> tuple[str, str]:
        headers = {"Idempotency-Key": str(new_key())}
        answer = (await client(ADJUST, headers, input={**place, "change": {"delta": 1}, **given}))["stockAdjust"]
        assert answer["stockLevel"] is None
        assert await counts(shop, warehouse, made.variants[0]) == (5, 2, 0)
        [error] = answer["userErrors"]
        return error["code"], ".".join(error["field"])

    assert await refused(change={"quantity": 1}) == ("CONFLICT", "input.change")
    assert await refused(change={"delta": -6}) == ("INVALID", "input.change")
    assert await refused(change={"quantity": 1_000_000_001}) == ("INVALID", "input.change")
    assert await refused(expectedQuantity=4) == ("CONFLICT", "input.expectedQuantity")
    assert await refused(reason="RESERVE") == ("INVALID", "input.reason")
    assert await refused(variantId="nonsense") == ("NOT_FOUND", "input.variantId")
    assert await refused(variantId=ids.encode("variant", new_key())) == ("NOT_FOUND", "input.variantId")
    assert await refused(warehouseId=ids.encode("warehouse", new_key())) == ("NOT_FOUND", "input.warehouseId")
    answer = await client(ADJUST, input={**place, "change": {"delta": 1}})
    assert [(e["code"], e["field"]) for e in answer["stockAdjust"]["userErrors"]] == [
        ("REQUIRED", ["input", "idempotencyKey"])
    ]
    answer = await client.send(ADJUST, {"Idempotency-Key": "k"}, input={**place, "change": {"delta": 1, "quantity": 1}})
    assert answer["errors"]
    assert await counts(shop, warehouse, made.variants[0]) == (5, 2, 0)


async def test_safety_stock_is_set(shop: Shop, client: Client) -> None:
    market = await make_market(shop)
    made = await make_product(shop, market)
    [warehouse] = await make_stock(shop, market, {made.variants[0]: 5})
    client.act(Permission.STOCK_WRITE)
    place = {"variantId": made.variant_ids[0], "warehouseId": ids.encode("warehouse", warehouse)}
    data = await client(SAFETY, input={**place, "safety": 3})
    assert data["stockSafetySet"] == {"stockLevel": {"onHand": 5, "safety": 3, "available": 2}, "userErrors": []}
    data = await client(SAFETY, input={**place, "safety": -1})
    assert data["stockSafetySet"]["userErrors"] == [{"code": "INVALID", "field": ["input", "safety"]}]


async def test_staff_see_levels_and_the_ledger(shop: Shop, client: Client, counted: Callable[[], list[str]]) -> None:
    market = await make_market(shop)
    made, other = await make_product(shop, market, 2), await make_product(shop, market)
    mug, pen = made.variants
    near, far = await make_stock(shop, market, {mug: 5, pen: 6}, {mug: 7, other.variants[0]: 8})
    owner = make_owner()
    await reserve(shop, market, owner, (mug, 6))
    async with shop.context().transaction() as session:
        await actions.commit(session, owner)
    client.act(Permission.STOCK_WRITE, Permission.PRODUCTS_READ)
    mug_id, pen_id = made.variant_ids
    counted()
    data = await client(LEVELS, ids=[pen_id, "nonsense", mug_id])
    assert len(counted()) == 4
    assert [(one["variant"]["id"], one["onHand"], one["available"]) for one in data["stockLevels"]] == [
        (pen_id, 6, 6), (mug_id, 5, 0), (mug_id, 7, 6),
    ]  # fmt: skip
    data = await client(LEDGER, v=mug_id, w=ids.encode("warehouse", near))
    page = data["stockMovements"]
    line = {
        "reason": "COMMIT", "causeId": ids.encode("order", owner.key), "at": "2026-11-22T12:00:00Z",
        "variant": {"id": mug_id}, "warehouse": {"id": ids.encode("warehouse", near)},
    }  # fmt: skip
    assert page["nodes"] == [
        {**line, "bucket": "COMMITTED", "delta": 5, "balanceAfter": 5},
        {**line, "bucket": "RESERVED", "delta": -5, "balanceAfter": 0},
    ]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (4, True)
    data = await client(LEDGER, v=mug_id, w=ids.encode("warehouse", near), after=page["pageInfo"]["endCursor"])
    assert [(one["reason"], one["delta"]) for one in data["stockMovements"]["nodes"]] == [
        ("RESERVE", 5), ("PURCHASE_IN", 5),
    ]  # fmt: skip
    assert (await client(LEDGER))["stockMovements"]["totalCount"] == 10
    assert (await client(LEDGER, v="nonsense"))["stockMovements"]["totalCount"] == 0
    assert (await client(LEDGER, w=ids.encode("warehouse", far)))["stockMovements"]["totalCount"] == 5


async def test_staff_open_and_change_warehouses(shop: Shop, client: Client) -> None:
    client.act(Permission.SETTINGS_WRITE)
    await make_market(shop)
    given = {"code": "sh", "name": [{"locale": "en", "text": "Shanghai"}], "country": "CN", "region": "CN-SH"}
    data = await client(CREATE, {"Idempotency-Key": "k"}, input=given)
    made = data["warehouseCreate"]["warehouse"]
    assert made == {
        "id": made["id"], "code": "sh", "name": "Shanghai", "country": "CN", "region": "CN-SH", "city": None,
    }  # fmt: skip
    assert await client(CREATE, {"Idempotency-Key": "k"}, input=given) == data
    for wrong, code, field in (
        (given, "TAKEN", "code"), ({**given, "code": "No!"}, "INVALID", "code"), ({**given, "name": []}, "REQUIRED", "name"),
    ):  # fmt: skip
        data = await client(CREATE, input=wrong)
        assert data["warehouseCreate"] == {"warehouse": None, "userErrors": [{"code": code, "field": ["input", field]}]}
    data = await client(UPDATE, input={"warehouseId": made["id"], "city": "Pudong", "region": ""})
    assert data["warehouseUpdate"]["warehouse"] == {
        "code": "sh", "name": "Shanghai", "country": "CN", "region": None, "city": "Pudong",
    }  # fmt: skip
    data = await client(UPDATE, input={"warehouseId": ids.encode("warehouse", new_key())})
    assert data["warehouseUpdate"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "warehouseId"]}]
    text = "query Q($id: ID!) { node(id: $id) { ... on Warehouse { code } } warehouses { code } }"
    assert await client(text, id=made["id"]) == {"node": {"code": "sh"}, "warehouses": [{"code": "sh"}]}
    shop.acting = None  # type: ignore[attr-defined]
    text = "query Q($id: ID!) { node(id: $id) { id } }"
    assert await client(text, id=made["id"]) == {"node": None}


async def test_staff_say_where_a_channel_sells_from(shop: Shop, client: Client) -> None:
    market = await make_market(shop)
    one, two, _three = [ids.encode("warehouse", await make_warehouse(shop)) for _ in range(3)]
    channel = ids.encode("channel", market.key)
    client.act(Permission.SETTINGS_WRITE)
    listed = "query Q($id: ID) { warehouses(channelId: $id) { id } }"
    for order in ([one, two], [two, one], [two]):
        data = await client(SELL_FROM, input={"channelId": channel, "warehouseIds": order})
        assert data["channelWarehousesSet"] == {"warehouses": [{"id": id_} for id_ in order], "userErrors": []}
    for given, code, field in (
        ({"channelId": channel, "warehouseIds": [one, one]}, "INVALID", ["input", "warehouseIds", "1"]),
        ({"channelId": channel, "warehouseIds": [one, "x"]}, "NOT_FOUND", ["input", "warehouseIds", "1"]),
        ({"channelId": channel, "warehouseIds": [ids.encode("warehouse", new_key())]}, "NOT_FOUND", ["input", "warehouseIds", "0"]),
        ({"channelId": ids.encode("channel", new_key()), "warehouseIds": [one]}, "NOT_FOUND", ["input", "channelId"]),
    ):  # fmt: skip
        data = await client(SELL_FROM, input=given)
        assert data["channelWarehousesSet"] == {"warehouses": [], "userErrors": [{"code": code, "field": field}]}
    assert await client(listed, id=channel) == {"warehouses": [{"id": two}]}
    assert await client(listed, id="nonsense") == {"warehouses": []}


@pytest.mark.parametrize(("text", "given", "other"), CHANGES)
async def test_nobody_else_changes_stock(
    shop: Shop, client: Client, text: str, given: dict[str, Any], other: Permission
) -> None:
    await make_market(shop)
    answer = await client.send(text, {"Idempotency-Key": "k"}, input=given)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    client.act(other)
    answer = await client.send(text, {"Idempotency-Key": "k"}, input=given)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_shoppers_do_not_see_counts(shop: Shop, client: Client) -> None:
    await make_market(shop)
    for text in (
        "{ stockLevels(variantIds: []) { onHand } }",
        "{ stockMovements { totalCount } }",
        "{ warehouses { id } }",
    ):
        answer = await client.send(text)
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
