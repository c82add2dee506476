"""An order is followed: who may, what is told, and that nothing is missed or told twice."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import redis.asyncio as redis
from sqlalchemy import text
from starlette.types import ASGIApp

from commerce.accounts import actions as accounts
from commerce.accounts.values import Caller
from commerce.app import app_of
from commerce.catalog import queries as catalog
from commerce.kit import hub as hubs
from commerce.kit import ids
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.hub import Hub
from commerce.kit.ids import new_key
from commerce.kit.jobs import drain
from commerce.orders import actions as orders
from tests.accounts.factory import PASSWORD, make_staff
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.live.conftest import Bought, buy
from tests.live.wire import FOLLOW, Events, Socket
from tests.races.factory import fulfill, refund
from tests.shopfront import GOODS, Goods, complete, make_person, open_shop, ready_checkout

MARK_PAID = "mutation($input: OrderMarkPaidInput!) { orderMarkPaid(input: $input) { userErrors { code } } }"


async def mark_paid(client: Client, order: str) -> None:
    answer = await client(MARK_PAID, input={"orderId": order, "idempotencyKey": "paid"})
    assert answer["orderMarkPaid"]["userErrors"] == []


async def told(socket: Socket) -> dict[str, Any]:
    heard = await socket.hear()
    assert heard["type"] == "next", heard
    assert "errors" not in heard["payload"], heard
    return heard["payload"]["data"]["orderUpdated"]


async def test_order_is_told_as_it_is_and_as_it_changes(
    client: Client, app: ASGIApp, bought: Bought, shop: ShopUnderTest
) -> None:
    socket = await Socket.open(app)
    socket.subscribe("1", FOLLOW, id=bought.id, checkout=bought.checkout)
    first = await told(socket)
    assert first == {
        "id": bought.id,
        "version": 2,
        "status": "PENDING",
        "paymentStatus": "UNPAID",
        "fulfillmentStatus": "UNFULFILLED",
    }
    assert await socket.is_silent()
    client.act()
    await mark_paid(client, bought.id)
    paid = await told(socket)
    assert (paid["status"], paid["paymentStatus"]) == ("PROCESSING", "PAID")
    await fulfill(client, bought.id, "sent")
    sent = await told(socket)
    assert (sent["status"], sent["fulfillmentStatus"]) == ("COMPLETED", "FULFILLED")
    await refund(client, bought.id, "1.00", "back")
    await drain(shop.context())
    back = [await told(socket)]
    while not await socket.is_silent():
        back.append(await told(socket))
    assert back[-1]["paymentStatus"] == "PARTIALLY_REFUNDED"
    versions = [one["version"] for one in (first, paid, sent, *back)]
    assert versions == sorted(set(versions))
    await socket.leave()


async def test_customer_hears_that_the_payment_failed(client: Client, app: ASGIApp, shop: ShopUnderTest) -> None:
    checkout = await ready_checkout(client, await open_shop(shop))
    order = (await complete(client, checkout, paymentToken="test_delayed"))["order"]
    socket = await Socket.open(app)
    socket.subscribe("1", FOLLOW, id=order["id"], checkout=checkout["id"])
    assert (await told(socket))["status"] == "PENDING"
    async with shop.context().transaction() as session:
        held = await orders.lock(session, ids.decode("order", order["id"]))
        await orders.payment_failed(session, held)
    await drain(shop.context())
    assert (await told(socket))["status"] == "CANCELED"
    await socket.leave()


async def test_order_of_another_is_not_found(client: Client, app: ASGIApp, bought: Bought, shop: ShopUnderTest) -> None:
    another = (await ready_checkout(client, await _goods(shop), quantities={"TEA": 1}))["id"]
    socket = await Socket.open(app)
    almost = bought.checkout[:-1] + ("1" if bought.checkout.endswith("0") else "0")
    for checkout in (None, another, bought.id, "nonsense", almost):
        for permissions in (None, frozenset[Permission](), frozenset(Permission) - {Permission.ORDERS_READ}):
            shop.acting = Actor(ActorKind.STAFF, new_key(), permissions) if permissions is not None else None
            socket.subscribe("1", FOLLOW, id=bought.id, checkout=checkout)
            heard = await socket.hear()
            assert heard["type"] == "error"
            assert [error["extensions"]["code"] for error in heard["payload"]] == ["NOT_FOUND"]
    await socket.leave()


async def _goods(shop: ShopUnderTest) -> Goods:
    return Goods(variants=await catalog.variant_keys_by_sku(shop.context(), list(GOODS)))


async def test_staff_follows_with_orders_read_and_not_longer(
    client: Client, app: ASGIApp, bought: Bought, shop: ShopUnderTest
) -> None:
    shop.acting = Actor(ActorKind.STAFF, new_key(), frozenset([Permission.ORDERS_READ]))
    socket = await Socket.open(app)
    socket.subscribe("1", FOLLOW, id=bought.id)
    assert (await told(socket))["status"] == "PENDING"
    client.act(Permission.ORDERS_WRITE)
    await mark_paid(client, bought.id)
    heard = await socket.hear()
    assert (heard["id"], heard["type"]) == ("1", "error")
    assert heard["payload"][0]["extensions"]["code"] == "NOT_FOUND"
    await mark_paid(client, bought.id)
    assert await socket.is_silent()
    await socket.leave()


async def signed_in(shop: ShopUnderTest) -> str:
    """An access token of someone who may see orders."""
    await make_staff(shop, permissions=[Permission.ORDERS_READ])
    context = shop.context()
    context[Caller] = Caller("192.0.2.7", "")
    return (await accounts.sign_in(context, "ada@example.com", PASSWORD)).tokens.access


async def test_signing_out_ends_what_is_followed(
    client: Client, app: ASGIApp, bought: Bought, shop: ShopUnderTest
) -> None:
    token = await signed_in(shop)
    socket = await Socket.open(app, {"Authorization": f"Bearer {token}"})
    socket.subscribe("1", FOLLOW, id=bought.id)
    assert (await told(socket))["status"] == "PENDING"
    client.token = token
    await client("mutation { signOut { userErrors { code } } }")
    client.token = None
    client.act()
    await mark_paid(client, bought.id)
    heard = await socket.hear()
    assert heard["type"] == "error"
    assert heard["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    await socket.leave()


async def test_end_of_the_token_ends_the_socket(
    app: ASGIApp, bought: Bought, shop: ShopUnderTest, clock: TestClock
) -> None:
    token = await signed_in(shop)
    clock.advance(minutes=14, seconds=59.9)
    socket = await Socket.open(app, {"Authorization": f"Bearer {token}"})
    socket.subscribe("1", FOLLOW, id=bought.id)
    assert (await told(socket))["status"] == "PENDING"
    assert await socket.closed() == (4403, "Forbidden")


async def test_end_of_the_token_ends_the_stream(
    app: ASGIApp, bought: Bought, shop: ShopUnderTest, clock: TestClock
) -> None:
    token = await signed_in(shop)
    clock.advance(minutes=14, seconds=59.9)
    events = Events(app, FOLLOW, {"id": bought.id}, authorization=f"Bearer {token}")
    assert (await events.head())[0] == 200
    assert (await events.hear())["data"]["orderUpdated"]["status"] == "PENDING"
    assert [error["extensions"]["code"] for error in (await events.hear())["errors"]] == ["UNAUTHENTICATED"]
    assert await events.words() == b"event: complete\ndata:\n\n"
    await events.done()


async def test_burst_is_told_together(
    app: ASGIApp, bought: Bought, shop: ShopUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "TOGETHER", 3)
    hub = shop.resources[Hub]
    hub.cache, hub.look_alone = None, 60
    socket = await Socket.open(app)
    for i in range(20):
        socket.subscribe(str(i), FOLLOW, id=bought.id, checkout=bought.checkout)
    for _ in range(20):
        assert (await told(socket))["version"] == 2
    for _ in range(10):
        await touch(shop, bought)
    assert [(await told(socket))["version"] for _ in range(20)] == [12] * 20
    assert await socket.is_silent()
    await socket.leave()


async def touch(shop: ShopUnderTest, bought: Bought, fault: Exception | None = None) -> None:
    """Change the order, unless it comes to a fault."""
    async with shop.context().transaction() as session:
        orders.touch(session, await orders.lock(session, ids.decode("order", bought.id)))
        if fault is not None:
            raise fault


@pytest.fixture(params=["nobody tells", "redis is gone", "redis forgets"])
async def poor(request: pytest.FixtureRequest, shop: ShopUnderTest, monkeypatch: pytest.MonkeyPatch) -> ASGIApp:
    """A shop in which no word of a change gets through."""
    hub = shop.resources[Hub]
    hub.cache = {
        "nobody tells": None,
        "redis is gone": redis.from_url("redis://127.0.0.1:1"),
        "redis forgets": hub.cache,
    }[request.param]
    if request.param == "redis forgets":
        hub.look = 0.05

        async def nothing(*_: Any) -> int:
            return 0

        monkeypatch.setattr(hub.cache, "publish", nothing)
    monkeypatch.setattr(hub, "_take", lambda _topics: None)
    hub.look_alone = 0.05
    return app_of(shop)


async def test_nothing_is_missed_when_nobody_tells(client: Client, poor: ASGIApp, shop: ShopUnderTest) -> None:
    bought = await buy(shop, client)
    socket = await Socket.open(poor)
    socket.subscribe("1", FOLLOW, id=bought.id, checkout=bought.checkout)
    assert (await told(socket))["version"] == 2
    for version in (3, 4, 5):
        await touch(shop, bought)
        assert (await told(socket))["version"] == version
    assert await socket.is_silent()
    await socket.leave()


async def test_all_that_is_followed_is_one_statement(
    client: Client, shop: ShopUnderTest, bought: Bought, counted: Callable[[], list[str]]
) -> None:
    hub = shop.resources[Hub]
    hub.look = hub.look_alone = 0.2
    socket = await Socket.open(app_of(shop))
    for i in range(20):
        socket.subscribe(str(i), FOLLOW, id=bought.id, checkout=bought.checkout)
    for _ in range(20):
        await told(socket)
    await asyncio.sleep(0.1)
    counted()
    await asyncio.sleep(0.65)
    seen = counted()
    assert 2 <= len(seen) <= 4
    assert len(set(seen)) == 1
    await socket.leave()


async def test_change_that_is_taken_back_is_not_told(app: ASGIApp, bought: Bought, shop: ShopUnderTest) -> None:
    socket = await Socket.open(app)
    socket.subscribe("1", FOLLOW, id=bought.id, checkout=bought.checkout)
    assert (await told(socket))["version"] == 2
    with pytest.raises(ZeroDivisionError):
        await touch(shop, bought, ZeroDivisionError())
    assert await socket.is_silent()
    await socket.leave()


async def test_client_that_comes_back_sees_the_present(
    client: Client, app: ASGIApp, bought: Bought, shop: ShopUnderTest
) -> None:
    """Whatever happened while nobody was there is in the first message."""
    seen = []
    for _ in range(5):
        socket = await Socket.open(app)
        socket.subscribe("1", FOLLOW, id=bought.id, checkout=bought.checkout)
        seen.append((await told(socket))["version"])
        await socket.leave()
        await touch(shop, bought)
    assert seen == [2, 3, 4, 5, 6]


async def test_word_of_another_process_is_heard_at_once(
    shop: ShopUnderTest, client: Client, cache: redis.Redis
) -> None:
    """Two hubs over one Redis, as two processes have them, that would look by themselves only in a minute."""
    bought = await buy(shop, client)
    mine, theirs = shop.resources[Hub], Hub(shop.database, cache)
    mine.look = mine.look_alone = 60
    socket = await Socket.open(app_of(shop))
    socket.subscribe("1", FOLLOW, id=bought.id, checkout=bought.checkout)
    assert (await told(socket))["version"] == 2
    await asyncio.sleep(0.1)
    key = ids.decode("order", bought.id)
    async with shop.database.session() as session:
        order = await orders.lock(session, key)
        order.version += 1
    await theirs.tell([("order", key)])
    assert (await told(socket))["version"] == 3
    await socket.leave()


async def test_strange_words_are_passed_over(shop: ShopUnderTest, client: Client, cache: redis.Redis) -> None:
    bought = await buy(shop, client)
    socket = await Socket.open(app_of(shop))
    socket.subscribe("1", FOLLOW, id=bought.id, checkout=bought.checkout)
    assert (await told(socket))["version"] == 2
    for word in ("", "order", "order:", "order:7", "parcel:0199e8f3-1b1e-7c3e-8d9a-3f4b5c6d7e8f", "::: :"):
        await cache.publish(hubs.CHANNEL, word)
    await touch(shop, bought)
    assert (await told(socket))["version"] == 3
    await socket.leave()


async def test_owner_follows_without_the_checkout(client: Client, app: ASGIApp, shop: ShopUnderTest) -> None:
    shop.acting = owner = await make_person(shop)
    bought = await buy(shop, client)
    socket = await Socket.open(app)
    socket.subscribe("1", FOLLOW, id=bought.id)
    assert (await told(socket))["status"] == "PENDING"
    client.act(Permission.ORDERS_WRITE)
    await mark_paid(client, bought.id)
    shop.acting = owner
    await socket.leave()
    socket = await Socket.open(app)
    socket.subscribe("1", FOLLOW, id=bought.id)
    assert (await told(socket))["status"] == "PROCESSING"
    await socket.leave()


async def test_order_of_a_person_is_followed_by_nobody_else(client: Client, app: ASGIApp, shop: ShopUnderTest) -> None:
    """Neither by who knows the checkout, nor by staff of another channel."""
    shop.acting = await make_person(shop)
    bought = await buy(shop, client)
    [[asia]] = await shop.database.rows(text("select id from channels_channel where code = 'asia'"))
    [[web]] = await shop.database.rows(text("select id from channels_channel where code = 'web'"))
    reads = frozenset([Permission.ORDERS_READ])
    socket = await Socket.open(app)
    for actor in (None, await make_person(shop), Actor(ActorKind.STAFF, new_key(), within={asia: reads})):
        shop.acting = actor
        for checkout in (None, bought.checkout):
            socket.subscribe("1", FOLLOW, id=bought.id, checkout=checkout)
            heard = await socket.hear()
            assert heard["type"] == "error"
            assert [error["extensions"]["code"] for error in heard["payload"]] == ["NOT_FOUND"]
    shop.acting = Actor(ActorKind.STAFF, new_key(), within={web: reads})
    socket.subscribe("2", FOLLOW, id=bought.id)
    assert (await told(socket))["status"] == "PENDING"
    await socket.leave()
