"""What is behind the masks is shown for a reason, which stands in the log before anything is seen."""

import asyncio
from typing import Any

import pytest

from commerce.audit import rules
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.ids import encode, new_key
from tests.audit.test_log import entries
from tests.conftest import Client, ShopUnderTest
from tests.customers.factory import act_in, make_customer
from tests.shopfront import Goods, complete, open_shop, ready_checkout

REASON = "The parcel came back, and we call about the address."
REVEAL = """
mutation Reveal($input: PersonalDataRevealInput!) {
  personalDataReveal(input: $input) {
    personalData { name emails phones addresses { name lines city } } userErrors { code field message }
  }
}
"""


@pytest.fixture
async def goods(shop: ShopUnderTest) -> Goods:
    return await open_shop(shop)


async def reveal(client: Client, id: str, reason: str = REASON) -> dict[str, Any]:
    payload: dict[str, Any] = (await client(REVEAL, input={"id": id, "reason": reason}))["personalDataReveal"]
    return payload


async def test_a_customer_is_shown_and_the_reason_is_kept(client: Client, shop: ShopUnderTest, goods: Goods) -> None:
    person = await make_customer(shop, "mia@example.com", "+12015550123", channels=[goods.channels["web"]])
    client.act(Permission.PERSONAL_DATA_READ, Permission.CUSTOMERS_READ)
    customer = encode("customer", person)
    answer = await reveal(client, customer)
    assert answer["userErrors"] == []
    assert answer["personalData"] == {
        "name": "Mia Park", "emails": ["mia@example.com"], "phones": ["+12015550123"], "addresses": [],
    }  # fmt: skip
    [entry] = await entries(shop.context())
    assert (entry["operation"], entry["subject"], entry["facts"]["reason"]) == ("personalDataReveal", customer, REASON)
    assert entry["facts"]["input"] == {"id": customer, "reason": {"length": len(REASON)}}
    assert "mia@" not in str(entry)


async def test_an_order_is_shown_to_staff_of_its_channel_only(
    client: Client, shop: ShopUnderTest, goods: Goods
) -> None:
    placed = await complete(client, await ready_checkout(client, goods))
    order = placed["order"]["id"]
    act_in(client, goods.channels["asia"], *Permission)
    answer = await reveal(client, order)
    assert (answer["personalData"], answer["userErrors"][0]["code"]) == (None, "NOT_FOUND")
    assert await entries(shop.context()) == []
    act_in(client, goods.channels["web"], *Permission)
    shown = (await reveal(client, order))["personalData"]
    assert (shown["emails"], shown["addresses"][0]["lines"]) == (["ada@example.com"], ["1 Pier St"])
    assert len(await entries(shop.context())) == 1


@pytest.mark.parametrize("reason", ["", "because", " " * 50, "x" * 501, "a         b"])
async def test_without_a_reason_nothing_is_shown(
    reason: str, client: Client, shop: ShopUnderTest, goods: Goods
) -> None:
    customer = encode("customer", await make_customer(shop, channels=[goods.channels["web"]]))
    client.act()
    answer = await reveal(client, customer, reason)
    assert (answer["personalData"], answer["userErrors"][0]["field"]) == (None, ["input", "reason"])
    assert await entries(shop.context()) == []


async def test_what_hides_nothing_is_not_found(client: Client, goods: Goods) -> None:
    client.act()
    for one in ("x", goods.variant("MUG"), encode("customer", new_key()), encode("order", new_key())):
        answer = await reveal(client, one)
        assert (answer["personalData"], answer["userErrors"][0]["code"]) == (None, "NOT_FOUND")


@pytest.mark.race
async def test_nobody_looks_at_everybody(racing_shop: ShopUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are asked for at once, no more are shown than may be, and each of them is in the log."""
    monkeypatch.setattr(rules, "MOST_REVEALS", 5)
    goods = await open_shop(racing_shop)
    person = await make_customer(racing_shop, channels=[goods.channels["web"]])
    racing_shop.acting = Actor(ActorKind.STAFF, new_key(), frozenset(Permission))
    clients = [Client(racing_shop) for _ in range(15)]
    answers = await asyncio.gather(*(reveal(client, encode("customer", person)) for client in clients))
    shown = [answer for answer in answers if answer["personalData"]]
    refused = {answer["userErrors"][0]["code"] for answer in answers if not answer["personalData"]}
    assert (len(shown), refused) == (5, {"LIMIT_EXCEEDED"})
    assert len(await entries(racing_shop.context())) == 5
    busy, racing_shop.acting = racing_shop.acting, Actor(ActorKind.STAFF, new_key(), frozenset(Permission))
    assert (await reveal(clients[0], encode("customer", person)))["personalData"]
    racing_shop.acting = busy
    racing_shop.clock.advance(hours=1, seconds=1)  # type: ignore[attr-defined]
    assert (await reveal(clients[0], encode("customer", person)))["personalData"]
    await asyncio.gather(*(client.http.aclose() for client in clients))
