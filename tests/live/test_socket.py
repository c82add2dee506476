"""The protocol graphql-transport-ws, to the letter, and what hostile clients make of it."""

import asyncio
from typing import Any

import orjson
import pytest
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp

from commerce.app import app_of, door_of
from commerce.channels import actions as channels
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.http import Pipeline
from commerce.kit.ids import new_key
from commerce.kit.live import socket as sockets
from commerce.settings import Environment, Settings
from tests.conftest import SECRET, Client, ShopUnderTest
from tests.live.conftest import Bought
from tests.live.wire import FOLLOW, PROTOCOL, Socket

INIT = {"type": "connection_init"}
ASK = {"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }"}}
NOTHING = "order_00000000000000000000000000"


def payload(**given: Any) -> dict[str, Any]:
    return {"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }", **given}}


async def test_other_protocols_are_not_spoken(app: ASGIApp) -> None:
    for offered in ([], ["graphql-ws"], ["soap"]):
        socket = Socket(app, *offered)
        assert (await socket.next())["subprotocol"] is None
        assert await socket.closed() == (4406, "Subprotocol not acceptable")


async def test_protocol_is_found_among_others(app: ASGIApp) -> None:
    socket = Socket(app, "graphql-ws", PROTOCOL)
    assert (await socket.next())["subprotocol"] == PROTOCOL
    await socket.leave()


@pytest.mark.parametrize(
    ("said", "code", "reason"),
    [
        (["not json"], 4400, "A message is a JSON object"),
        (["[]"], 4400, "A message is a JSON object"),
        (["[" * 100_000], 4400, "A message is a JSON object"),
        (['{"type": "connection_init"'], 4400, "A message is a JSON object"),
        ([{"type": "start"}], 4400, "Unknown type of message"),
        ([{"type": 7}], 4400, "Unknown type of message"),
        ([{}], 4400, "Unknown type of message"),
        (["x" * 1_000_001], 1009, "Message too big"),
        ([{"type": "connection_init", "payload": 7}], 4400, "The payload of connection_init is an object"),
        ([{"type": "ping", "payload": "x"}], 4400, "The payload of ping is an object"),
        ([{"type": "pong", "payload": []}], 4400, "The payload of pong is an object"),
        ([ASK], 4401, "Unauthorized"),
        ([INIT, INIT], 4429, "Too many initialisation requests"),
        ([INIT, {**ASK, "id": ""}], 4400, "A message of an operation has its id"),
        ([INIT, {**ASK, "id": 1}], 4400, "A message of an operation has its id"),
        ([INIT, {"type": "complete"}], 4400, "A message of an operation has its id"),
        ([INIT, {**ASK, "payload": None}], 4400, "The payload of subscribe holds a query"),
        ([INIT, payload(query=7)], 4400, "The payload of subscribe holds a query"),
        ([INIT, payload(variables=[])], 4400, "The payload of subscribe has odd variables"),
        ([INIT, payload(operationName=7)], 4400, "The payload of subscribe has odd operationName"),
        ([INIT, payload(extensions="x")], 4400, "The payload of subscribe has odd extensions"),
    ],
)
async def test_what_is_not_the_protocol_ends_the_socket(app: ASGIApp, said: list[Any], code: int, reason: str) -> None:
    socket = Socket(app, PROTOCOL)
    await socket.next()
    for message in said:
        socket.say(message)
    if INIT in said:
        assert await socket.hear() == {"type": "connection_ack"}
    assert await socket.closed() == (code, reason)


async def test_binary_messages_end_the_socket(app: ASGIApp) -> None:
    socket = Socket(app, PROTOCOL)
    await socket.next()
    socket.sent.put_nowait({"type": "websocket.receive", "bytes": orjson.dumps(INIT)})
    assert await socket.closed() == (4400, "Messages are text, not binary")


async def test_who_says_nothing_is_sent_away(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch, shop: ShopUnderTest
) -> None:
    monkeypatch.setattr(sockets, "FIRST_WORD", 0.05)
    socket = Socket(app_of(shop), PROTOCOL)
    await socket.next()
    assert await socket.closed() == (4408, "Connection initialisation timeout")


async def test_pings_are_answered(app: ASGIApp) -> None:
    socket = Socket(app, PROTOCOL)
    await socket.next()
    socket.say({"type": "ping"})
    assert await socket.hear() == {"type": "pong"}
    socket.say({"type": "pong"})
    socket.say({"type": "ping", "payload": {"n": 1}})
    assert await socket.hear() == {"type": "pong", "payload": {"n": 1}}
    await socket.leave()


