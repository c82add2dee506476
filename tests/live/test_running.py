"""Real servers and real clients: browsers' WebSockets, streams over HTTP, two processes, and the end of one."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from commerce.kit import ids
from commerce.orders import actions as orders
from tests.accounts.documents import SIGN_IN
from tests.accounts.factory import PASSWORD, make_staff
from tests.live.test_orders import MARK_PAID
from tests.live.wire import FOLLOW, PROTOCOL
from tests.running.test_crash import Server, prepared, shop_at
from tests.shopfront import UPDATE, complete

pytestmark = pytest.mark.slow
SITE = "https://shop.example"


class Live(Server):
    """A server process of its own kind."""

    def __init__(self, url: str, folder: Path, **environment: str) -> None:
        super().__init__(url, folder)
        self.environment = {"COMMERCE_ALLOWED_ORIGINS": SITE, **environment}

    async def start(self) -> None:
        before = {name: os.environ.get(name) for name in self.environment}
        os.environ.update(self.environment)
        try:
            await super().start()
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value

    @contextlib.asynccontextmanager
    async def socket(self, **options: Any) -> AsyncIterator[ClientConnection]:
        address = f"ws://127.0.0.1:{self.port}/graphql"
        async with connect(address, subprotocols=[PROTOCOL], proxy=None, max_queue=None, **options) as socket:  # type: ignore[list-item]
            yield socket

    async def bought(self) -> dict[str, Any]:
        """The ids of an order that waits for a bank transfer, and of its checkout."""
        _, checkout = await prepared(self)
        transfer = next(o["id"] for o in checkout["paymentOptions"] if o["code"] == "manual.transfer")
        await self(UPDATE, input={"checkoutId": checkout["id"], "paymentOptionId": transfer})
        return {"id": (await complete(self, checkout))["order"]["id"], "checkout": checkout["id"]}

    async def changed(self, order: str) -> None:
        """Another process changes the order, and tells nobody."""
        async with shop_at(self.url, self.folder) as shop, shop.database.session() as session:
            orders.touch(session, await orders.lock(session, ids.decode("order", order)))


async def say(socket: ClientConnection, **message: Any) -> None:
    await socket.send(orjson.dumps(message).decode())


async def hear(socket: ClientConnection) -> Any:
    return orjson.loads(await asyncio.wait_for(socket.recv(), 10))


async def follow(socket: ClientConnection, variables: dict[str, Any], key: str = "1") -> Any:
    await say(socket, id=key, type="subscribe", payload={"query": FOLLOW, "variables": variables})
    return (await hear(socket))["payload"]["data"]["orderUpdated"]


async def greet(socket: ClientConnection) -> None:
    await say(socket, type="connection_init")
    assert await hear(socket) == {"type": "connection_ack"}


@pytest.fixture
async def server(empty_shop_url: str, tmp_path: Path) -> AsyncIterator[Live]:
    async with running(Live(empty_shop_url, tmp_path)) as server:
        yield server


@contextlib.asynccontextmanager
async def running(server: Live) -> AsyncIterator[Live]:
    await server.start()
    try:
        yield server
    finally:
        server.kill()
        await server.http.aclose()


async def test_without_redis_a_change_is_told_within_seconds(server: Live) -> None:
    bought = await server.bought()
    async with server.socket() as socket:
        await greet(socket)
        seen = await follow(socket, bought)
        began = time.monotonic()
        await server.changed(bought["id"])
        assert (await hear(socket))["payload"]["data"]["orderUpdated"]["version"] == seen["version"] + 1
        assert time.monotonic() - began < 4


async def test_with_redis_another_process_is_heard_at_once(empty_shop_url: str, tmp_path: Path) -> None:
    redis = {"REDIS_URL": os.environ["TEST_REDIS_URL"]}
    async with (
        running(Live(empty_shop_url, tmp_path, **redis)) as here,
        running(Live(empty_shop_url, tmp_path, **redis)) as there,
    ):
        bought = await here.bought()
        async with shop_at(here.url, here.folder) as shop:
            await make_staff(shop)
        signed_in = await there(SIGN_IN, email="ada@example.com", password=PASSWORD)
        headers = {"authorization": f"Bearer {signed_in['signIn']['tokens']['accessToken']}"}
        async with here.socket() as socket:
            await greet(socket)
            assert (await follow(socket, bought))["paymentStatus"] == "UNPAID"
            await asyncio.sleep(0.3)
            await there(MARK_PAID, headers, input={"orderId": bought["id"], "idempotencyKey": "paid"})
            began = time.monotonic()
            paid = (await hear(socket))["payload"]["data"]["orderUpdated"]
            assert time.monotonic() - began < 1
            assert (paid["status"], paid["paymentStatus"]) == ("PROCESSING", "PAID")


async def test_stream_is_read_as_it_comes(server: Live) -> None:
    bought = await server.bought()
    request = server.http.stream(
        "POST", "/graphql", json={"query": FOLLOW, "variables": bought}, headers={"accept": "text/event-stream"}
    )
    async with request as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        lines = answer.aiter_lines()
        seen = await _next(lines)
        await server.changed(bought["id"])
        assert (await _next(lines))["version"] == seen["version"] + 1


async def _next(lines: AsyncIterator[str]) -> Any:
    async with asyncio.timeout(10):
        async for line in lines:
            if line.startswith("data: "):
                return orjson.loads(line.removeprefix("data: "))["data"]["orderUpdated"]
    raise AssertionError("the stream has ended")


async def test_when_the_server_stops_everyone_is_told_and_it_stops(server: Live) -> None:
    bought = await server.bought()
    assert server.process is not None
    request = server.http.stream(
        "POST", "/graphql", json={"query": FOLLOW, "variables": bought}, headers={"accept": "text/event-stream"}
    )
    async with server.socket() as socket, request as answer:
        await greet(socket)
        await follow(socket, bought)
        lines = answer.aiter_lines()
        await _next(lines)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            await hear(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        assert [line async for line in lines if line.startswith("event")] == []
        await asyncio.to_thread(server.process.wait, 10)
        assert time.monotonic() - began < 5


async def test_hostile_clients_are_dropped_and_others_served(server: Live) -> None:
    bought = await server.bought()
    for origin in ("https://evil.example", "null"):
        with pytest.raises(InvalidStatus) as refused:
            async with server.socket(origin=origin):
                pass
        assert refused.value.response.status_code == 403
    async with server.socket(origin=SITE) as socket:
        await greet(socket)
    for message, code in ((b"\0\1", 4400), ("x" * 1_000_001, 1009), ('{"type":', 4400), ("[" * 900_000, 4400)):
        async with server.socket() as socket:
            await socket.send(message)
            with pytest.raises(ConnectionClosed):
                await hear(socket)
            assert socket.close_code == code
    async with contextlib.AsyncExitStack() as stack:
        idle = [await stack.enter_async_context(server.socket()) for _ in range(100)]
        surplus = await stack.enter_async_context(server.socket())
        with pytest.raises(ConnectionClosed):
            await surplus.recv()
        assert surplus.close_code == 1013
        for socket in idle[:20]:
            await greet(socket)
            for i in range(50):
                await say(socket, id=str(i), type="subscribe", payload={"query": FOLLOW, "variables": bought})
        began = time.monotonic()
        assert (await server("{ __typename }")) == {"__typename": "Query"}
        assert time.monotonic() - began < 2
        for socket in idle[20:22]:  # who says nothing
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(socket.recv(), 15)
            assert socket.close_code == 4408
    async with server.socket() as socket:
        await greet(socket)
        assert (await follow(socket, bought))["status"] == "PENDING"


async def test_other_addresses_have_no_sockets(server: Live) -> None:
    with pytest.raises(InvalidStatus):
        async with connect(f"ws://127.0.0.1:{server.port}/healthz", proxy=None):
            pass
    assert (await server.http.get("/healthz")).status_code == 200
    with pytest.raises(httpx.HTTPStatusError):
        (await server.http.get("/graphql", headers={"upgrade": "h2c"})).raise_for_status()
