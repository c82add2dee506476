"""The endpoint at `/graphql`, as an ASGI application."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from commerce.kit.http.faults import NotRun
from commerce.kit.http.pipeline import Pipeline
from commerce.kit.http.request import Malformed, headers_of, read
from commerce.kit.http.response import JSON, RawHeaders, negotiated, raw, respond

_ASKS = re.compile(rb"(^|&)(query|extensions)=")
Page = Callable[[], Awaitable[Response]]


class Endpoint:
    """Answers queries and mutations. Browsers that ask for HTML by name get the explorer, if there is one.

    `varies_by` are the request's headers that answers depend on, beside `Accept` and `Authorization`.
    """

    def __init__(self, pipeline: Pipeline, *, explorer: Page | None = None, varies_by: Sequence[str] = ()) -> None:
        self.pipeline = pipeline
        self.explorer = explorer
        self.vary = ", ".join(("Accept", "Authorization", *varies_by))
        self._said: dict[str, RawHeaders] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        accept = headers.get("accept", "")
        if "text/html" in accept and scope["method"] == "GET" and not _ASKS.search(scope["query_string"]):
            await self._explore(scope, receive, send)
            return
        media = negotiated(accept)
        try:
            if media is None:
                raise _not_acceptable()
            asked = await read(scope, receive, headers)
            prepared = await self.pipeline.prepare(asked, HTTPConnection(scope))
            answer = await self.pipeline.answer(prepared)
        except (Malformed, NotRun) as error:
            await self._refuse(send, media or JSON, error)
        except ClientDisconnect:
            return
        else:
            await respond(send, 200, media, answer.body, self._headers(answer.context.locales[0]))

    async def _explore(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.explorer is None:
            await self._refuse(send, JSON, Malformed(406, "The explorer is switched off.", "NOT_ACCEPTABLE"))
        else:
            page = await self.explorer()
            await page(scope, receive, send)

    async def _refuse(self, send: Send, media: str, error: Malformed | NotRun) -> None:
        """A well-formed request that was not run has status 200 in the older media type."""
        body: dict[str, Any] = {"errors": error.errors}
        headers = raw(error.headers)
        if isinstance(error, NotRun) and error.context is not None:
            headers += self._headers(error.context.locales[0])
            if error.context.extensions:
                body["extensions"] = error.context.extensions
        is_told_inside = isinstance(error, NotRun) and error.status == 400 and media == JSON
        status = 200 if is_told_inside else error.status
        await respond(send, status, media, orjson.dumps(body, default=str), headers)

    def _headers(self, locale: str) -> RawHeaders:
        """What every answer in this language says about itself."""
        known = self._said.get(locale)
        if known is None:
            known = self._said[locale] = raw({"Content-Language": locale, "Vary": self.vary})
        return known


def _not_acceptable() -> Malformed:
    return Malformed(406, "Answers are application/graphql-response+json or application/json.", "NOT_ACCEPTABLE")
