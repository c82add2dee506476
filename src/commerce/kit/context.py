"""What one request or one job carries: who asks, the time, one door to the database, and the shop's resources."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Executable

from commerce.kit.actor import GUEST, SHOP, Actor
from commerce.kit.audit import Deed, write_down
from commerce.kit.clock import Clock, system_clock
from commerce.kit.db import Database, Row, Session
from commerce.kit.events import write_facts
from commerce.kit.hub import Hub
from commerce.kit.idempotency import Claim, keep, take
from commerce.kit.sealing import Vault
from commerce.kit.statements import compile_once

T = TypeVar("T")
Translate = Callable[[str, Sequence[str]], str]


class Context:
    """One request or one job. Not shared between tasks that run at the same time on their own."""

    def __init__(
        self,
        database: Database,
        *,
        actor: Actor = GUEST,
        clock: Clock = system_clock,
        resources: Mapping[type[Any], Any] | None = None,
        headers: Mapping[str, str] | None = None,
        translate: Translate = lambda message, _locales: message,
    ) -> None:
        self.database = database
        self.actor = actor
        self.clock = clock
        self.headers = headers or {}
        self.translate = translate
        self.locales: Sequence[str] = ("en",)
        self.loaders: dict[Any, Any] = {}
        self.extensions: dict[str, Any] = {}
        self.tables: set[str] = set()
        """Names of the tables that were read, also of what came from memory."""
        self.is_own = False
        """Whether something was asked for that concerns this caller only."""
        self.until: datetime | None = None
        """The instant from which on the clock alone makes something else of what was read."""
        self.deed: Deed | None = None
        """What staff or an app is doing with this request: written down with each transaction that is part of it."""
        self.cookies: list[str] | None = None
        """Headers that have the browser keep something; None where the answer cannot carry them."""
        self.claim: Claim | None = None
        self.unanswered: UUID | None = None
        self._resources = dict(resources or {})
        self._own: dict[type[Any], Any] = {}
        self._door = asyncio.Lock()
        self._writing: asyncio.Task[Any] | None = None

    @cached_property
    def request_id(self) -> str:
        """The number by which a fault of this request is found in the log."""
        return uuid4().hex

    def __getitem__(self, kind: type[T]) -> T:
        """What the shop or this request holds of a kind: `context[PaymentProviders]`."""
        found: T | None = self._resources.get(kind)
        if found is None:
            found = self._own[kind]
            self.is_own = True
        return found

    def __setitem__(self, kind: type[T], value: T) -> None:
        self._resources[kind] = value

    def know(self, kind: type[T], value: T) -> None:
        """Know something of this very caller. An answer that it was asked for is nobody else's."""
        self._own[kind] = value

    def holds(self, kind: type[Any]) -> bool:
        return kind in self._resources or kind in self._own

    def changes_at(self, instant: datetime) -> None:
        """What is read will be another thing from an instant on, by the clock alone."""
        self.until = min(self.until or instant, instant)

    @property
    def vault(self) -> Vault:
        """What seals and opens personal data."""
        return self.database.vault

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self.clock()

    def afresh(self, actor: Actor = SHOP) -> "Context":
        """A context of the shop itself over the same resources, for a job."""
        return Context(
            self.database, actor=actor, clock=self.clock, resources=self._resources, translate=self.translate
        )

    async def rows(self, statement: Executable, **params: Any) -> Sequence[Row]:
        """Read outside any transaction, fast. Within a transaction, read through its session instead."""
        self._stay_outside()
        self.tables |= compile_once(statement).tables
        return await self.database.rows(statement, **params)

    async def remember(self, read: Callable[..., Awaitable[Any]], *args: Any, **named: Any) -> Any:
        """The answer of a read that is `remembered`: from memory, unless something has changed."""
        self._stay_outside()
        return await self.database.memory.recall(self.tables, read, *args, **named)

    async def remember_each(self, read: Callable[..., Awaitable[Any]], keys: Sequence[Any]) -> list[Any]:
        """The answers of a batched read that is `remembered_each`."""
        self._stay_outside()
        return await self.database.memory.recall_each(self.tables, read, keys)

    def _stay_outside(self) -> None:
        if self._writing is not None and self._writing is asyncio.current_task():
            raise RuntimeError("A transaction is open: pass its session, a second connection would dead-lock the pool.")

    @contextlib.asynccontextmanager
    async def transaction(self, answer: str | None = None) -> AsyncIterator[Session]:
        """One transaction: committed at the end, together with what it recorded; rolled back by any exception.

        `answer` is the global id that an idempotent mutation will answer with, where it is known before; what comes to
        be known in the transaction is set as `session.answer`.
        """
        if self._writing is not None and self._writing is asyncio.current_task():
            raise RuntimeError("A transaction is already open: pass its session down.")
        self.is_own = True  # nobody notes what is read inside
        async with self._door, self.database.session() as session:
            session.clock = self.clock
            self._writing = asyncio.current_task()
            try:
                claim, self.claim = self.claim, None
                claimed = await take(session, claim, answer) if claim else None
                session.answer = answer
                yield session
                await write_facts(session)
                if claimed and session.answer not in (None, answer):
                    await keep(session, claimed, str(session.answer))
                await write_down(session, self.deed)
            finally:
                self._writing = None
        if session.told and self.holds(Hub):
            await self[Hub].tell(session.told)
        if claimed and session.answer is None:
            self.unanswered = claimed
        self.loaders.clear()


class Afresh:
    """Makes the context of a subscription's next message. Who asks is looked up again: they may have lost a right.

    RequestError when they are not known any more.
    """

    def __init__(self, make: Callable[[], Awaitable[Context]]) -> None:
        self._make = make

    async def __call__(self) -> Context:
        return await self._make()