async def test_queries_have_one_result(app: ASGIApp, bought: Bought) -> None:
    socket = await Socket.open(app)
    socket.subscribe("q", "{ context { channel { code } locale } }")
    told = {"channel": "web", "locale": "en", "country": "US", "currency": "USD"}
    heard = await socket.hear()
    assert (heard["id"], heard["type"]) == ("q", "next")
    assert heard["payload"]["data"] == {"context": {"channel": {"code": "web"}, "locale": "en"}}
    assert heard["payload"]["extensions"]["context"] == told
    assert await socket.hear() == {"id": "q", "type": "complete"}
    socket.subscribe("q", "{ __typename }")
    assert (await socket.hear())["payload"]["data"] == {"__typename": "Query"}
    assert await socket.hear() == {"id": "q", "type": "complete"}
    await socket.leave()


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", {}, "GRAPHQL_PARSE_FAILED"),
        ("", {}, "BAD_REQUEST"),
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a: orderUpdated(orderId: 1) { id } b: orderUpdated(orderId: 2) { id } }", {}, "GRAPHQL_VALIDATION_FAILED"),
        (FOLLOW, {}, "BAD_USER_INPUT"),
        (FOLLOW, {"id": "nonsense"}, "NOT_FOUND"),
        (FOLLOW, {"id": NOTHING}, "NOT_FOUND"),
    ],
)  # fmt: skip
async def test_operations_that_do_not_begin_get_an_error(app: ASGIApp, query: str, variables: Any, code: str) -> None:
    socket = await Socket.open(app)
    socket.subscribe("1", query, **variables)
    heard = await socket.hear()
    assert (heard["id"], heard["type"]) == ("1", "error")
    assert [error["extensions"]["code"] for error in heard["payload"]] == [code]
    socket.subscribe("1", "{ __typename }")
    assert (await socket.hear())["type"] == "next"
    await socket.leave()


