"""The Starlette application: all routes of the shop."""

import asyncio
import contextlib
import gc
import hashlib
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from importlib.metadata import version
from types import FrameType

import asyncpg
import redis.asyncio as redis
from graphql.execution.values import VariableValues
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from commerce import explorer
from commerce.accounts import http as signing
from commerce.accounts.values import TokenKeys
from commerce.catalog import queries as catalog
from commerce.catalog.models import Publication
from commerce.channels import graphql as channels
from commerce.customers.http import Archives
from commerce.kit import ids, log, migrations
from commerce.kit.answers import Answers, Shared
from commerce.kit.context import Context
from commerce.kit.documents import Documents, ManifestError, Remembered, Trusted, manifests_in
from commerce.kit.execution import Operation, Operations
from commerce.kit.http import Endpoint, Pipeline
from commerce.kit.limits import Buckets, Gate, Limits
from commerce.kit.live.door import Door
from commerce.kit.live.events import EventStreams
from commerce.kit.live.socket import Sockets
from commerce.kit.live.stream import Live
from commerce.messages.http import DevMessages
from commerce.messages.providers import Carriers
from commerce.payments.http import Webhooks
from commerce.schema import schema, sdl
from commerce.search.models import Listing
from commerce.settings import Settings, SettingsError
from commerce.shop import Shop, open_shop


def routes(shop: Shop, door: Door, trusted: Trusted) -> list[BaseRoute]:
    """Everything that the shop answers."""
    settings = shop.settings

    async def explore() -> Response:
        return explorer.page("/graphql", await _examples(shop))

    pipeline = Pipeline(
        trusted.operations,
        shop.request_context,
        settle=_settle,
        documents=Documents(trusted, Remembered(shop.cache), only_trusted=settings.only_trusted_documents),
        gate=_gate_of(shop),
        answers=_answers_of(shop),
    )
    endpoint = Endpoint(
        pipeline,
        explorer=explore if settings.serves_explorer else None,
        varies_by=("Accept-Language", *CONTEXT_HEADERS),
        cdn_seconds=settings.cdn_seconds,
        most=settings.most_requests,
        patience=settings.query_timeout,
    )

    live = Live(pipeline, endpoint.room, endpoint.patience)

    async def readyz(_request: Request) -> Response:
        return await _readiness(shop)

    settings.media.mkdir(parents=True, exist_ok=True)
    return [
        Route("/graphql", EventStreams(live, door, endpoint)),
        WebSocketRoute("/graphql", Sockets(live, door, ("Authorization", "Accept-Language", *CONTEXT_HEADERS))),
        *(explorer.routes() if settings.serves_explorer else ()),
        Mount("/media", MediaFiles(directory=settings.media)),
        *Webhooks(shop.context()).routes(),
        *Archives(shop.context).routes(),
        *(DevMessages(shop.context).routes() if settings.is_dev else ()),
        *signing.routes(shop.resources[TokenKeys]),
        Route("/healthz", _healthz),
        Route("/readyz", readyz),
    ]


def trusted_of(settings: Settings) -> Trusted:
    """The documents that clients were built with, ready to run. SettingsError for manifests that cannot be used."""
    if settings.only_trusted_documents and not settings.trusted_documents:
        raise SettingsError("COMMERCE_ONLY_TRUSTED_DOCUMENTS needs manifests in COMMERCE_TRUSTED_DOCUMENTS.")
    try:
        return Trusted(operations_of(settings), manifests_in(settings.trusted_documents))
    except ManifestError as error:
        raise SettingsError(f"COMMERCE_TRUSTED_DOCUMENTS: {error}") from error


def operations_of(settings: Settings) -> Operations:
    """The operations of the shop's schema, within its limits."""
    return Operations(
        schema,
        check=limits_of(settings).check,
        hide_suggestions=not settings.shows_suggestions,
        is_compiled=settings.compiled,
    )


def limits_of(settings: Settings) -> Limits:
    return Limits(schema, introspection=settings.introspection)


def _gate_of(shop: Shop) -> Gate:
    return Gate(
        limits_of(shop.settings),
        Buckets(shop.cache),
        client_of=shop.client_of,
        visitor_of=shop.visitor_of,
        reading=shop.settings.rate_reading,
        spent=shop.spent,
    )


