"""What staff does with orders, and what nobody else may."""

from typing import Any

import pytest

from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.ids import new_key
from commerce.kit.jobs import drain
from commerce.shop import Shop
from tests.conftest import Client
from tests.inventory.factory import check_books
from tests.shopfront import ERRORS, ORDER, Goods, complete, open_shop, ready_checkout

CANCEL = f"mutation($input: OrderCancelInput!) {{ orderCancel(input: $input) {{ order {{ {ORDER} }} {ERRORS} }} }}"
FULFILL = f"mutation($input: OrderFulfillInput!) {{ orderFulfill(input: $input) {{ order {{ {ORDER} }} {ERRORS} }} }}"
REFUND = f"mutation($input: OrderRefundInput!) {{ orderRefund(input: $input) {{ order {{ {ORDER} }} {ERRORS} }} }}"
READ = f"query($id: ID!) {{ order(id: $id) {{ {ORDER} timeline {{ message }} }} }}"
LIST = """query($search: String, $status: OrderStatus, $first: Int, $after: String) {
  orders(query: $search, status: $status, first: $first, after: $after) {
    totalCount nodes { number } pageInfo { hasNextPage endCursor } } }"""


def told(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


async def bought(client: Client, goods: Goods, key: str = "buy", **more: Any) -> dict[str, Any]:
    payload = await complete(client, await ready_checkout(client, goods), key, **more)
    order: dict[str, Any] = payload["order"]
    return order


async def test_canceling_a_paid_order_gives_back_goods_and_money(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    order = await bought(client, goods)
    client.act()
    given = {"orderId": order["id"], "reason": "CUSTOMER", "idempotencyKey": "c"}
    payload = (await client(CANCEL, input=given))["orderCancel"]
    assert payload["userErrors"] == []
    assert (payload["order"]["status"], payload["order"]["cancelReason"]) == ("CANCELED", "CUSTOMER")
    await drain(shop.context())
    seen = (await client(READ, id=order["id"]))["order"]
    assert seen["paymentStatus"] == "REFUNDED"
    assert [refund["amount"] for refund in seen["refunds"]] == [{"amount": order["totals"]["total"]["amount"]}]
    await check_books(shop)
    again = (await client(CANCEL, input={**given, "idempotencyKey": "c2"}))["orderCancel"]
    assert told(again) == [("STATE_NOT_ALLOWED", ["input", "orderId"])]


async def test_order_cannot_be_canceled_once_a_parcel_left(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    order = await bought(client, goods)
    client.act()
    lines = [{"lineId": order["lines"][0]["id"], "quantity": 1}]
    sent = (await client(FULFILL, input={"orderId": order["id"], "lines": lines, "idempotencyKey": "f"}))[
        "orderFulfill"
    ]
    assert sent["userErrors"] == []
    refused = (await client(CANCEL, input={"orderId": order["id"], "idempotencyKey": "c"}))["orderCancel"]
    assert told(refused) == [("STATE_NOT_ALLOWED", ["input", "orderId"])]
    assert (await client(READ, id=order["id"]))["order"]["status"] == "PROCESSING"


async def test_only_what_was_ordered_can_be_sent(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    order, other = await bought(client, goods, "one"), await bought(client, goods, "two")
    client.act()
    mug = order["lines"][0]["id"]
    cases: list[tuple[list[dict[str, Any]], str, list[str]]] = [
        ([{"lineId": mug, "quantity": 3}], "LIMIT_EXCEEDED", ["input", "lines", "0"]),
        ([{"lineId": mug, "quantity": 0}], "INVALID", ["input", "lines", "0", "quantity"]),
        ([{"lineId": mug, "quantity": 1}] * 2, "INVALID", ["input", "lines", "1", "lineId"]),
        ([{"lineId": other["lines"][0]["id"], "quantity": 1}], "LIMIT_EXCEEDED", ["input", "lines", "0"]),
        ([{"lineId": "x", "quantity": 1}], "NOT_FOUND", ["input", "lines", "0", "lineId"]),
        ([], "REQUIRED", ["input", "lines"]),
    ]
    for i, (lines, code, field) in enumerate(cases):
        given = {"orderId": order["id"], "lines": lines, "idempotencyKey": f"f{i}"}
        assert told((await client(FULFILL, input=given))["orderFulfill"]) == [(code, field)]
    assert (await client(READ, id=order["id"]))["order"]["fulfillmentStatus"] == "UNFULFILLED"
    await check_books(shop)


async def test_unpaid_order_cannot_be_sent_nor_refunded(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    order = await bought(client, goods, paymentToken="test_action")
    client.act()
    sent = (await client(FULFILL, input={"orderId": order["id"], "idempotencyKey": "f"}))["orderFulfill"]
    assert told(sent) == [("STATE_NOT_ALLOWED", ["input", "orderId"])]
    given = {"orderId": order["id"], "amount": "1.00", "idempotencyKey": "r"}
    assert told((await client(REFUND, input=given))["orderRefund"]) == [
        ("REFUND_EXCEEDS_CAPTURED", ["input", "amount"])
    ]


@pytest.mark.parametrize("mutation", [CANCEL, FULFILL])
async def test_money_and_goods_need_a_key(shop: Shop, client: Client, mutation: str) -> None:
    goods = await open_shop(shop)
    order = await bought(client, goods)
    client.act()
    [payload] = (await client(mutation, input={"orderId": order["id"]})).values()
    assert told(payload) == [("REQUIRED", ["input", "idempotencyKey"])]
    [payload] = (await client(mutation, {"Idempotency-Key": "h"}, input={"orderId": order["id"]})).values()
    assert payload["userErrors"] == []


@pytest.mark.parametrize(
    "order_id",
    ["x", ids.encode("order", new_key()), ids.encode("cart", new_key())],
    ids=["malformed", "unknown", "foreign"],
)
async def test_unknown_orders_are_not_found(shop: Shop, client: Client, order_id: str) -> None:
    await open_shop(shop)
    client.act()
    for mutation, more in ((CANCEL, {}), (FULFILL, {}), (REFUND, {"amount": "1"})):
        [payload] = (await client(mutation, input={"orderId": order_id, "idempotencyKey": "k", **more})).values()
        assert told(payload)[0] == ("NOT_FOUND", ["input", "orderId"])
    assert (await client(READ, id=order_id))["order"] is None


async def test_guests_and_other_staff_see_no_orders(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    order = await bought(client, goods)
    node = "query($id: ID!) { node(id: $id) { id } }"
    for permissions in ((), (Permission.PRODUCTS_WRITE,)):
        if permissions:
            client.act(*permissions)
        assert (await client(READ, id=order["id"]))["order"] is None
        assert (await client(node, id=order["id"]))["node"] is None
        answer = await client.send(LIST)
        assert answer["errors"][0]["extensions"]["code"] == ("FORBIDDEN" if permissions else "UNAUTHENTICATED")
    client.act(Permission.ORDERS_READ)
    assert (await client(READ, id=order["id"]))["order"]["number"] == order["number"]
    answer = await client.send(CANCEL, input={"orderId": order["id"], "idempotencyKey": "c"})
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_orders_are_listed_searched_and_paged(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    orders = [await bought(client, goods, f"buy{i}") for i in range(3)]
    client.act(Permission.ORDERS_READ)
    first = (await client(LIST, first=2))["orders"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    rest = (await client(LIST, first=2, after=first["pageInfo"]["endCursor"]))["orders"]
    listed = [node["number"] for node in [*first["nodes"], *rest["nodes"]]]
    assert listed == [order["number"] for order in reversed(orders)]
    found = (await client(LIST, search=orders[1]["number"]))["orders"]
    assert [node["number"] for node in found["nodes"]] == [orders[1]["number"]]
    assert (await client(LIST, search="ADA@example.com"))["orders"]["totalCount"] == 3
    assert (await client(LIST, status="CANCELED"))["orders"] == {
        "totalCount": 0, "nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None},
    }  # fmt: skip


async def test_order_history_takes_constant_statements(shop: Shop, client: Client, counted: Any) -> None:
    goods = await open_shop(shop)
    text = f"query($first: Int) {{ orders(first: $first) {{ nodes {{ {ORDER} }} }} }}"
    for i in range(3):
        await bought(client, goods, f"buy{i}")
    client.act(Permission.ORDERS_READ)
    counted()
    await client(text, first=1)
    one = len(counted())
    await client(text, first=3)
    assert len(counted()) == one <= 6
