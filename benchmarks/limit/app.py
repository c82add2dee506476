"""The routes."""

import contextlib
import gc
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.limit import cart, detail, listing, memory, nested, orders, search, shapes
from benchmarks.limit.memory import Memory
from benchmarks.limit.shapes import Json
from commerce.accounts.rules.tokens import keys_from
from commerce.kit.sealing import Vault

POOL = 10
Page = Callable[[asyncpg.Connection, Request, Memory], Awaitable[Json]]


async def _w1(connection: asyncpg.Connection, request: Request, known: Memory) -> Json:
    return {"products": await listing.products(connection, UUID(request.query_params["category"]), known)}


async def _w2(connection: asyncpg.Connection, request: Request, known: Memory) -> Json:
    return {"product": await detail.product(connection, request.query_params["slug"], known)}


async def _w3(connection: asyncpg.Connection, request: Request, known: Memory) -> Json:
    return {"products": await search.found(connection, request.query_params["words"], known)}


async def _w4(connection: asyncpg.Connection, request: Request, known: Memory) -> Json:
    cart_key, variant = (UUID(request.query_params[name]) for name in ("cart", "variant"))
    async with connection.transaction():
        found = await cart.add_line(connection, cart_key, variant, known, datetime.now(UTC))
    return {"cartLinesAdd": {"cart": found, "userErrors": []}}


async def _w7(connection: asyncpg.Connection, request: Request, known: Memory) -> Json:
    nodes = await nested.everything(connection, UUID(request.query_params["category"]), known)
    return {"products": {"nodes": nodes}}


class Limit:
    """The server: its pool of connections, what it has in memory, and its routes."""

    pool: asyncpg.Pool
    known: Memory

    def app(self) -> Starlette:
        pages: dict[str, Page] = {"/w1": _w1, "/w2": _w2, "/w3": _w3, "/w4": _w4, "/w6": self._w6, "/w7": _w7}
        routes = [Route(path, self._served(page), methods=["GET", "POST"]) for path, page in pages.items()]
        return Starlette(routes=[Route("/w0", _nothing), *routes], lifespan=self.opened)

    def _served(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            async with self.pool.acquire() as connection:
                data = await page(connection, request, self.known)
            return _sent({"data": data, "extensions": {"context": self.context}})

        return serve

    async def _w6(self, connection: asyncpg.Connection, request: Request, _known: Memory) -> Json:
        authorization, email = request.headers["authorization"], request.query_params["email"]
        return {"orders": await orders.history(connection, self.keys, self.vault, authorization, email)}

    @contextlib.asynccontextmanager
    async def opened(self, _app: Starlette) -> AsyncIterator[None]:
        settings = {"jit": "off", "statement_timeout": "10000", "timezone": "UTC"}
        url = os.environ["DATABASE_URL"]
        self.keys, self.vault = keys_from(os.environ["COMMERCE_SECRET"]), Vault([os.environ["COMMERCE_SECRET"]])
        self.pool = await asyncpg.create_pool(
            url, min_size=1, max_size=POOL, server_settings=settings, init=_read_json, reset=_keep
        )
        async with self.pool.acquire() as connection:
            self.known = await memory.read(connection)
        self.context = {
            "channel": self.known.here["code"],
            "locale": shapes.LOCALES[0],
            "country": self.known.here["countries"][0],
            "currency": self.known.currency,
        }
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        try:
            yield
        finally:
            await self.pool.close()


async def _nothing(_request: Request) -> Response:
    return _sent({"data": {"__typename": "Query"}})


def _sent(answer: Json) -> Response:
    return Response(orjson.dumps(answer), media_type="application/json; charset=utf-8")


async def _read_json(connection: asyncpg.Connection) -> None:
    def encoder(value: Any) -> str:
        return orjson.dumps(value).decode()

    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=encoder, decoder=orjson.loads)


async def _keep(_connection: asyncpg.Connection) -> None:
    pass
