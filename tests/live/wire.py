"""Clients of the two live protocols: without a network, and word for word."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from starlette.types import ASGIApp

PROTOCOL = "graphql-transport-ws"
FOLLOW = """subscription($id: ID!, $checkout: ID) { orderUpdated(orderId: $id, checkoutId: $checkout) {
  id version status paymentStatus fulfillmentStatus } }"""
WHILE = 5.0
"""Seconds that a test waits for what must come."""


class Wire:
    """An ASGI application at one end, a test at the other."""

    wires: ClassVar[list["Wire"]] = []

    def __init__(self, app: ASGIApp, scope: Mapping[str, Any]) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.got: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.is_stuck = asyncio.Event()
        self.is_stuck.set()
        self.task = asyncio.create_task(app({**scope, "state": {}, "app": None}, self.sent.get, self._take))
        self.wires.append(self)

    async def _take(self, event: Any) -> None:
        await self.is_stuck.wait()
        self.got.put_nowait(event)

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.got.get(), WHILE)

    @classmethod
    async def cut(cls) -> None:
        """Cut all wires that a test has left."""
        tasks = [wire.task for wire in cls.wires]
        cls.wires.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def done(self) -> None:
        await asyncio.wait_for(self.task, WHILE)


def scope_of(kind: str, headers: Mapping[str, str], address: str = "192.0.2.7", **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "http" if kind == "http" else "ws",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "client": (address, 50_000),
        "server": ("shop.test", 80),
        "headers": [(n.lower().encode(), v.encode()) for n, v in {"host": "shop.test", **headers}.items()],
        **more,
    }


class Socket(Wire):
    """A WebSocket to the shop."""

    def __init__(self, app: ASGIApp, *protocols: str, address: str = "192.0.2.7", **headers: str) -> None:
        more = {"subprotocols": list(protocols), "extensions": {"websocket.http.response": {}}}
        super().__init__(app, scope_of("websocket", headers, address, **more))
        self.sent.put_nowait({"type": "websocket.connect"})

    @classmethod
    async def open(cls, app: ASGIApp, payload: Any = None, **headers: str) -> "Socket":
        """A socket whose client is known."""
        socket = cls(app, PROTOCOL, **headers)
        assert (await socket.next())["subprotocol"] == PROTOCOL
        socket.say({"type": "connection_init", **({"payload": payload} if payload else {})})
        assert await socket.hear() == {"type": "connection_ack"}
        return socket

    def say(self, message: Any) -> None:
        text = message if isinstance(message, str) else orjson.dumps(message).decode()
        self.sent.put_nowait({"type": "websocket.receive", "text": text})

    def subscribe(self, key: str, query: str, **variables: Any) -> None:
        self.say({"id": key, "type": "subscribe", "payload": {"query": query, "variables": variables}})

    async def hear(self) -> Any:
        event = await self.next()
        assert event["type"] == "websocket.send", event
        return orjson.loads(event["text"])

    async def closed(self) -> tuple[int, str]:
        event = await self.next()
        assert event["type"] == "websocket.close", event
        await self.done()
        return event["code"], event["reason"]

    async def leave(self) -> None:
        self.sent.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await self.done()

    async def is_silent(self, seconds: float = 0.15) -> bool:
        await asyncio.sleep(seconds)
        return self.got.empty()


class Events(Wire):
    """A stream of events from the shop."""

    def __init__(
        self,
        app: ASGIApp,
        query: str | None,
        variables: Any = None,
        method: str = "POST",
        query_string: bytes = b"",
        address: str = "192.0.2.7",
        **headers: str,
    ) -> None:
        sent = {"accept": "text/event-stream", "content-type": "application/json", **headers}
        super().__init__(app, scope_of("http", sent, address, method=method, query_string=query_string))
        body = orjson.dumps({"query": query, "variables": variables or {}}) if query is not None else b"{"
        self.sent.put_nowait({"type": "http.request", "body": body})

    async def head(self) -> tuple[int, dict[str, str]]:
        event = await self.next()
        return event["status"], {name.decode(): value.decode() for name, value in event["headers"]}

    async def words(self) -> bytes:
        """The next bytes that are no comment; none at the end."""
        while (event := await self.next()).get("body") == b":\n\n":
            pass
        return event["body"]

    async def hear(self) -> Any:
        """The next message."""
        body = await self.words()
        head, _, data = body.partition(b"\ndata:")
        assert (head, body[-2:]) == (b"event: next", b"\n\n"), body
        return orjson.loads(data)

    async def leave(self) -> None:
        self.sent.put_nowait({"type": "http.disconnect"})
        await self.done()
