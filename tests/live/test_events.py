"""GraphQL over server-sent events, in distinct connections."""

import asyncio
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from starlette.types import ASGIApp

from commerce.app import app_of, door_of
from commerce.kit.hub import Hub
from commerce.kit.live import events as streams
from commerce.settings import Environment, Settings
from tests.conftest import SECRET, Client, ShopUnderTest
from tests.live.conftest import Bought
from tests.live.test_orders import mark_paid
from tests.live.wire import FOLLOW, Events

COMPLETE = b"event: complete\ndata:\n\n"


def asking(**given: Any) -> bytes:
    return urlencode({k: v if isinstance(v, str) else orjson.dumps(v).decode() for k, v in given.items()}).encode()


async def test_order_is_followed(client: Client, app: ASGIApp, bought: Bought) -> None:
    events = Events(app, FOLLOW, {"id": bought.id, "checkout": bought.checkout})
    status, headers = await events.head()
    assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store, no-transform", "no")
    first = await events.hear()
    assert first["data"]["orderUpdated"]["status"] == "PENDING"
    assert first["extensions"]["context"]["channel"] == "web"
    client.act()
    await mark_paid(client, bought.id)
    assert (await events.hear())["data"]["orderUpdated"]["paymentStatus"] == "PAID"
    await events.leave()


async def test_event_source_of_a_browser_follows_by_get(app: ASGIApp, bought: Bought) -> None:
    variables = {"id": bought.id, "checkout": bought.checkout}
    events = Events(app, None, method="GET", query_string=asking(query=FOLLOW, variables=variables))
    assert (await events.head())[0] == 200
    assert (await events.hear())["data"]["orderUpdated"]["id"] == bought.id
    await events.leave()


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_query_has_one_result(app: ASGIApp, method: str) -> None:
    query = None if method == "GET" else "{ __typename }"
    events = Events(app, query, method=method, query_string=asking(query="{ __typename }"))
    assert (await events.head())[0] == 200
    assert (await events.hear())["data"] == {"__typename": "Query"}
    assert await events.words() == COMPLETE
    await events.done()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        (FOLLOW, "BAD_USER_INPUT"),
        ('subscription { orderUpdated(orderId: "x") { id } }', "NOT_FOUND"),
    ],
)
async def test_what_is_wrong_with_an_operation_is_told_in_the_stream(app: ASGIApp, query: str, code: str) -> None:
    events = Events(app, query)
    assert (await events.head())[0] == 200
    heard = await events.hear()
    assert [error["extensions"]["code"] for error in heard["errors"]] == [code]
    assert "data" not in heard
    assert await events.words() == COMPLETE
    await events.done()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"query": None}, 400),
        ({"query": FOLLOW, "method": "PUT"}, 405),
        ({"query": FOLLOW, "content_type": "text/plain"}, 415),
        ({"query": None, "method": "GET", "query_string": asking(query="mutation { signOut { userErrors { code } } }")}, 405),
        ({"query": FOLLOW, "authorization": "Bearer nonsense", "variables": {"id": "x"}}, 401),
    ],
)  # fmt: skip
async def test_requests_that_are_none_are_answered_as_json(app: ASGIApp, given: Any, status: int) -> None:
    if "content_type" in given:
        given = {**{k: v for k, v in given.items() if k != "content_type"}, "content-type": given["content_type"]}
    events = Events(app, **given)
    found, headers = await events.head()
    assert (found, headers["content-type"]) == (status, "application/json; charset=utf-8")
    assert orjson.loads((await events.next())["body"])["errors"][0]["extensions"]["code"]
    await events.done()


