"""The Starlette application: all routes of the shop."""

import contextlib
import gc
from collections.abc import AsyncIterator

import asyncpg
import redis.asyncio as redis
from graphql.execution.values import VariableValues
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Scope

from commerce import explorer
from commerce.catalog import queries as catalog
from commerce.channels import graphql as channels
from commerce.kit import ids, log, migrations
from commerce.kit.context import Context
from commerce.kit.execution import Operation, Operations
from commerce.kit.http import Endpoint, Pipeline
from commerce.kit.limits import Buckets, Gate, Limits
from commerce.payments.http import Webhooks
from commerce.schema import schema
from commerce.settings import Settings, SettingsError
from commerce.shop import Shop, open_shop


def routes(shop: Shop) -> list[BaseRoute]:
    """Everything that the shop answers."""
    settings = shop.settings

    async def explore() -> Response:
        return explorer.page("/graphql", await _examples(shop))

    limits = Limits(schema, introspection=settings.introspection)
    operations = Operations(schema, check=limits.check, hide_suggestions=not settings.shows_suggestions)
    gate = Gate(limits, Buckets(shop.cache), shop.client_of)
    pipeline = Pipeline(operations, shop.request_context, settle=_settle, gate=gate)
    endpoint = Endpoint(
        pipeline,
        explorer=explore if settings.serves_explorer else None,
        varies_by=("Accept-Language", *CONTEXT_HEADERS),
    )

    async def readyz(_request: Request) -> Response:
        return await _readiness(shop)

    settings.media.mkdir(parents=True, exist_ok=True)
    return [
        Route("/graphql", endpoint),
        *(explorer.routes() if settings.serves_explorer else ()),
        Mount("/media", MediaFiles(directory=settings.media)),
        *Webhooks(shop.context()).routes(),
        Route("/healthz", _healthz),
        Route("/readyz", readyz),
    ]


async def _settle(context: Context, operation: Operation, values: VariableValues) -> None:
    await channels.settle(context, operation.directive("inContext", values))


async def _examples(shop: Shop) -> list[explorer.Example]:
    """The operations to start from, with the ids of this shop. They are shown as they are while it has no tables."""
    examples = explorer.examples()
    try:
        keys = await catalog.variant_keys_by_sku(shop.context(), explorer.skus_in(examples))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        keys = {}
    return explorer.filled(examples, {sku: ids.encode("variant", key) for sku, key in keys.items()})


async def _healthz(_request: Request) -> Response:
    """The process is up."""
    return JSONResponse({"status": "ok"})


async def _readiness(shop: Shop) -> Response:
    """Whether requests can be served: without the database not, without Redis slower but exact."""
    tables = await _tables(shop)
    body = {
        "database": "down" if tables == "unknown" else "ok",
        "migrations": tables,
        "redis": "ok" if await _answers(shop.cache) else "degraded",
    }
    return JSONResponse(body, 200 if tables == "ok" else 503)


async def _tables(shop: Shop) -> str:
    if not await shop.database.is_alive():
        return "unknown"
    try:
        return "ok" if await migrations.is_current(shop.database) else "behind"
    except (asyncpg.UndefinedTableError, ValueError):  # none was ever applied
        return "behind"
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        return "unknown"


async def _answers(cache: "redis.Redis | None") -> bool:
    try:
        return cache is not None and bool(await cache.ping())
    except (redis.RedisError, OSError):
        return False


class MediaFiles(explorer.ImmutableFiles):
    """Pictures and downloads. A file never changes under its address, and never runs as a page of ours."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


def middleware(settings: Settings) -> list[Middleware]:
    """Lets pages of other origins call the API. There are no cookies: the caller is known by its headers."""
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=("GET", "POST"),
            allow_headers=(*HEADERS, "Authorization", "Content-Type", "Idempotency-Key"),
            expose_headers=("Content-Language", "Retry-After"),
            max_age=7200,
        )
    ]


CONTEXT_HEADERS = ("X-Channel", "X-Country", "X-Currency")
HEADERS = (*CONTEXT_HEADERS, "X-Client", "X-Client-Name", "X-Client-Version")


def app_of(shop: Shop) -> Starlette:
    """The application over a shop that is already open, such as a test's."""
    return Starlette(routes=routes(shop), middleware=middleware(shop.settings))


def create_app() -> Starlette:
    """The application as a server starts it: the settings come from the environment. Wrong ones end the process."""
    settings = Settings()
    try:
        settings.signing_secret()
    except SettingsError as error:
        raise SystemExit(f"commerce: {error}") from error
    log.configure(as_json=not settings.is_dev, level=settings.log_level)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        shop = await open_shop(settings)
        app.router.routes.extend(routes(shop))
        settle_memory()
        try:
            yield
        finally:
            await shop.close()

    return Starlette(lifespan=lifespan, middleware=middleware(settings))


def settle_memory() -> None:
    """What is there at the start stays: the collector need not walk it with every request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