async def test_faults_are_masked(app: ASGIApp, shop: ShopUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("the password is swordfish")

    shop.acting = Actor(ActorKind.STAFF, new_key(), frozenset([Permission.ORDERS_READ]))
    monkeypatch.setattr("commerce.orders.queries.orders_by_key", broken)
    socket = await Socket.open(app)
    socket.subscribe("1", FOLLOW, id=NOTHING)
    heard = await socket.hear()
    assert heard["type"] == "error"
    [error] = heard["payload"]
    assert (error["message"], error["extensions"]["code"]) == ("Something went wrong.", "INTERNAL")
    await socket.leave()


async def test_id_of_a_running_operation_is_taken(app: ASGIApp, bought: Bought) -> None:
    socket = await Socket.open(app)
    socket.subscribe("twice", FOLLOW, id=bought.id, checkout=bought.checkout)
    assert (await socket.hear())["type"] == "next"
    socket.subscribe("twice", "{ __typename }")
    assert await socket.closed() == (4409, "Subscriber for twice already exists")


async def test_reason_of_the_end_fits_into_its_frame(app: ASGIApp, bought: Bought) -> None:
    socket = await Socket.open(app)
    for _ in range(2):
        socket.subscribe("名" * 200, FOLLOW, id=bought.id, checkout=bought.checkout)
    while (event := await socket.next())["type"] != "websocket.close":
        pass
    assert event["code"] == 4409
    assert len(event["reason"].encode()) <= 123


async def test_client_may_stop_and_begin_again(app: ASGIApp, bought: Bought) -> None:
    socket = await Socket.open(app)
    for _ in range(30):
        socket.subscribe("1", FOLLOW, id=bought.id, checkout=bought.checkout)
        assert (await socket.hear())["payload"]["data"]["orderUpdated"]["status"] == "PENDING"
        socket.say({"id": "1", "type": "complete"})
        socket.say({"id": "unknown", "type": "complete"})
    assert await socket.is_silent()
    await socket.leave()


async def test_thousand_subscriptions_are_twenty(app: ASGIApp, bought: Bought, shop: ShopUnderTest) -> None:
    socket = await Socket.open(app)
    for i in range(1000):
        socket.subscribe(str(i), FOLLOW, id=bought.id, checkout=bought.checkout)
    refused, begun = set(), set()
    while len(refused) + len(begun) < 1000:
        heard = await socket.hear()
        if heard["type"] == "next":
            begun.add(heard["id"])
        else:
            assert heard["payload"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
            refused.add(heard["id"])
    assert (len(begun), len(refused)) == (20, 980)
    await socket.leave()


async def test_credentials_and_context_may_come_with_the_first_message(
    client: Client, app: ASGIApp, bought: Bought
) -> None:
    socket = await Socket.open(app, {"X-Channel": "asia", "accept-language": "zh-CN", "host": "evil.example"})
    socket.subscribe("1", "{ context { channel { code } locale } viewer { id } }")
    heard = await socket.hear()
    assert heard["payload"]["data"] == {
        "context": {"channel": {"code": "asia"}, "locale": "zh-Hans"},
        "viewer": None,
    }
    assert await socket.hear() == {"id": "1", "type": "complete"}
    socket.subscribe("2", 'query @inContext(channel: "web") { context { channel { code } } }')
    assert (await socket.hear())["payload"]["data"] == {"context": {"channel": {"code": "web"}}}
    await socket.leave()


@pytest.mark.parametrize("how", ["header", "payload"])
async def test_wrong_token_is_turned_away(app: ASGIApp, how: str) -> None:
    token = {"authorization": "Bearer nonsense"}
    socket = Socket(app, PROTOCOL, **(token if how == "header" else {}))
    await socket.next()
    socket.say({**INIT, "payload": token if how == "payload" else {}})
    assert await socket.closed() == (4403, "Forbidden")


async def test_client_that_reads_no_more_is_dropped(
    shop: ShopUnderTest, bought: Bought, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "SLOWEST", 0.1)
    socket = await Socket.open(app_of(shop))
    socket.is_stuck.clear()
    for key in "ab":
        socket.subscribe(key, FOLLOW, id=bought.id, checkout=bought.checkout)
    assert await socket.is_silent(0.3)
    await socket.done()


async def test_process_that_stops_says_so(shop: ShopUnderTest, bought: Bought, settings: Settings) -> None:
    door = door_of(settings)
    socket = await Socket.open(app_of(shop, door))
    socket.subscribe("1", FOLLOW, id=bought.id, checkout=bought.checkout)
    assert (await socket.hear())["type"] == "next"
    door.close()
    assert await socket.closed() == (1012, "Service restart")


async def test_queries_have_the_bounds_of_http(shop: ShopUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    async def forever(*_: Any) -> Any:
        await asyncio.sleep(60)

    app = app_of(shop)
    [live] = [route.app.live for route in app.routes if isinstance(route, WebSocketRoute)]
    live.patience, live.room.most = 0.1, 1
    monkeypatch.setattr(Pipeline, "answer", forever)
    socket = await Socket.open(app)
    for key in "ab":
        socket.subscribe(key, "{ __typename }")
    for key, code in (("b", "OVERLOADED"), ("a", "TIMEOUT")):
        heard = await socket.hear()
        assert (heard["id"], heard["type"], heard["payload"][0]["extensions"]["code"]) == (key, "error", code)
    await socket.leave()


def production(**given: Any) -> Settings:
    return Settings(env=Environment.PRODUCTION, secret=SECRET, **given)


@pytest.mark.parametrize(
    ("origin", "is_welcome"),
    [
        (None, True),
        ("https://shop.example", True),
        ("https://SHOP.example", True),
        ("http://shop.test", True),
        ("https://api.shop.example", True),
        ("https://evil.example", False),
        ("https://shop.example.evil.example", False),
        ("https://shop.test.evil.example", False),
        ("null", False),
        ("file://", False),
        ("http://[", False),
    ],
)
async def test_only_known_origins_come_in(
    shop: ShopUnderTest, settings: Settings, origin: str | None, is_welcome: bool
) -> None:
    shop.settings = production(
        allowed_origins="https://shop.example", public_url="https://api.shop.example/", media=settings.media
    )
    socket = Socket(app_of(shop), PROTOCOL, **({"origin": origin} if origin is not None else {}))
    event = await socket.next()
    if is_welcome:
        assert event["type"] == "websocket.accept"
        await socket.leave()
    else:
        assert event["type"] == "websocket.close"


async def test_connections_are_counted(shop: ShopUnderTest, settings: Settings) -> None:
    shop.settings = production(live_connections=3, live_connections_per_address=2, media=settings.media)
    app = app_of(shop)
    first = [Socket(app, PROTOCOL, address="2001:db8::1"), Socket(app, PROTOCOL, address="2001:db8::2")]
    for socket in first:
        assert (await socket.next())["type"] == "websocket.accept"
    neighbor = Socket(app, PROTOCOL, address="2001:db8::3")
    assert (await neighbor.next())["type"] == "websocket.accept"
    assert await neighbor.closed() == (1013, "Too many connections from this address.")
    other = Socket(app, PROTOCOL, address="2001:db8:1::3")
    assert (await other.next())["type"] == "websocket.accept"
    late = Socket(app, PROTOCOL, address="192.0.2.1")
    await late.next()
    assert await late.closed() == (1013, "Too many connections.")
    await first[0].leave()
    again = Socket(app, PROTOCOL, address="2001:db8::3")
    assert (await again.next())["subprotocol"] == PROTOCOL
    assert await again.is_silent()


async def test_mutation_that_has_begun_is_finished_when_the_client_leaves(
    client: Client, app: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gone, create = asyncio.Event(), asyncio.Event(), channels.create

    async def slowly(*given: Any, **named: Any) -> Any:
        begun.set()
        await gone.wait()
        return await create(*given, **named)

    monkeypatch.setattr(channels, "create", slowly)
    client.act(Permission.SETTINGS_WRITE)
    socket = await Socket.open(app)
    socket.subscribe("1", """mutation { channelCreate(input: {code: "new", name: [{locale: "en", text: "New"}], locales: ["en"],
        currencies: ["USD"], countries: ["US"], pricesIncludeTax: false}) { userErrors { code } } }""")  # fmt: skip
    await begun.wait()
    socket.sent.put_nowait({"type": "websocket.disconnect", "code": 1001})
    await socket.is_silent(0.05)
    gone.set()
    await socket.done()
    assert [one["code"] for one in (await client("{ channels { code } }"))["channels"]] == ["new"]
