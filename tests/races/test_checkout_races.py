"""Many customers at the till at the same time."""

import asyncio
from collections import Counter

import pytest

from commerce.kit.jobs import drain
from commerce.kit.money import Money
from commerce.pricing import actions as pricing
from commerce.pricing.values import Price, PriceEntry
from commerce.shop import Shop
from tests.conftest import Client
from tests.races.factory import at_once, check_shop, codes, copies, number
from tests.shopfront import LINES_ADD, complete, open_shop, ready_checkout

pytestmark = pytest.mark.race


async def test_a_hundred_pieces_go_to_a_hundred_of_two_hundred_customers(
    racing_shop: Shop, racing_client: Client
) -> None:
    goods = await open_shop(racing_shop, stock=100)
    checkouts = await copies(racing_shop, await ready_checkout(racing_client, goods, quantities={"MUG": 1}), 200)
    payloads = await at_once([complete(racing_client, one, f"key-{i}") for i, one in enumerate(checkouts)])
    assert Counter(",".join(codes(payload)) for payload in payloads) == {"": 100, "OUT_OF_STOCK": 100}
    paid = [payload["order"] for payload in payloads if not payload["userErrors"]]
    assert {(order["status"], order["paymentStatus"]) for order in paid} == {("PROCESSING", "PAID")}
    assert len({order["number"] for order in paid}) == 100
    await drain(racing_shop.context())
    assert await number(racing_shop, "select min(committed) from inventory_stock where committed > 0") == 100
    await check_shop(racing_shop)


@pytest.mark.parametrize("token", ["test_success", "test_webhook_twice", "test_unknown_success"])
@pytest.mark.parametrize("has_one_key", [True, False])
async def test_a_checkout_that_is_completed_by_twenty_requests_is_one_order(
    racing_shop: Shop, racing_client: Client, has_one_key: bool, token: str
) -> None:
    checkout = await ready_checkout(racing_client, await open_shop(racing_shop))
    work = [
        complete(racing_client, checkout, "key" if has_one_key else f"key-{i}", paymentToken=token) for i in range(20)
    ]
    payloads = await at_once(work)
    assert [codes(payload) for payload in payloads] == [[]] * 20
    assert {(p["order"]["id"], p["order"]["status"], p["order"]["paymentStatus"]) for p in payloads} == {
        (payloads[0]["order"]["id"], "PROCESSING", "PAID")
    }
    await drain(racing_shop.context())
    assert await number(racing_shop, "select count(*) from orders_order") == 1
    assert await number(racing_shop, "select count(*) from payments_payment") == 1
    assert await number(racing_shop, "select count(*) from payments_test_charge") == 1
    await check_shop(racing_shop)


async def test_a_declined_checkout_is_declined_to_all_and_can_be_paid_afterwards(
    racing_shop: Shop, racing_client: Client
) -> None:
    checkout = await ready_checkout(racing_client, await open_shop(racing_shop))
    work = [complete(racing_client, checkout, "key", paymentToken="test_decline") for _ in range(12)]
    assert [codes(payload) for payload in await at_once(work)] == [["PAYMENT_DECLINED"]] * 12
    await drain(racing_shop.context())
    assert await number(racing_shop, "select count(*) from orders_order") == 1
    await check_shop(racing_shop)
    assert codes(await complete(racing_client, checkout, "again")) == []
    await drain(racing_shop.context())
    await check_shop(racing_shop)


async def test_what_is_added_during_the_purchase_is_bought_or_refused(racing_shop: Shop, racing_client: Client) -> None:
    """A line is never taken into the cart and left out of the order: the total would have changed."""
    goods = await open_shop(racing_shop)
    checkouts = await copies(racing_shop, await ready_checkout(racing_client, goods, quantities={"MUG": 1}), 16)
    lines = [{"variantId": goods.variant("MUG")}]

    async def add(cart: str) -> list[str]:
        return codes((await racing_client(LINES_ADD, input={"cartId": cart, "lines": lines}))["cartLinesAdd"])

    async def race(one: dict, key: str) -> tuple[list[str], list[str]]:  # type: ignore[type-arg]
        added, bought = await asyncio.gather(add(one["cart"]["id"]), complete(racing_client, one, key))
        return added, codes(bought)

    outcomes = await at_once([race(one, f"key-{i}") for i, one in enumerate(checkouts)], 12)
    for outcome in outcomes:
        assert outcome in (([], ["TOTAL_CHANGED"]), (["STATE_NOT_ALLOWED"], []))
    await drain(racing_shop.context())
    bought = sum(not errors for _, errors in outcomes)
    assert await number(racing_shop, "select coalesce(sum(quantity), 0) from orders_line") == bought
    await check_shop(racing_shop)


async def test_a_price_that_changes_meanwhile_is_paid_or_refused(racing_shop: Shop, racing_client: Client) -> None:
    goods = await open_shop(racing_shop)
    checkouts = await copies(racing_shop, await ready_checkout(racing_client, goods, quantities={"MUG": 1}), 30)

    async def raise_price() -> None:
        async with racing_shop.context().transaction() as session:
            entry = PriceEntry(goods.variants["MUG"], goods.channels["web"], Price(Money.of("15.00", "USD"), None))
            await pricing.set_prices(session, [entry])

    work = [complete(racing_client, one, f"key-{i}") for i, one in enumerate(checkouts)]
    payloads, _ = await asyncio.gather(at_once(work, 8), raise_price())
    seen = checkouts[0]["totals"]["total"]["amount"]
    for payload in payloads:
        assert codes(payload) in ([], ["TOTAL_CHANGED"])
        assert payload["order"] is None or payload["order"]["totals"]["total"]["amount"] == seen
    await drain(racing_shop.context())
    await check_shop(racing_shop)
