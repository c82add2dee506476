"""The routes."""

import contextlib
import gc
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.limit import cart, nested, orders, search, shapes, statements
from benchmarks.limit.shapes import Json
from commerce.accounts.rules.tokens import keys_from
from commerce.kit.pagination import write_cursor

PAGE, POOL = 24, 10


class Limit:
    """The server: its pool of connections, and its routes."""

    pool: asyncpg.Pool

    def app(self) -> Starlette:
        pages = {
            "/w0": self.nothing, "/w1": self.listing, "/w2": self.detail, "/w3": self.search, "/w6": self.history,
            "/w7": self.everything,
        }  # fmt: skip
        add = Route("/w4", self.add_line, methods=["POST"])
        return Starlette(routes=[*(Route(path, page) for path, page in pages.items()), add], lifespan=self.opened)

    @contextlib.asynccontextmanager
    async def opened(self, _app: Starlette) -> AsyncIterator[None]:
        settings = {"jit": "off", "statement_timeout": "10000", "timezone": "UTC"}
        url = os.environ["DATABASE_URL"]
        self.keys = keys_from(os.environ["COMMERCE_SECRET"])
        self.pool = await asyncpg.create_pool(
            url, min_size=1, max_size=POOL, server_settings=settings, init=_read_json, reset=_keep
        )
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        try:
            yield
        finally:
            await self.pool.close()

    async def nothing(self, _request: Request) -> Response:
        return _sent({"data": {"__typename": "Query"}})

    async def listing(self, request: Request) -> Response:
        category = UUID(request.query_params["category"])
        async with self.pool.acquire() as connection:
            here = await _channel(connection)
            found = await connection.fetch(statements.PAGE, category, here["id"], datetime.now(UTC), PAGE + 1)
            shown = found[:PAGE]
            keys = [row["id"] for row in shown]
            images = {row["product_id"]: row for row in await connection.fetch(statements.IMAGES, keys)}
            prices = await connection.fetch(statements.RANGES, keys, here["id"], here["currencies"][0])
        ranges = {row["product_id"]: row for row in prices}
        nodes = [shapes.card(row, images.get(row["id"]), ranges.get(row["id"]), here) for row in shown]
        end = write_cursor("RELEVANCE", (-shown[-1]["rank"], keys[-1])) if shown else None
        page = {"hasNextPage": len(found) > len(shown), "endCursor": end}
        return _answer({"products": {"nodes": nodes, "pageInfo": page}}, here)

    async def detail(self, request: Request) -> Response:
        slug, now = request.query_params["slug"], datetime.now(UTC)
        async with self.pool.acquire() as connection:
            here = await _channel(connection)
            product = await connection.fetchrow(statements.PRODUCT, slug, list(shapes.LOCALES), here["id"], now)
            if product is None:
                return _answer({"product": None}, here)
            key, country = product["id"], here["countries"][0]
            media = await connection.fetch(statements.MEDIA, key)
            categories = await connection.fetch(statements.CATEGORIES, key)
            variants = await connection.fetch(statements.VARIANTS, key, here["id"], here["currencies"][0])
            choices = await connection.fetch(statements.CHOICES, key)
            ppm = await connection.fetchval(statements.RATE, country, product["tax_class"]) or 0
        return _answer({"product": shapes.product(product, media, categories, variants, choices, ppm, here)}, here)

    async def search(self, request: Request) -> Response:
        async with self.pool.acquire() as connection:
            here = await _channel(connection)
            found = await search.found(connection, request.query_params["words"], here)
        return _answer({"products": found}, here)

    async def add_line(self, request: Request) -> Response:
        keys = [UUID(request.query_params[name]) for name in ("cart", "variant")]
        async with self.pool.acquire() as connection:
            here = await _channel(connection)
            async with connection.transaction():
                found = await cart.add_line(connection, keys[0], keys[1], here, datetime.now(UTC))
        return _answer({"cartLinesAdd": {"cart": found, "userErrors": []}}, here)

    async def history(self, request: Request) -> Response:
        authorization, email = request.headers["authorization"], request.query_params["email"]
        async with self.pool.acquire() as connection:
            here = await _channel(connection)
            found = await orders.history(connection, self.keys, authorization, email)
        return _answer({"orders": found}, here)

    async def everything(self, request: Request) -> Response:
        async with self.pool.acquire() as connection:
            here = await _channel(connection)
            nodes = await nested.everything(connection, UUID(request.query_params["category"]), here)
        return _answer({"products": {"nodes": nodes}}, here)


async def _channel(connection: asyncpg.Connection) -> asyncpg.Record:
    return (await connection.fetch(statements.CHANNELS))[0]


def _answer(data: Json, here: asyncpg.Record) -> Response:
    context = {
        "channel": here["code"],
        "locale": shapes.LOCALES[0],
        "country": here["countries"][0],
        "currency": here["currencies"][0],
    }
    return _sent({"data": data, "extensions": {"context": context}})


def _sent(answer: Json) -> Response:
    return Response(orjson.dumps(answer), media_type="application/json; charset=utf-8")


async def _read_json(connection: asyncpg.Connection) -> None:
    def encoder(value: Any) -> str:
        return orjson.dumps(value).decode()

    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=encoder, decoder=orjson.loads)


async def _keep(_connection: asyncpg.Connection) -> None:
    pass
