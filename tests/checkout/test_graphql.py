"""The till through the API: every way to pay, and every way in which the shop declines."""

from datetime import timedelta
from typing import Any

import pytest

from commerce.kit import ids
from commerce.kit.ids import new_key, secret_key
from commerce.kit.jobs import drain
from commerce.kit.money import Money
from commerce.orders import handlers as order_handlers
from commerce.orders import queries as orders
from commerce.payments import actions as payments
from commerce.payments.providers import Providers
from commerce.pricing import actions as pricing
from commerce.pricing.values import Price, PriceEntry
from commerce.shop import Shop
from tests.conftest import Client, TestClock
from tests.inventory.factory import check_books
from tests.shopfront import (
    ADDRESSES,
    CART,
    CHECKOUT,
    ERRORS,
    LINES_ADD,
    ORDER,
    START,
    UPDATE,
    Goods,
    complete,
    open_shop,
    ready_checkout,
)

READ = f"query($id: ID!) {{ checkout(id: $id) {{ {CHECKOUT} order {{ {ORDER} }} }} }}"


def told(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


async def stock(shop: Shop, goods: Goods) -> list[tuple[int, int, int]]:
    """On hand, reserved and committed, by SKU."""
    from sqlalchemy import text  # noqa: PLC0415

    async with shop.database.session() as session:
        rows = await session.execute(
            text(
                "select on_hand, reserved, committed from inventory_stock s join catalog_variant v on v.id = variant_id"
                " order by sku"
            )
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


async def test_requirements_lead_through_the_checkout(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    created = await client("mutation($input: CartCreateInput!) { cartCreate(input: $input) { cart { id } } }", input={})
    cart = created["cartCreate"]["cart"]["id"]
    checkout = (await client(START, input={"cartId": cart}))["checkoutStart"]["checkout"]
    assert [r["code"] for r in checkout["requirements"]] == [
        "CART_LINES", "CONTACT", "SHIPPING_ADDRESS", "SHIPPING_OPTION", "PAYMENT_OPTION",
    ]  # fmt: skip
    assert [r["field"] for r in checkout["requirements"]][1:3] == [["email"], ["shippingAddress"]]
    assert checkout["shippingOptions"] == []
    assert checkout["totals"]["isEstimate"] is True
    again = (await client(START, input={"cartId": cart, "email": "a@b.example"}))["checkoutStart"]["checkout"]
    assert again["id"] == checkout["id"]
    await client(LINES_ADD, input={"cartId": cart, "lines": [{"variantId": goods.variant("MUG")}]})
    given = {"checkoutId": checkout["id"], "shippingAddress": {**ADDRESSES["US"], "country": "US"}}
    checkout = (await client(UPDATE, input=given))["checkoutUpdate"]["checkout"]
    assert [r["code"] for r in checkout["requirements"]] == ["SHIPPING_OPTION", "PAYMENT_OPTION"]
    assert checkout["email"] == "a@b.example"
    assert [o["price"] for o in checkout["shippingOptions"]] == [
        {"net": {"amount": "4.95"}, "gross": {"amount": "5.28"}},
        {"net": {"amount": "14.85"}, "gross": {"amount": "15.83"}},
    ]


async def test_left_out_stays_and_null_clears(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    cleared = (await client(UPDATE, input={"checkoutId": checkout["id"], "email": None}))["checkoutUpdate"]["checkout"]
    assert cleared["email"] is None
    assert [r["code"] for r in cleared["requirements"]] == ["CONTACT"]
    assert cleared["selectedShippingOption"] == checkout["selectedShippingOption"]


BAD_PARTS: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"email": "nonsense"}, "INVALID", ["input", "email"]),
    ({"email": "a" * 250 + "@b.example"}, "INVALID", ["input", "email"]),
    ({"phone": "12345"}, "INVALID", ["input", "phone"]),
    ({"shippingOptionId": "shipping_option_x"}, "NOT_FOUND", ["input", "shippingOptionId"]),
    ({"shippingOptionId": ids.encode("shipping_option", new_key())}, "NOT_FOUND", ["input", "shippingOptionId"]),
    ({"paymentOptionId": ids.encode("payment_option", new_key())}, "NOT_FOUND", ["input", "paymentOptionId"]),
    ({"checkoutId": ids.encode("checkout", secret_key())}, "NOT_FOUND", ["input", "checkoutId"]),
    ({"checkoutId": "x"}, "NOT_FOUND", ["input", "checkoutId"]),
    (
        {"shippingAddress": {**ADDRESSES["JP"], "country": "JP"}},
        "NOT_SHIPPABLE",
        ["input", "shippingAddress", "country"],
    ),
    (
        {"shippingAddress": {**ADDRESSES["US"], "country": "US", "postalCode": "ABC"}},
        "INVALID",
        ["input", "shippingAddress", "postalCode"],
    ),
    (
        {"shippingAddress": {"name": "", "lines": ["1"], "country": "US", "city": "x", "region": "US-NJ", "postalCode": "07102"}},
        "REQUIRED",
        ["input", "shippingAddress", "name"],
    ),
    (
        {"shippingAddress": {**ADDRESSES["US"], "country": "US", "lines": ["1", "2", "3", "4"]}},
        "INVALID",
        ["input", "shippingAddress", "lines"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "code", "field"), BAD_PARTS)
async def test_a_bad_part_is_refused_and_nothing_changes(
    shop: Shop, client: Client, bad: dict[str, Any], code: str, field: list[str]
) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    payload = (await client(UPDATE, input={"checkoutId": checkout["id"], **bad}))["checkoutUpdate"]
    assert told(payload) == [(code, field)]
    assert (await client(READ, id=checkout["id"]))["checkout"] == {**checkout, "order": None}


async def test_address_that_lacks_several_parts_is_told_all_of_them(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    given = {"checkoutId": checkout["id"], "shippingAddress": {"name": "Ada", "lines": ["1"], "country": "US"}}
    payload = (await client(UPDATE, input=given))["checkoutUpdate"]
    assert sorted(field[-1] for _, field in told(payload)) == ["city", "postalCode", "region"]


async def test_paying_takes_the_stock_and_closes_the_cart(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    payload = await complete(client, checkout)
    assert payload["userErrors"] == []
    assert payload["order"]["payments"] == [
        {
            "status": "CAPTURED",
            "amount": {"amount": checkout["totals"]["total"]["amount"]},
            "captured": {"amount": checkout["totals"]["total"]["amount"]},
            "refunded": {"amount": "0.00"},
        }
    ]
    assert await stock(shop, goods) == [(100, 0, 2), (100, 0, 1), (100, 0, 1)]
    await check_books(shop)
    lines = [{"variantId": goods.variant("MUG")}]
    refused = (await client(LINES_ADD, input={"cartId": checkout["cart"]["id"], "lines": lines}))["cartLinesAdd"]
    assert told(refused) == [("STATE_NOT_ALLOWED", ["input", "cartId"])]
    refused = (await client(UPDATE, input={"checkoutId": checkout["id"], "email": "b@c.example"}))["checkoutUpdate"]
    assert told(refused) == [("STATE_NOT_ALLOWED", ["input", "checkoutId"])]
    await drain(shop.context())
    seen = (await client(READ, id=checkout["id"]))["checkout"]
    assert seen["order"]["status"] == "PROCESSING"


async def test_same_key_and_new_key_get_the_same_order(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    first = await complete(client, checkout, "a")
    assert (await complete(client, checkout, "a"))["order"] == first["order"]
    assert (await complete(client, checkout, "b"))["order"] == first["order"]
    reused = await complete(client, checkout, "a", total="1.00")
    assert told(reused) == [("IDEMPOTENCY_KEY_REUSED", ["input", "idempotencyKey"])]
    assert await stock(shop, goods) == [(100, 0, 2), (100, 0, 1), (100, 0, 1)]


async def test_key_is_required(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    assert told(await complete(client, checkout, "")) == [("REQUIRED", ["input", "idempotencyKey"])]


async def test_changed_total_charges_nothing(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    async with shop.context().transaction() as session:
        entry = PriceEntry(goods.variants["PEN"], goods.channels["web"], Price(Money.of("40.00", "USD"), None))
        await pricing.set_prices(session, [entry])
    payload = await complete(client, checkout)
    assert told(payload) == [("TOTAL_CHANGED", ["input", "expectedTotal"])]
    assert payload["order"] is None
    assert payload["checkout"]["totals"]["total"] != checkout["totals"]["total"]
    assert await stock(shop, goods) == [(100, 0, 0)] * 3
    again = await complete(client, payload["checkout"], "key-2")
    assert again["userErrors"] == []


async def test_missing_requirement_is_told(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    await client(UPDATE, input={"checkoutId": checkout["id"], "email": None})
    payload = await complete(client, checkout)
    assert told(payload) == [("REQUIREMENT_MISSING", ["input", "checkoutId"])]
    assert payload["userErrors"][0]["message"] == "Something is still missing: CONTACT."
    assert await stock(shop, goods) == [(100, 0, 0)] * 3


async def test_sold_out_in_the_meantime_is_told_by_line(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop, stock=3)
    one, other = await ready_checkout(client, goods), await ready_checkout(client, goods)
    assert (await complete(client, one, "one"))["userErrors"] == []
    payload = await complete(client, other, "other")
    assert told(payload) == [("OUT_OF_STOCK", ["cart", "lines", "0"])]
    assert payload["userErrors"][0]["availableQuantity"] == 1
    assert payload["checkout"]["cart"]["isOpen"] is True
    assert await stock(shop, goods) == [(3, 0, 2), (3, 0, 1), (3, 0, 1)]


async def test_declined_payment_gives_everything_back(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    payload = await complete(client, checkout, "no", paymentToken="test_decline")
    assert told(payload) == [("PAYMENT_DECLINED", ["input", "checkoutId"])]
    assert payload["userErrors"][0]["isRetryable"] is True
    assert payload["order"] is None
    assert payload["checkout"]["cart"]["isOpen"] is True
    assert payload["checkout"]["requirements"] == []
    assert await stock(shop, goods) == [(100, 0, 0)] * 3
    assert told(await complete(client, checkout, "no", paymentToken="test_decline")) == told(payload)
    await drain(shop.context())
    assert (await complete(client, checkout, "yes"))["order"]["paymentStatus"] == "PAID"
    await check_books(shop)


@pytest.mark.parametrize("token", ["test_unknown_success", "test_webhook_twice"])
async def test_lost_and_early_answers_are_found_out(shop: Shop, client: Client, token: str) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    payload = await complete(client, checkout, paymentToken=token)
    assert payload["userErrors"] == []
    assert payload["order"]["paymentStatus"] == "PAID"
    await drain(shop.context())
    assert await stock(shop, goods) == [(100, 0, 2), (100, 0, 1), (100, 0, 1)]


async def test_lost_answer_of_a_decline_releases_the_order(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    payload = await complete(client, checkout, paymentToken="test_unknown_failure")
    assert told(payload) == [("PAYMENT_DECLINED", ["input", "checkoutId"])]
    assert await stock(shop, goods) == [(100, 0, 0)] * 3


async def test_delayed_payment_is_paid_when_the_worker_looks(shop: Shop, client: Client, clock: TestClock) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    payload = await complete(client, checkout, paymentToken="test_delayed")
    assert payload["userErrors"] == []
    assert (payload["order"]["status"], payload["order"]["paymentStatus"]) == ("PENDING", "UNPAID")
    assert payload["checkout"]["cart"]["isOpen"] is False
    clock.advance(minutes=1)
    await payments.check_open(shop.context())
    await drain(shop.context())
    seen = (await client(READ, id=checkout["id"]))["checkout"]["order"]
    assert (seen["status"], seen["paymentStatus"]) == ("PROCESSING", "PAID")


@pytest.mark.parametrize(("approves", "status"), [(True, "PROCESSING"), (False, None)])
async def test_customer_acts_on_a_page(shop: Shop, client: Client, approves: bool, status: str | None) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    payload = await complete(client, checkout, paymentToken="test_action")
    assert payload["order"]["status"] == "PENDING"
    action = payload["nextAction"]
    assert action["kind"] == "REDIRECT"
    path = action["url"].removeprefix("http://127.0.0.1:8000")
    assert "Test payment" in (await client.http.get(path)).text
    await client.http.post(path, data={"answer": "approve" if approves else "decline"})
    await drain(shop.context())
    seen = (await client(READ, id=checkout["id"]))["checkout"]
    assert (seen["order"] and seen["order"]["status"]) == status
    assert await stock(shop, goods) == ([(100, 0, 2), (100, 0, 1), (100, 0, 1)] if approves else [(100, 0, 0)] * 3)


async def test_unpaid_order_expires_and_gives_everything_back(shop: Shop, client: Client, clock: TestClock) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    await complete(client, checkout, paymentToken="test_action")
    assert await stock(shop, goods) == [(100, 2, 0), (100, 1, 0), (100, 1, 0)]
    clock.advance(minutes=29)
    await order_handlers.sweep_overdue(shop.context())
    assert await stock(shop, goods) == [(100, 2, 0), (100, 1, 0), (100, 1, 0)]
    clock.advance(minutes=2)
    await order_handlers.sweep_overdue(shop.context())
    await drain(shop.context())
    assert await stock(shop, goods) == [(100, 0, 0)] * 3
    seen = (await client(READ, id=checkout["id"]))["checkout"]
    assert seen["order"] is None
    assert seen["cart"]["isOpen"] is True
    assert (await complete(client, checkout, "again"))["order"]["paymentStatus"] == "PAID"
    await check_books(shop)


async def test_money_that_comes_after_the_end_goes_back(shop: Shop, client: Client, clock: TestClock) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    payload = await complete(client, checkout, paymentToken="test_action")
    order = ids.decode("order", payload["order"]["id"])
    assert order is not None
    clock.advance(minutes=31)
    await order_handlers.sweep_overdue(shop.context())
    async with shop.database.session() as session:
        from sqlalchemy import text  # noqa: PLC0415

        await session.execute(text("update payments_test_charge set state = 'SUCCEEDED'"))
        [payment] = (await session.execute(text("select id from payments_payment"))).scalars()
    await payments.settle(shop.context(), payment)
    await drain(shop.context())
    [found] = await orders.orders_by_key(shop.context(), [order])
    assert found is not None
    assert (found.status, found.payment_status) == ("CANCELED", "REFUNDED")


async def test_bank_transfer_waits_for_days_and_staff_confirms_it(shop: Shop, client: Client, clock: TestClock) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods)
    transfer = next(o["id"] for o in checkout["paymentOptions"] if o["code"] == "manual.transfer")
    await client(UPDATE, input={"checkoutId": checkout["id"], "paymentOptionId": transfer})
    payload = await complete(client, checkout)
    assert payload["nextAction"]["kind"] == "INSTRUCTIONS"
    assert len(payload["nextAction"]["parameters"]["reference"]) == 12
    clock.advance(hours=70)
    await order_handlers.sweep_overdue(shop.context())
    await drain(shop.context())
    client.act()
    mark = (
        f"mutation($input: OrderMarkPaidInput!) {{ orderMarkPaid(input: $input) {{ order {{ {ORDER} }} {ERRORS} }} }}"
    )
    given = {"orderId": payload["order"]["id"], "idempotencyKey": "seen"}
    paid = (await client(mark, input=given))["orderMarkPaid"]
    assert paid["userErrors"] == []
    assert (paid["order"]["status"], paid["order"]["paymentStatus"]) == ("PROCESSING", "PAID")
    again = (await client(mark, input={**given, "idempotencyKey": "twice"}))["orderMarkPaid"]
    assert told(again) == [("STATE_NOT_ALLOWED", ["input", "orderId"])]


async def test_free_order_is_paid_at_once(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    async with shop.context().transaction() as session:
        entry = PriceEntry(goods.variants["TEA"], goods.channels["web"], Price(Money.of("0", "USD"), None))
        await pricing.set_prices(session, [entry])
        from sqlalchemy import text  # noqa: PLC0415

        await session.execute(text("update shipping_rate set amount = 0"))
    checkout = await ready_checkout(client, goods, quantities={"TEA": 1})
    assert checkout["totals"]["total"]["amount"] == "0.00"
    payload = await complete(client, checkout)
    assert payload["order"]["paymentStatus"] == "PAID"
    assert payload["order"]["payments"] == []


async def test_messages_are_said_in_chinese(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    checkout = await ready_checkout(client, goods, "CN", **{"X-Channel": "asia", "Accept-Language": "zh-CN"})
    assert checkout["shippingOptions"][0]["name"] == "快递"
    given = {"checkoutId": checkout["id"], "email": None}
    headers = {"X-Channel": "asia", "Accept-Language": "zh-CN"}
    updated = (await client(UPDATE, headers, input=given))["checkoutUpdate"]["checkout"]
    assert updated["requirements"][0]["message"] == "请填写邮箱地址。"


async def test_test_payments_are_refused_on_live_channels(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop)
    live = "mutation($input: ChannelUpdateInput!) { channelUpdate(input: $input) { userErrors { code field } } }"
    client.act()
    channel = ids.encode("channel", goods.channels["web"])
    assert (await client(live, input={"channelId": channel, "isLive": True}))["channelUpdate"]["userErrors"] == []
    client.shop.acting = None
    checkout = await client(
        f"mutation($input: CartCreateInput!) {{ cartCreate(input: $input) {{ cart {{ {CART} }} }} }}",
        input={"lines": [{"variantId": goods.variant("MUG")}]},
    )
    started = await client(START, input={"cartId": checkout["cartCreate"]["cart"]["id"]})
    codes = [option["code"] for option in started["checkoutStart"]["checkout"]["paymentOptions"]]
    assert codes == ["manual.transfer"]


async def test_webhook_needs_a_signature_and_is_stored_once(shop: Shop, client: Client, clock: TestClock) -> None:
    goods = await open_shop(shop)
    await complete(client, await ready_checkout(client, goods), paymentToken="test_action")
    provider = shop.resources[Providers]["test"]
    body = b'{"id": "m1", "merchantRef": "pay_unknown"}'
    post = client.http.post
    assert (await post("/webhooks/payments/test", content=body)).status_code == 400
    forged = {"X-Test-Signature": provider.sign(body + b" ", clock())}
    assert (await post("/webhooks/payments/test", content=body, headers=forged)).status_code == 400
    old = {"X-Test-Signature": provider.sign(body, clock() - timedelta(minutes=6))}
    assert (await post("/webhooks/payments/test", content=body, headers=old)).status_code == 400
    good = {"X-Test-Signature": provider.sign(body, clock())}
    for _ in range(2):
        assert (await post("/webhooks/payments/test", content=body, headers=good)).status_code == 200
    assert (await post("/webhooks/payments/nobody", content=body, headers=good)).status_code == 404
    assert (await post("/webhooks/payments/test", content=b"x" * 300_000, headers=good)).status_code == 413
    async with shop.database.session() as session:
        from sqlalchemy import text  # noqa: PLC0415

        assert (await session.execute(text("select count(*) from payments_webhook_message"))).scalar_one() == 1


LEAN = f"""mutation($input: CheckoutCompleteInput!) {{ checkoutComplete(input: $input) {{
  order {{ id number status paymentStatus totals {{ total {{ amount }} }} }} nextAction {{ kind url }} {ERRORS} }} }}"""


async def test_a_whole_purchase_takes_few_statements(shop: Shop, client: Client, counted: Any) -> None:
    """Four requests; without those that the test provider's own bank makes, which stands for another company."""
    goods = await open_shop(shop)
    await ready_checkout(client, goods)
    counted()
    checkout = await ready_checkout(client, goods)
    given = {
        "checkoutId": checkout["id"],
        "expectedTotal": checkout["totals"]["total"]["amount"],
        "idempotencyKey": "k",
    }
    payload = (await client(LEAN, input=given))["checkoutComplete"]
    assert payload["order"]["paymentStatus"] == "PAID"
    ours = [statement for statement in counted() if "payments_test_charge" not in statement]
    assert len(ours) == 46, f"{len(ours)}\n\n" + "\n\n".join(ours)


async def test_sums_beyond_all_measure_are_refused(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop, stock=100_000)
    async with shop.context().transaction() as session:
        entry = PriceEntry(goods.variants["PEN"], goods.channels["web"], Price(Money(10**15, "USD"), None))
        await pricing.set_prices(session, [entry])
    checkout = await ready_checkout(client, goods, quantities={"PEN": 9_999})
    assert checkout["totals"]["subtotal"]["amount"] == "99990000000000000.00"
    assert told(await complete(client, checkout)) == [("LIMIT_EXCEEDED", ["input", "checkoutId"])]
    assert await stock(shop, goods) == [(100_000, 0, 0)] * 3


async def test_sums_above_what_thirty_two_bits_hold_are_paid_and_refunded(shop: Shop, client: Client) -> None:
    goods = await open_shop(shop, stock=10_000)
    async with shop.context().transaction() as session:
        entry = PriceEntry(goods.variants["PEN"], goods.channels["web"], Price(Money(2**33 + 1, "USD"), None))
        await pricing.set_prices(session, [entry])
    checkout = await ready_checkout(client, goods, quantities={"PEN": 999})
    assert checkout["totals"]["total"]["amount"] == "91498587425.54"
    order = (await complete(client, checkout))["order"]
    assert order["paymentStatus"] == "PAID"
    client.act()
    back = f"mutation($input: OrderRefundInput!) {{ orderRefund(input: $input) {{ order {{ {ORDER} }} {ERRORS} }} }}"
    given = {"orderId": order["id"], "amount": "91498587425.53", "idempotencyKey": "back"}
    refunded = (await client(back, input=given))["orderRefund"]
    assert refunded["order"]["paymentStatus"] == "PARTIALLY_REFUNDED"
