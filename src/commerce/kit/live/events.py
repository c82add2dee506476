"""GraphQL over server-sent events, in the mode of distinct connections: one request, a stream of its messages."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from commerce.kit.http import JSON, READING, RESPONSE_JSON, Malformed, NotRun, Prepared, negotiated
from commerce.kit.http.request import headers_of, read
from commerce.kit.http.response import EVENT_STREAM, raw, respond
from commerce.kit.live.door import Door
from commerce.kit.live.stream import LIVE_ANYTHING, LIVE_READING, Live, ends_at

BEAT = 15.0
"""Seconds without a message after which a comment shows that the stream is alive."""
SLOWEST = 10.0
"""Seconds in which a client takes a message; one that reads no more is dropped."""
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
_NAME = EVENT_STREAM.encode()
COMMENT = b":\n\n"
COMPLETE = b"event: complete\ndata:\n\n"
EXPIRED = {"message": "The access token has expired.", "extensions": {"code": "UNAUTHENTICATED"}}


class Slow(Exception):
    """The client reads no more."""


class EventStreams:
    """Answers with a stream who likes `text/event-stream` best, and leaves the others to `otherwise`."""

    def __init__(self, live: Live, door: Door, otherwise: ASGIApp) -> None:
        self.live = live
        self.door = door
        self.otherwise = otherwise
        self.beat, self.slowest = BEAT, SLOWEST

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _likes_streams(scope):
            await self.otherwise(scope, receive, send)
            return
        headers = headers_of(scope)
        connection, stream = HTTPConnection(scope), Stream(self, send)
        try:
            with self.door.enter(connection, stream.end):
                await self._serve(scope, receive, headers, stream)
        except (Malformed, NotRun) as error:
            body = orjson.dumps({"errors": error.errors}, default=str)
            await respond(send, error.status, JSON, body, raw(error.headers))
        except (ClientDisconnect, OSError, Slow):
            return

    async def _serve(self, scope: Scope, receive: Receive, headers: Mapping[str, str], stream: "Stream") -> None:
        asked = await read(scope, receive, headers)
        asked.allowed = LIVE_READING if asked.allowed == READING else LIVE_ANYTHING
        connection = HTTPConnection(scope)
        try:
            prepared = await self.live.pipeline.prepare(asked, connection)
        except NotRun as error:
            if error.status != 400:
                raise
            await stream.begin()
            await stream.finish(error.errors)
        else:
            watch = asyncio.create_task(_watch(receive, stream))
            try:
                await stream.serve(prepared, self.live.messages(prepared, connection))
            finally:
                watch.cancel()


class Stream:
    """One stream that is open."""

    def __init__(self, streams: EventStreams, send: Send) -> None:
        self.streams = streams
        self.send = send
        self.time = asyncio.timeout(None)
        self.is_cut = False

    def end(self) -> None:
        """End it without a last word, so that the client comes back."""
        self.is_cut = True
        with contextlib.suppress(RuntimeError):  # it has not begun or is over
            self.time.reschedule(0)

    async def serve(self, prepared: Prepared, bodies: AsyncGenerator[bytes]) -> None:
        """Every message until there are no more, the client leaves, or the credential ends."""
        context, errors = prepared.context, None
        await self.begin()
        try:
            async with self.time, contextlib.aclosing(_with_beats(bodies, self.streams.beat)) as beats:
                self.time.reschedule(0 if self.is_cut else ends_at(context))
                async for body in beats:
                    await self.write(b"event: next\ndata: " + body + b"\n\n" if body else COMMENT)
        except NotRun as error:
            errors = error.errors
        except TimeoutError:
            if self.is_cut:
                await self.write(b"", is_last=True)
                return
            errors = [EXPIRED]
        await self.finish(errors)

    async def begin(self) -> None:
        await self.send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await self.write(COMMENT)

    async def finish(self, errors: list[dict[str, Any]] | None) -> None:
        if errors:
            await self.write(b"event: next\ndata: " + orjson.dumps({"errors": errors}, default=str) + b"\n\n")
        await self.write(COMPLETE, is_last=True)

    async def write(self, data: bytes, *, is_last: bool = False) -> None:
        try:
            async with asyncio.timeout(self.streams.slowest):
                await self.send({"type": "http.response.body", "body": data, "more_body": not is_last})
        except TimeoutError as error:
            raise Slow from error


async def _with_beats(bodies: AsyncGenerator[bytes], beat: float) -> AsyncGenerator[bytes]:
    """The messages, and nothing whenever none came for a while."""
    step: asyncio.Task[bytes] = asyncio.ensure_future(anext(bodies))
    try:
        while True:
            await asyncio.wait({step}, timeout=beat)
            if not step.done():
                yield b""
                continue
            try:
                body = step.result()
            except StopAsyncIteration:
                return
            yield body
            step = asyncio.ensure_future(anext(bodies))
    finally:
        step.cancel()
        await asyncio.gather(step, return_exceptions=True)
        await bodies.aclose()


async def _watch(receive: Receive, stream: Stream) -> None:
    """End the stream when the client goes."""
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


def _likes_streams(scope: Scope) -> bool:
    """Whether a stream is what a client likes best. Many name it behind JSON with every query that they send."""
    if not any(name == b"accept" and _NAME in value for name, value in scope["headers"]):
        return False
    return negotiated(headers_of(scope)["accept"], (EVENT_STREAM, JSON, RESPONSE_JSON)) == EVENT_STREAM
