"""The endpoint at `/graphql`, as an ASGI application."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from commerce.kit.answers import Kept
from commerce.kit.answers.kept import written
from commerce.kit.http.caching import CacheHeaders, is_known_to, status
from commerce.kit.http.faults import NotRun
from commerce.kit.http.pipeline import Answer, Pipeline
from commerce.kit.http.request import Malformed, asked_by, content, headers_of
from commerce.kit.http.response import IN_GZIP, JSON, RawHeaders, is_to_be_packed, negotiated, raw, respond
from commerce.kit.http.watching import Room, Watch

_ASKS = re.compile(rb"(^|&)(query|extensions|documentId|doc_id|id)=")
Page = Callable[[], Awaitable[Response]]


class Endpoint:
    """Answers queries and mutations. Browsers that ask for HTML by name get the explorer, if there is one.

    `varies_by` are the request's headers that answers depend on, beside `Accept` and `Authorization`; `cdn_seconds` for
    how long a CDN need not ask; `most` is how many operations may be under way, and `patience` how many seconds a query
    may take.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        explorer: Page | None = None,
        varies_by: Sequence[str] = (),
        cdn_seconds: int = 0,
        most: int = 80,
        patience: float = 15.0,
    ) -> None:
        self.pipeline = pipeline
        self.room = Room(most)
        self.patience = patience
        self.explorer = explorer
        self.answers = pipeline.answers
        self.caching = CacheHeaders(varies_by, cdn_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            send = _without_body(send)
        headers = headers_of(scope)
        accept = headers.get("accept", "")
        if "text/html" in accept and scope["method"] in ("GET", "HEAD") and not _ASKS.search(scope["query_string"]):
            await self._explore(scope, receive, send)
            return
        media = negotiated(accept)
        try:
            if media is None:
                raise _not_acceptable()
            said = await content(scope, receive, headers)
            way = self.answers.way(scope, said) if self.answers is not None else None
            if way is not None and await self._answer_at_hand(scope, send, way, media, headers):
                return
            asked = asked_by(scope["method"], said)
            asked.way = way
            with self.room, Watch(receive, self.patience) as watch:
                prepared = await self.pipeline.prepare(asked, HTTPConnection(scope))
                if not prepared.is_reading:
                    watch.end()
                prepared.context.cookies = []
                answer = await self.pipeline.answer(prepared)
        except (Malformed, NotRun) as error:
            await self._refuse(send, media or JSON, error)
        except ClientDisconnect:
            return
        else:
            await self._answer(scope, send, media, answer, headers)

    async def _answer_at_hand(
        self, scope: Scope, send: Send, way: bytes, media: str, headers: Mapping[str, str]
    ) -> bool:
        """Answer as this very request was answered before, if that is still true and the client may go on."""
        assert self.answers is not None
        kept = self.answers.at_hand(way)
        if kept is None:
            return False
        extensions: Mapping[str, Any] = kept.extensions
        if self.pipeline.gate is not None:
            cost = await self.pipeline.gate.admit_again(scope, kept)
            if cost is None:
                return False
            extensions = {**extensions, "cost": cost}
        await self._repeat(scope, send, media, kept, extensions, "hit", headers)
        return True

    async def _answer(self, scope: Scope, send: Send, media: str, answer: Answer, headers: Mapping[str, str]) -> None:
        if answer.kept is not None:
            await self._repeat(scope, send, media, answer.kept, answer.context.extensions, answer.status, headers)
            return
        said = self.caching.own(answer.context.locales[0])
        if self.answers is not None:
            said = said + status(answer.status)
        if answer.context.cookies:
            said = said + [(b"set-cookie", cookie.encode()) for cookie in answer.context.cookies]
        await respond(send, 200, media, answer.body, said, headers.get("accept-encoding", ""))

    async def _repeat(
        self,
        scope: Scope,
        send: Send,
        media: str,
        kept: Kept,
        extensions: Mapping[str, Any],
        how: str,
        headers: Mapping[str, str],
    ) -> None:
        """Answer with what everyone is told. To a GET in words that any cache may repeat; who has them is told so."""
        assert self.answers is not None
        if scope["method"] == "POST":
            said = self.caching.own(kept.language) + status(how)
        else:
            extensions = kept.extensions
            said = self.caching.shareable(kept, self.answers.clock().timestamp()) + status(how)
            if is_known_to(headers.get("if-none-match"), kept):
                await send({"type": "http.response.start", "status": 304, "headers": said})
                await send({"type": "http.response.body", "body": b""})
                return
        if is_to_be_packed(kept.data, headers.get("accept-encoding", "")):
            await respond(send, 200, media, kept.packed(extensions), said + IN_GZIP)
        else:
            await respond(send, 200, media, written(kept.data, extensions), said)

    async def _explore(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.explorer is None:
            await self._refuse(send, JSON, Malformed(406, "The explorer is switched off.", "NOT_ACCEPTABLE"))
        else:
            page = await self.explorer()
            await page(scope, receive, send)

    async def _refuse(self, send: Send, media: str, error: Malformed | NotRun) -> None:
        """A well-formed request that was not run has status 200 in the older media type."""
        body: dict[str, Any] = {"errors": error.errors}
        headers: RawHeaders = raw(error.headers)
        if isinstance(error, NotRun) and error.context is not None:
            headers += self.caching.own(error.context.locales[0])
            if error.context.extensions:
                body["extensions"] = error.context.extensions
        is_told_inside = isinstance(error, NotRun) and error.status == 400 and media == JSON
        code = 200 if is_told_inside else error.status
        await respond(send, code, media, orjson.dumps(body, default=str), headers)


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return send_head


def _not_acceptable() -> Malformed:
    return Malformed(406, "Answers are application/graphql-response+json or application/json.", "NOT_ACCEPTABLE")
