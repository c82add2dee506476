"""The Starlette application: database, resources, routes. Everything is joined here and nowhere else."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import redis.asyncio as redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from commerce.catalog.values import MediaPlace
from commerce.accounts import actions as accounts
from commerce.accounts import handlers  # noqa: F401  (registers what accounts do by the clock)
from commerce.accounts.rules.tokens import keys_from
from commerce.accounts.values import Caller, TokenKeys
from commerce.i18n.messages import translate
from commerce.kit.actor import GUEST, SHOP, Actor
from commerce.kit.clock import Clock, system_clock
from commerce.kit.context import Context
from commerce.kit.db import Database
from commerce.kit.http import GraphQLEndpoint
from commerce.schema import schema
from commerce.settings import Settings, SettingsError


class Shop:
    """All that the processes of one shop share: its database, its clock, and its resources by kind."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        cache: "redis.Redis | None" = None,
        clock: Clock = system_clock,
    ) -> None:
        self.settings = settings
        self.database = database
        self.cache = cache
        self.clock = clock
        self.resources = resources(settings, database)

    def context(self, actor: Actor = SHOP, headers: Mapping[str, str] | None = None) -> Context:
        """A context for one request or job."""
        return Context(
            self.database,
            actor=actor,
            clock=self.clock,
            resources=self.resources,
            headers=headers,
            translate=translate,
        )

    async def request_context(self, request: Request) -> Context:
        """The context of an HTTP request. UNAUTHENTICATED when it says who it is and that does not hold."""
        context = self.context(GUEST, request.headers)
        context[Caller] = Caller(
            request.client.host if request.client else "", request.headers.get("x-client", "")[:100]
        )
        authorization = request.headers.get("authorization")
        context.actor = await accounts.actor_from(context, context[TokenKeys], authorization, context.now())
        return context

    async def close(self) -> None:
        await self.database.close()
        if self.cache is not None:
            await self.cache.aclose()


def resources(settings: Settings, database: Database) -> dict[type[Any], Any]:
    """What modules find in `context[...]`: providers and their settings."""
    test_key = hashlib.sha256(b"test payments:" + settings.signing_secret().encode()).digest()
    providers: list[PaymentProvider] = [ManualProvider()]
    if settings.takes_test_payments:
        providers.append(TestProvider(database, test_key, settings.public_url))
    return {
        TokenKeys: keys_from(settings.signing_secret()),
        MediaPlace: MediaPlace(settings.media, settings.public_url),
        Providers: Providers(providers),
        PaymentWindow: PaymentWindow(minutes=settings.payment_window_minutes),
    }


async def open_shop(settings: Settings) -> Shop:
    """Connect to everything that the settings name."""
    database = await Database.connect(settings.database_url, settings.pool_size, settings.statement_timeout)
    cache = redis.from_url(settings.redis_url, socket_timeout=2) if settings.redis_url else None
    return Shop(settings, database, cache)


def routes(shop: Shop) -> list[Route]:
    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_request: Request) -> Response:
        has_database = await shop.database.is_alive()
        has_redis = await _answers(shop.cache)
        body = {"database": has_database, "redis": "ok" if has_redis else "degraded"}
        return JSONResponse(body, 200 if has_database else 503)

    endpoint = GraphQLEndpoint(schema, shop.request_context)

    async def graphql(request: Request) -> Response:
        return await endpoint(request)

    return [
        Route("/graphql", graphql, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
    ]


async def _answers(cache: "redis.Redis | None") -> bool:
    try:
        return cache is not None and bool(await cache.ping())
    except (redis.RedisError, OSError):
        return False


def app_of(shop: Shop) -> Starlette:
    """The application over a shop that is already open, such as a test's."""
    return Starlette(routes=routes(shop))


def create_app() -> Starlette:
    """The application as a server starts it: the settings come from the environment. Wrong ones end the process."""
    settings = Settings()
    try:
        settings.signing_secret()
    except SettingsError as error:
        raise SystemExit(f"commerce: {error}") from error

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        shop = await open_shop(settings)
        app.router.routes.extend(routes(shop))
        try:
            yield
        finally:
            await shop.close()

    return Starlette(lifespan=lifespan)