def _answers_of(shop: Shop) -> Answers | None:
    """The answers that this process keeps, if it is to keep any."""
    settings = shop.settings
    if not settings.answer_cache:
        return None
    return Answers(
        schema,
        shop.database.changes,
        shop.clock,
        room=settings.answer_cache * 1_000_000,
        lifetime=settings.answer_seconds,
        varies_by=("Accept-Language", *CONTEXT_HEADERS),
        turns={table.__tablename__: catalog.next_turn for table in (Publication, Listing)},
        shared=Shared(shop.cache, _space(settings.public_url)) if shop.cache is not None else None,
    )


@cache
def _space(public_url: str) -> str:
    """Names what two processes must have in common to understand each other's answers."""
    return hashlib.blake2b(f"{version('commerce')} {public_url} {sdl()}".encode(), digest_size=9).hexdigest()


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
        "messages": _carried(shop.resources[Carriers]),
    }
    return JSONResponse(body, 200 if tables == "ok" else 503)


def _carried(carriers: Carriers) -> str:
    """Whether messages get anywhere. Where they do not, all else works."""
    lacking = carriers.lacking()
    return f"not carried: {', '.join(kind.lower() for kind in lacking)}" if lacking else "ok"


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


class Cors(CORSMiddleware):
    """Adds nothing to a POST that no page of another origin sent: nobody caches its answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_plain = (
            scope["type"] == "http"
            and scope["method"] == "POST"
            and not any(name == b"origin" for name, _ in scope["headers"])
        )
        await (self.app(scope, receive, send) if is_plain else super().__call__(scope, receive, send))


def door_of(settings: Settings) -> Door:
    """Where connections come in that stay open."""
    origins = (*settings.origins, settings.public_url)
    return Door(origins, settings.live_connections, settings.live_connections_per_address)


@contextlib.contextmanager
def on_signals(act: Callable[[], None]) -> Iterator[None]:
    """Do something as soon as the process is told to stop: the server would wait for what stays open."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def told(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)
        then = before[signal.Signals(number)]
        if callable(then):
            then(number, frame)

    for number in before:
        signal.signal(number, told)
    try:
        yield
    finally:
        for number, then in before.items():
            signal.signal(number, then)


def middleware(settings: Settings) -> list[Middleware]:
    """Lets pages of other origins call the API; with cookies only those that are named."""
    return [
        Middleware(
            Cors,
            allow_origins=settings.origins,
            allow_credentials="*" not in settings.origins,
            allow_methods=("GET", "POST"),
            allow_headers=(*HEADERS, *CLIENT_HEADERS, "Authorization", "Content-Type", "Idempotency-Key"),
            expose_headers=("Cache-Status", "Content-Language", "ETag", "Retry-After"),
            max_age=7200,
        )
    ]


CONTEXT_HEADERS = ("X-Channel", "X-Country", "X-Currency")
HEADERS = (*CONTEXT_HEADERS, "X-Client", "X-Client-Name", "X-Client-Version")
CLIENT_HEADERS = ("Apollo-Require-Preflight", "Apollographql-Client-Name", "Apollographql-Client-Version")
"""What Apollo's clients send of themselves; a page that sends more than is allowed is not let through at all."""


def app_of(shop: Shop, door: Door | None = None) -> Starlette:
    """The application over a shop that is already open, such as a test's."""
    settings = shop.settings
    door = door or door_of(settings)
    return Starlette(routes=routes(shop, door, trusted_of(settings)), middleware=middleware(settings))


def create_app() -> Starlette:
    """The application as a server starts it: the settings come from the environment. Wrong ones end the process."""
    settings = Settings()
    try:
        settings.signing_secret()
        settings.verifying_secrets()
        trusted = trusted_of(settings)
    except SettingsError as error:
        raise SystemExit(f"commerce: {error}") from error
    log.configure(as_json=not settings.is_dev, level=settings.log_level)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        shop, door = await open_shop(settings), door_of(settings)
        shop.listen()
        app.router.routes.extend(routes(shop, door, trusted))
        settle_memory()
        try:
            with on_signals(door.close):
                yield
        finally:
            await shop.close()

    return Starlette(lifespan=lifespan, middleware=middleware(settings))


def settle_memory() -> None:
    """What is there at the start stays: the collector need not walk it with every request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()
