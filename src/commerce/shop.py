"""One shop: its database, its providers, and what its modules do by the clock. The processes are built from it."""

import asyncio
import contextlib
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import redis.asyncio as redis
import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection
from starlette.types import Scope

from commerce import services
from commerce.accounts import handlers as _accounts  # noqa: F401  (handlers are registered by being imported)
from commerce.accounts.actions.callers import caller_from
from commerce.accounts.actions.sessions import actor_by_cookie
from commerce.accounts.actions.usage import EVERY, AppUses
from commerce.accounts.rules.tokens import keys_from
from commerce.accounts.rules.tries import network
from commerce.accounts.values import COOKIES, Caller, CodeLimits, SentRequest, StaffRules, TokenKeys
from commerce.audit import handlers as _audit  # noqa: F401
from commerce.cart import handlers as _cart  # noqa: F401
from commerce.catalog.values import MediaPlace
from commerce.checkout import handlers as _checkout  # noqa: F401
from commerce.checkout.actions import PaymentWindow
from commerce.customers import handlers as _customers  # noqa: F401
from commerce.customers.values import Privacy
from commerce.fulfillment import handlers as _fulfillment  # noqa: F401
from commerce.i18n.messages import translate
from commerce.kit.actor import GUEST, SHOP, Actor, ActorKind
from commerce.kit.clock import Clock, system_clock
from commerce.kit.context import Context
from commerce.kit.cookies import CookieRules
from commerce.kit.db import Database, driver_url
from commerce.kit.http import headers_of
from commerce.kit.http.request import BODY
from commerce.kit.hub import Hub
from commerce.kit.limits import Allowance, Client
from commerce.kit.notary import Notary
from commerce.kit.outside import Outside
from commerce.kit.sealing import Vault
from commerce.messages import handlers as _messages  # noqa: F401
from commerce.orders import handlers as _orders  # noqa: F401
from commerce.payments import actions as payments
from commerce.payments import handlers as _payments  # noqa: F401
from commerce.payments.providers import PaymentProvider, Providers
from commerce.payments.providers.manual import ManualProvider
from commerce.payments.providers.test import TestProvider
from commerce.payments.values import WebhookResult
from commerce.search import handlers as _search  # noqa: F401
from commerce.settings import Settings, StaffMfa

