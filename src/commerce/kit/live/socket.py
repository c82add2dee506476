"""GraphQL over WebSocket, by the protocol `graphql-transport-ws`: one socket, many operations."""

import asyncio
import contextlib
from collections.abc import Collection, Mapping
from typing import Any
from uuid import uuid4

import orjson
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from commerce.kit.errors import RequestError
from commerce.kit.http import LARGEST_BODY, Asked, Malformed, NotRun, asked_from
from commerce.kit.http.faults import trouble
from commerce.kit.live.door import Door
from commerce.kit.live.stream import LIVE_ANYTHING, Live, ends_at

PROTOCOL = "graphql-transport-ws"
FIRST_WORD = 10.0
"""Seconds in which a client says `connection_init`."""
SLOWEST = 10.0
"""Seconds in which a client takes a message; one that reads no more is dropped."""
MOST_AT_ONCE = 20
LONGEST_REASON = 123
"""Bytes that a close frame has room for."""


class Closing(Exception):
    """Why the socket is closed, by the codes of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:LONGEST_REASON].decode(errors="ignore")


class Sockets:
    """Where sockets come in. `carried` are the headers that a client may also give in `connection_init`."""

    def __init__(self, live: Live, door: Door, carried: Collection[str]) -> None:
        self.live = live
        self.door = door
        self.carried = frozenset(name.lower() for name in carried)
        self.first_word, self.slowest = FIRST_WORD, SLOWEST

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        socket = Socket(self, websocket)
        try:
            with self.door.enter(websocket, socket.leave):
                await socket.serve()
        except Malformed as refusal:
            if refusal.status != 403:  # a page of a stranger is not even told why
                await websocket.accept()
            await websocket.close(1013, str(refusal))


class Socket:
    """One open socket: who it belongs to, and the operations that run over it."""

    def __init__(self, sockets: Sockets, websocket: WebSocket) -> None:
        self.sockets = sockets
        self.websocket = websocket
        self.connection: HTTPConnection | None = None
        self.running: dict[str, asyncio.Task[None]] = {}
        self.at_end: Closing | None = Closing(4408, "Connection initialisation timeout")
        self.time = asyncio.timeout(sockets.first_word)

    def end(self, closing: Closing | None) -> None:
        """End from elsewhere than the loop that reads; None when there is nobody left to tell why."""
        self.at_end = closing
        with contextlib.suppress(RuntimeError):  # it ends already
            self.time.reschedule(0)

    def leave(self) -> None:
        self.end(Closing(1012, "Service restart"))

    async def serve(self) -> None:
        """Answer until one side has enough."""
        closing: Closing | None = None
        try:
            is_spoken = PROTOCOL in self.websocket.scope["subprotocols"]
            await self.websocket.accept(PROTOCOL if is_spoken else None)
            if not is_spoken:
                raise Closing(4406, "Subprotocol not acceptable")  # noqa: TRY301  (closes as any other)
            async with self.time:
                while True:
                    await self._take(await self._next())
        except Closing as reason:
            closing = reason
        except TimeoutError:
            closing = self.at_end
        except WebSocketDisconnect:
            pass
        finally:
            await self._stop(*self.running.values())
        if closing is not None:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
                async with asyncio.timeout(self.sockets.slowest):
                    await self.websocket.close(closing.code, closing.reason)

    async def _next(self) -> Mapping[str, Any]:
        event = await self.websocket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event["code"])
        text = event.get("text")
        if text is None:
            raise Closing(4400, "Messages are text, not binary")
        if len(text) > LARGEST_BODY:
            raise Closing(1009, "Message too big")
        try:
            message = orjson.loads(text)
        except orjson.JSONDecodeError:
            message = None
        if not isinstance(message, dict):
            raise Closing(4400, "A message is a JSON object")
        return message

    async def _take(self, message: Mapping[str, Any]) -> None:
        match message.get("type"):
            case "connection_init":
                await self._begin(message.get("payload"))
            case "ping":
                payload = _object(message.get("payload"), "ping")
                await self._send({"type": "pong", **({} if payload is None else {"payload": payload})})
            case "pong":
                _object(message.get("payload"), "pong")
            case "subscribe":
                await self._subscribe(message.get("id"), message.get("payload"))
            case "complete":
                await self._stop(*filter(None, [self.running.pop(_id(message.get("id")), None)]))
            case _:
                raise Closing(4400, "Unknown type of message")

    async def _begin(self, payload: Any) -> None:
        """Find out who it is. A caller who is known is so for as long as the credential holds."""
        if self.connection is not None:
            raise Closing(4429, "Too many initialisation requests")
        given = _object(payload, "connection_init") or {}
        self.connection = _carrying(self.websocket.scope, given, self.sockets.carried)
        try:
            context = await self.sockets.live.pipeline.new_context(self.connection)
        except RequestError as error:
            raise Closing(4403, "Forbidden") from error
        except Exception as error:
            trouble(error, uuid4().hex)
            raise Closing(1013, "Try again later") from error
        self.at_end = Closing(4403, "Forbidden")
        self.time.reschedule(ends_at(context))
        await self._send({"type": "connection_ack"})

    async def _subscribe(self, key: Any, payload: Any) -> None:
        key = _id(key)
        if self.connection is None:
            raise Closing(4401, "Unauthorized")
        if key in self.running:
            raise Closing(4409, f"Subscriber for {key} already exists")
        _check_shape(payload)
        try:
            if len(self.running) >= MOST_AT_ONCE:
                raise Malformed(429, f"At most {MOST_AT_ONCE} operations at once.", "LIMIT_EXCEEDED")  # noqa: TRY301
            asked = asked_from(payload, LIVE_ANYTHING)
        except Malformed as refusal:
            await self._send({"id": key, "type": "error", "payload": refusal.errors})
        else:
            self.running[key] = asyncio.create_task(self._run(key, asked, self.connection))

    async def _run(self, key: str, asked: Asked, connection: HTTPConnection) -> None:
        """One operation, from its first message to its last."""
        live = self.sockets.live
        last: dict[str, Any] = {"id": key, "type": "complete"}
        head = b'{"id":' + orjson.dumps(key) + b',"type":"next","payload":'
        try:
            prepared = await live.pipeline.prepare(asked, connection)
            async with contextlib.aclosing(live.messages(prepared, connection)) as bodies:
                async for body in bodies:
                    await self._write((head + body + b"}").decode())
        except (Malformed, NotRun) as error:
            last = {"id": key, "type": "error", "payload": error.errors}
        self.running.pop(key, None)
        await self._send(last)

    async def _send(self, message: Mapping[str, Any]) -> None:
        await self._write(orjson.dumps(message, default=str).decode())

    async def _write(self, text: str) -> None:
        try:
            async with asyncio.timeout(self.sockets.slowest):
                await self.websocket.send_text(text)
        except TimeoutError:
            self.end(Closing(1013, "Too slow"))
        except (WebSocketDisconnect, RuntimeError):
            self.end(None)

    async def _stop(self, *tasks: asyncio.Task[None]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _carrying(scope: Scope, given: Mapping[str, Any], carried: Collection[str]) -> HTTPConnection:
    """The connection, with what the client gave in place of headers. A key of idempotency is none for all of it."""
    taken = {
        name.lower().encode(): value.encode("latin-1", "replace")
        for name, value in given.items()
        if isinstance(value, str) and name.lower() in carried
    }
    dropped = taken.keys() | {b"idempotency-key"}
    headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
    return HTTPConnection({**scope, "headers": [*headers, *taken.items()]})


def _id(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise Closing(4400, "A message of an operation has its id")
    return value


def _object(payload: Any, kind: str) -> dict[str, Any] | None:
    if not isinstance(payload, dict | None):
        raise Closing(4400, f"The payload of {kind} is an object")
    return payload


_SHAPE = {"operationName": str, "variables": dict, "extensions": dict}


def _check_shape(payload: Any) -> None:
    """A `subscribe` that is none ends the socket; one that cannot be answered gets an error."""
    if not isinstance(payload, dict) or not isinstance(payload.get("query", ""), str):
        raise Closing(4400, "The payload of subscribe holds a query")
    for name, kind in _SHAPE.items():
        if not isinstance(payload.get(name), kind | None):
            raise Closing(4400, f"The payload of subscribe has odd {name}")
