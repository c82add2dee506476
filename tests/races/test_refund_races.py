"""Money that goes back, asked for many times at once."""

from decimal import Decimal

import pytest

from commerce.kit.jobs import drain
from commerce.kit.money import Money
from commerce.shop import Shop
from tests.conftest import Client
from tests.races.factory import at_once, cancel, check_shop, codes, copies, number, refund
from tests.shopfront import complete, open_shop, ready_checkout

pytestmark = pytest.mark.race
REFUNDED = "select coalesce(sum(refunded), 0) from payments_payment"


async def test_no_more_goes_back_than_was_paid(racing_shop: Shop, racing_client: Client) -> None:
    """Over several orders: eight requests with one key, and twelve with keys of their own that ask for too much."""
    goods = await open_shop(racing_shop)
    checkouts = await copies(racing_shop, await ready_checkout(racing_client, goods, quantities={"MUG": 1}), 5)
    orders = [(await complete(racing_client, one, one["id"]))["order"] for one in checkouts]
    racing_client.act()
    work = []
    for order in orders:
        fifth = str((Decimal(order["totals"]["total"]["amount"]) / 5).quantize(Decimal("0.01")))
        work += [refund(racing_client, order["id"], fifth, f"{order['number']}-same") for _ in range(8)]
        work += [refund(racing_client, order["id"], fifth, f"{order['number']}-{i}") for i in range(12)]
    payloads = await at_once(work)
    for i, order in enumerate(orders):
        own = payloads[20 * i : 20 * (i + 1)]
        assert len({str(codes(payload)) for payload in own[:8]}) == 1
        granted = [payload for payload in own[7:] if not payload["userErrors"]]
        assert {code for payload in own for code in codes(payload)} == {"REFUND_EXCEEDS_CAPTURED"}
        total = Money.of(order["totals"]["total"]["amount"], "USD").amount
        assert len(granted) == total // round(total / 5)
    await drain(racing_shop.context())
    await check_shop(racing_shop)
    for order in orders:
        told = await refund(racing_client, order["id"], order["totals"]["total"]["amount"], "late")
        assert codes(told) == ["REFUND_EXCEEDS_CAPTURED"]


async def test_a_key_sends_money_back_once(racing_shop: Shop, racing_client: Client) -> None:
    checkout = await ready_checkout(racing_client, await open_shop(racing_shop))
    order = (await complete(racing_client, checkout))["order"]
    racing_client.act()
    payloads = await at_once([refund(racing_client, order["id"], "1.00", "key") for _ in range(12)])
    assert [codes(payload) for payload in payloads] == [[]] * 12
    assert {payload["order"]["id"] for payload in payloads} == {order["id"]}
    assert await number(racing_shop, REFUNDED) == 100
    reused = await refund(racing_client, order["id"], "2.00", "key")
    assert codes(reused) == ["IDEMPOTENCY_KEY_REUSED"]
    await drain(racing_shop.context())
    await check_shop(racing_shop)


@pytest.mark.parametrize("amount", ["0", "0.00", "-1.00", "10000.00", "99999999999999999999.00", "1.001"])
async def test_senseless_amounts_are_refused(racing_shop: Shop, racing_client: Client, amount: str) -> None:
    checkout = await ready_checkout(racing_client, await open_shop(racing_shop))
    order = (await complete(racing_client, checkout))["order"]
    racing_client.act()
    told = codes(await refund(racing_client, order["id"], amount, "key"))
    assert told == ["INVALID" if amount == "1.001" else "REFUND_EXCEEDS_CAPTURED"]
    assert await number(racing_shop, "select count(*) from payments_refund") == 0


async def test_calling_off_and_refunding_at_once_gives_back_all_and_no_more(
    racing_shop: Shop, racing_client: Client
) -> None:
    goods = await open_shop(racing_shop)
    checkouts = await copies(racing_shop, await ready_checkout(racing_client, goods, quantities={"MUG": 1}), 8)
    orders = [(await complete(racing_client, one, one["id"]))["order"] for one in checkouts]
    racing_client.act()
    work = []
    for order in orders:
        work += [cancel(racing_client, order["id"], f"{order['number']}-{i}") for i in range(2)]
        work += [refund(racing_client, order["id"], "5.00", f"{order['number']}-{i}") for i in range(2, 4)]
    payloads = await at_once(work)
    for i in range(len(orders)):
        assert sorted(codes(payload) for payload in payloads[4 * i : 4 * i + 2]) == [[], ["STATE_NOT_ALLOWED"]]
    await drain(racing_shop.context())
    assert await number(racing_shop, REFUNDED) == await number(racing_shop, "select sum(total) from orders_order")
    await check_shop(racing_shop)