@pytest.mark.parametrize(
    ("accept", "is_stream"),
    [
        ("text/event-stream", True),
        ("text/event-stream, multipart/mixed", True),
        ("text/event-stream, */*;q=0.1", True),
        ("application/graphql-response+json, application/json, text/event-stream, multipart/mixed", False),
        ("application/json;q=0.5, text/event-stream", True),
        ("text/event-stream;q=0, application/json", False),
        ("*/*", False),
    ],
)
async def test_only_who_likes_streams_best_gets_one(app: ASGIApp, accept: str, is_stream: bool) -> None:
    events = Events(app, "{ __typename }", accept=accept)
    assert ("event-stream" in (await events.head())[1]["content-type"]) is is_stream
    await events.done()


async def test_subscription_without_a_stream_is_told_where_to_go(client: Client) -> None:
    answer = await client.send('subscription { orderUpdated(orderId: "x") { id } }')
    assert (
        answer["errors"][0]["message"] == "Follow a subscription over a WebSocket, or with Accept: text/event-stream."
    )


async def test_silence_is_filled(shop: ShopUnderTest, bought: Bought, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BEAT", 0.02)
    events = Events(app_of(shop), FOLLOW, {"id": bought.id, "checkout": bought.checkout})
    await events.head()
    await events.hear()
    for _ in range(3):
        assert (await events.next())["body"] == b":\n\n"
    await events.leave()


async def test_client_that_goes_ends_what_it_followed(app: ASGIApp, bought: Bought, shop: ShopUnderTest) -> None:
    hub = shop.resources[Hub]
    events = Events(app, FOLLOW, {"id": bought.id, "checkout": bought.checkout})
    await events.head()
    await events.hear()
    assert len(hub._followers) == 1
    await events.leave()
    assert len(hub._followers) == 0
    for _ in range(50):
        await asyncio.sleep(0.02)
        if not hub._tasks:
            return
    raise AssertionError("it goes on looking for nobody")


async def test_client_that_reads_no_more_is_dropped(
    shop: ShopUnderTest, bought: Bought, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "SLOWEST", 0.1)
    events = Events(app_of(shop), FOLLOW, {"id": bought.id, "checkout": bought.checkout})
    await events.head()
    events.is_stuck.clear()
    await events.done()
    assert len(shop.resources[Hub]._followers) == 0


async def test_process_that_stops_cuts_the_stream(shop: ShopUnderTest, bought: Bought, settings: Settings) -> None:
    """Without a last word, so that the client comes back."""
    door = door_of(settings)
    events = Events(app_of(shop, door), FOLLOW, {"id": bought.id, "checkout": bought.checkout})
    await events.head()
    await events.hear()
    door.close()
    assert await events.next() == {"type": "http.response.body", "body": b"", "more_body": False}
    await events.done()


async def test_pages_of_others_do_not_follow(shop: ShopUnderTest, settings: Settings) -> None:
    shop.settings = Settings(
        env=Environment.PRODUCTION, secret=SECRET, allowed_origins="https://shop.example", media=settings.media
    )
    app = app_of(shop)
    for method in ("GET", "POST"):
        given = {"query": "{ __typename }"} if method == "POST" else {"query": None}
        query_string = asking(query="{ __typename }") if method == "GET" else b""
        bad = Events(app, **given, method=method, query_string=query_string, origin="https://evil.example")
        assert (await bad.head())[0] == 403
        good = Events(app, **given, method=method, query_string=query_string, origin="https://shop.example")
        status, headers = await good.head()
        assert (status, headers["access-control-allow-origin"]) == (200, "https://shop.example")
        await good.done()


async def test_streams_and_sockets_are_counted_together(
    shop: ShopUnderTest, bought: Bought, settings: Settings
) -> None:
    shop.settings = Settings(
        env=Environment.PRODUCTION, secret=SECRET, live_connections_per_address=1, media=settings.media
    )
    app = app_of(shop)
    first = Events(app, FOLLOW, {"id": bought.id, "checkout": bought.checkout})
    assert (await first.head())[0] == 200
    second = Events(app, "{ __typename }")
    status, headers = await second.head()
    assert (status, headers["retry-after"]) == (429, "10")
    await first.leave()
    third = Events(app, "{ __typename }")
    assert (await third.head())[0] == 200
    await third.done()