SEEN = "commerce.seen"
"""Where a request that was let in says so: a stream that goes on has a new context for each message."""
log = structlog.get_logger()


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
        database.vault = Vault(settings.vault_secrets())
        database.notary = Notary(settings.notary_secrets())
        self.cache = cache
        self.clock = clock
        self.outside = Outside()
        self.resources = {
            **resources(settings, database),
            **services.outside(settings, self.outside, cache, database.vault, clock),
            Hub: Hub(database, cache),
        }
        self._listening: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None
        self.allowance = Allowance(settings.rate_maximum, settings.rate_restore)
        self._listen_to_test_payments()

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

    def _listen_to_test_payments(self) -> None:
        """Let the test provider deliver its messages as a real one would, without going through the network."""

        async def deliver(message: WebhookResult) -> None:
            await payments.receive(self.context(), TestProvider.name, message)

        if TestProvider.name in self.resources[Providers]:
            self.resources[Providers][TestProvider.name].deliver = deliver

    async def request_context(self, request: HTTPConnection) -> Context:
        """The context of a request over HTTP, or of a socket. UNAUTHENTICATED when it says who it is and that does not hold."""
        context = self.context(GUEST, headers_of(request.scope))
        address, _ = request.scope.get("client") or ("", 0)
        authorization, rules = context.headers.get("authorization"), context[CookieRules]
        access, renewal = (rules.read(context.headers, part) if authorization is None else None for part in COOKIES)
        is_kept = access is not None or renewal is not None
        context.know(Caller, Caller(address, context.headers.get("x-client", "")[:100], renewal, is_kept))
        if access is not None:
            context.actor = await actor_by_cookie(context, access)
        else:
            context.actor = await caller_from(context, authorization, _sent(request.scope))
        request.scope[SEEN] = True
        return context

    def spent(self, context: Context, points: int, requests: int, refused: int) -> None:
        """Count what an app asks for."""
        actor = context.actor
        if actor.kind is ActorKind.APP and actor.id is not None:
            day, uses = context.now().date(), self.resources[AppUses]
            uses.spend(actor.id, day, requests=requests, points=points, refused=refused)

    async def write_usage(self) -> None:
        """Write down what apps have used until now."""
        await self.resources[AppUses].write(self.context())

    async def _write_usage_on(self) -> None:
        """Write it down every few seconds."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.write_usage()
            except Exception as error:  # noqa: BLE001  (it is tried again)
                log.warning("usage not written", reason=type(error).__name__)

    def client_of(self, context: Context) -> Client:
        """Whose points a request spends: those of who is signed in, else of the address that it comes from."""
        actor, most = context.actor, self.settings.most_cost
        if actor.kind in (ActorKind.STAFF, ActorKind.APP):
            times = self.settings.rate_trusted
            return Client(actor.scope, self.allowance.times(times), most * times)
        if actor.is_known:
            return Client(actor.scope, self.allowance, most)
        return self._visitor(context[Caller].address)

    def visitor_of(self, scope: Scope) -> Client:
        """Whose points a request spends that says nothing of who sent it."""
        return self._visitor(scope["client"][0] if scope["client"] else "")

    def _visitor(self, address: str) -> Client:
        """By a keyed digest of the address, since it also names what is left in Redis."""
        named = self.database.vault.index("visitor", network(address)).hex()
        return Client(named, self.allowance, self.settings.most_cost)

    def listen(self) -> None:
        """From now on hear of what other processes change, so that what was read can be remembered."""
        heard = self.database.changes.listen(driver_url(self.settings.direct_url))
        self._listening = asyncio.create_task(heard)
        self._writing = asyncio.create_task(self._write_usage_on())

    async def close(self) -> None:
        for task in filter(None, (self._listening, self._writing)):
            task.cancel()
            await asyncio.wait([task])
        with contextlib.suppress(OSError, SQLAlchemyError):  # without the database there is nobody to tell
            await self.write_usage()
        await self.resources[Hub].close()
        await self.outside.close()
        await self.database.close()
        if self.cache is not None:
            await self.cache.aclose()


def _sent(scope: Scope) -> SentRequest | None:
    """What an app may have signed: a request over HTTP, whose body was read."""
    if BODY not in scope:
        return None
    path, asked = scope.get("raw_path") or scope["path"].encode(), scope["query_string"]
    target = (path + b"?" + asked if asked else path).decode("latin-1")
    return SentRequest(scope["method"], target, scope[BODY], was_seen=SEEN in scope)


def resources(settings: Settings, database: Database) -> dict[type[Any], Any]:
    """What modules find in `context[...]`: providers and their settings."""
    test_key = hashlib.sha256(b"test payments:" + settings.signing_secret().encode()).digest()
    providers: list[PaymentProvider] = [ManualProvider()]
    if settings.takes_test_payments:
        providers.append(TestProvider(database, test_key, settings.public_url))
    return {
        CookieRules: CookieRules(
            frozenset(origin.rstrip("/").lower() for origin in (*settings.origins, settings.public_url)) - {"*"},
            settings.public_url.startswith("https://"),
        ),
        TokenKeys: keys_from(settings.signing_secret(), *settings.verifying_secrets()),
        StaffRules: staff_rules(settings),
        AppUses: AppUses(),
        CodeLimits: CodeLimits(settings.codes_per_address),
        MediaPlace: MediaPlace(settings.media, settings.public_url),
        Providers: Providers(providers),
        PaymentWindow: PaymentWindow(minutes=settings.payment_window_minutes),
        Privacy: Privacy(settings.public_url, settings.erasure_cooling_days),
    }


def staff_rules(settings: Settings) -> StaffRules:
    """How the shop lets its staff in."""
    return StaffRules(
        page=settings.staff_url or None,
        needs_second_factor=settings.staff_mfa is StaffMfa.REQUIRED,
        issuer=urlsplit(settings.staff_url or settings.public_url).hostname or "Commerce",
    )


async def open_shop(settings: Settings) -> Shop:
    """Connect to everything that the settings name."""
    database = await Database.connect(settings.database_url, settings.pool_size, settings.statement_timeout)
    cache = redis.from_url(settings.redis_url, socket_timeout=2) if settings.redis_url else None
    return Shop(settings, database, cache)
