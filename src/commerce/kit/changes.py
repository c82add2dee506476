"""What has changed: each process hears of every change of the tables that it remembers something of."""

import asyncio
import itertools
import time
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import uuid4

import asyncpg
import structlog
from sqlmodel import SQLModel

CHANNEL = "commerce_changed"
"""Triggers tell of each change there: the table's name, and the number of the transaction."""
HELLO = "*"
"""What a process says there when it begins to listen, in place of a table's name."""
TRUSTED_FOR = 1.0
"""Seconds since the listener last had an answer, after which nothing that is remembered counts."""
PULSE = 0.3
"""Seconds between two questions to a quiet database whether it is still there."""
GATHERING = 0.02
"""Seconds in which commits of this process gather, to be heard of by one question."""
PAUSE = 0.5
"""Seconds until a lost database is tried again."""

log = structlog.get_logger()
M = TypeVar("M", bound=type[SQLModel])
_LOST = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)  # a TimeoutError is an OSError
_LISTENING = (
    f"select pg_notify('{CHANNEL}', '{HELLO} ' || pg_current_xact_id()), pg_postmaster_start_time()::text as era"
)
_announced: set[str] = set()


class Indirect(Exception):
    """Something stands between us and PostgreSQL, which may keep notifications from us."""

    def __init__(self) -> None:
        super().__init__("the address is that of a pooler")


_public: set[str] = set()


def announced(model: M) -> M:
    """Of this table every change is told to all processes, so that what was read from it may be remembered.

    The table needs the trigger: `select announce_changes('its_name')` in a migration.
    """
    _announced.add(str(model.__tablename__))
    return model


def public(model: M) -> M:
    """An announced table whose rows are nobody's own: what a guest reads from it, any other guest may be told."""
    _public.add(str(model.__tablename__))
    return announced(model)


def public_tables() -> frozenset[str]:
    """Names of the tables from which everyone may be told."""
    return frozenset(_public)


def announced_tables() -> frozenset[str]:
    """Names of the tables whose changes are told."""
    return frozenset(_announced)


class Changes:
    """Knows for each announced table whether it has changed since a moment.

    Its moments count the changes that this process has heard of: from the database's triggers, and of its own commits at
    once. Without a listener that has just had an answer nothing is known, and everything may have changed.
    """

    def __init__(self, *, alone: bool = False) -> None:
        """`alone`: nobody else writes, as in a test whose changes are rolled back; no listener is needed."""
        self._alone = alone
        self._own = uuid4().hex[:12]
        self._unknown = itertools.count()
        self._moment = 0
        self._first = 0
        self._changed: dict[str, int] = {}
        self._unheard: dict[str, int] = {}
        self._era = self._base = self._own
        self._told: dict[str, str] = {}
        self._answered = float("-inf")
        self._is_missing = False
        self._touched = asyncio.Event()

    @property
    def is_sure(self) -> bool:
        """Whether all changes are heard of."""
        return self._alone or time.monotonic() - self._answered < TRUSTED_FOR

    def moment(self) -> int:
        """The present moment. Take it before reading, to tell later what has changed since."""
        return self._moment

    def last_change(self, tables: Iterable[str]) -> int | None:
        """The moment of the latest change of these tables: what was read then or later is still true.

        None when nothing that was read of them can be relied on.
        """
        if not self.is_sure or not _announced.issuperset(tables):
            return None
        changed = self._changed
        return max([self._first, *(changed.get(table, 0) for table in tables)])

    def unchanged(self, tables: Iterable[str], since: int) -> bool:
        """Whether what was read from these tables at a moment or later is still true."""
        last = self.last_change(tables)
        return last is not None and since >= last

    def version(self, table: str) -> str:
        """The name of a table's present state. Processes that have heard of the same changes call it by the same name.

        A state that is unknown gets a name of its own each time.
        """
        if table not in _announced or not self.is_sure:
            return f"{self._own}?{next(self._unknown)}"
        if table in self._unheard:
            return f"{self._own}+{self._changed[table]}"
        return f"{self._era} {self._told.get(table, self._base)}"

    def versions(self, tables: Iterable[str]) -> tuple[str, ...]:
        """The versions of tables, in their order."""
        return tuple(map(self.version, tables))

    def common_versions(self, tables: Sequence[str]) -> tuple[str, ...] | None:
        """The versions of tables, if other processes can know them by the same names; else None."""
        is_common = self.is_sure and all(table in _announced and table not in self._unheard for table in tables)
        return self.versions(tables) if is_common else None

    def touch(self, tables: Iterable[str]) -> None:
        """Note that this process has changed these tables: it need not wait until it hears of it."""
        changed = [table for table in tables if table in _announced]
        if changed:
            self._moment += 1
            self._changed.update(dict.fromkeys(changed, self._moment))
            self._unheard.update(dict.fromkeys(changed, self._moment))
            self._touched.set()

    async def listen(self, url: str) -> None:
        """Listen for as long as the process lives, on a connection of its own that leads straight to PostgreSQL."""
        while True:
            try:
                await self._follow(url)
            except (*_LOST, Indirect) as error:
                self._miss(error)
            finally:
                self._lose()
            await asyncio.sleep(PAUSE)

    def _miss(self, error: Exception) -> None:
        if not self._is_missing:
            log.warning("changes are not heard", reason=str(error) or type(error).__name__)
        self._is_missing = True

    async def _follow(self, url: str) -> None:
        settings = {"application_name": "commerce changes"}
        connection = await asyncpg.connect(url, timeout=5, command_timeout=TRUSTED_FOR, server_settings=settings)
        try:
            connection.add_termination_listener(lambda _connection: self._lose())
            if await connection.fetchval("select pg_backend_pid()") != connection.get_server_pid():
                raise Indirect
            await connection.add_listener(CHANNEL, self._hear)
            self._era = (await connection.fetchrow(_LISTENING))["era"]
            self._moment = self._first = self._moment + 1  # nobody knows what was changed before
            while True:
                await self._ask(connection)
                await self._rest()
        finally:
            connection.terminate()

    async def _ask(self, connection: "asyncpg.Connection[Any]") -> None:
        """Once this is answered, all has been heard that was committed before it was asked."""
        asked, moment = time.monotonic(), self._moment
        await connection.fetchval("select 1")
        self._unheard = {table: touched for table, touched in self._unheard.items() if touched > moment}
        self._answered = asked
        if self._is_missing:
            log.info("changes are heard again")
        self._is_missing = False

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(PULSE):
                await self._touched.wait()
        except TimeoutError:
            return
        await asyncio.sleep(GATHERING)
        self._touched.clear()

    def _hear(self, _connection: object, _pid: int, _channel: str, said: object) -> None:
        """Everyone hears the same in the same order, the order of the commits; so all call a state by the same name."""
        table, _, transaction = str(said).partition(" ")
        if table == HELLO:
            self._base = transaction
            self._told.clear()
            return
        self._moment += 1
        self._changed[table] = self._moment
        self._told[table] = transaction

    def _lose(self) -> None:
        self._answered = float("-inf")
