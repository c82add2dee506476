"""PostgreSQL: tables, sessions and fast reads."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    DateTime,
    Executable,
    MetaData,
    Text,
    any_,
    bindparam,
    event,
    make_url,
    orm,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlmodel import Field, SQLModel, col

from commerce.kit.changes import Changes, following_tables
from commerce.kit.clock import Clock, system_clock
from commerce.kit.errors import BadCursor
from commerce.kit.ids import new_key
from commerce.kit.notary import NO_NOTARY, Notary
from commerce.kit.outages import Unreachable, outage
from commerce.kit.readers import Readers
from commerce.kit.reference import Memory
from commerce.kit.sealing import NO_VAULT, Vault
from commerce.kit.statements import compile_once, tables_written

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Row = Sequence[Any]
"""One row of an answer, by position."""

K = TypeVar("K")

CONNECT_TIMEOUT = 5.0
"""Seconds after which a connection that does not come about is given up."""


def metadata() -> MetaData:
    """All tables that have been imported."""
    return SQLModel.metadata


class Table(SQLModel):
    """A row with a time-ordered key of its own."""

    id: UUID = Field(default_factory=new_key, primary_key=True)


def instant(**options: Any) -> Any:
    """A column for an instant; it is kept in UTC."""
    return Field(sa_type=DateTime(timezone=True), **options)


def document(**options: Any) -> Any:
    """A JSONB column."""
    return Field(sa_type=JSONB, **options)


def choice(**options: Any) -> Any:
    """A text column for a StrEnum. Rows read back hold plain text, which equals the member."""
    return Field(sa_type=Text, **options)


class Reads(Protocol):
    """Whoever can run a statement: a context (autocommit, fast) or a session (inside its transaction)."""

    @property
    def vault(self) -> Vault:
        """What seals and opens personal data."""
        ...

    async def rows(self, statement: Executable, **params: Any) -> Sequence[Row]: ...

    async def remember(self, read: Callable[..., Awaitable[Any]], *args: Any, **named: Any) -> Any:
        """The answer of a read that is `remembered`."""
        ...

    async def remember_each(self, read: Callable[..., Awaitable[Any]], keys: Sequence[Any]) -> list[Any]:
        """The answers of a batched read that is `remembered_each`."""
        ...

    def now(self) -> datetime: ...


_WRITTEN = "tables written"


class _Transaction(orm.Session):
    """The session beneath; it notes which tables are written."""


class Session(AsyncSession):
    """One transaction. Whoever is handed it runs inside it and never commits."""

    sync_session_class = _Transaction

    memory: Memory
    vault: Vault
    notary: Notary
    answer: str | None = None
    """Global id of what an idempotent mutation answers with; kept with its key when the transaction commits."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.facts: list[Any] = []
        self.deeds: list[Any] = []
        """What is written into the audit log when it commits, beside the deed that it is part of."""
        self.told_of_deed: dict[str, Any] = {}
        """Facts of the deed that it is part of."""
        self.told: set[tuple[str, UUID]] = set()
        self.clock: Clock = system_clock
        self.written: set[str] = self.sync_session.info.setdefault(_WRITTEN, set())
        """Names of the tables that it has changed."""

    def now(self) -> datetime:
        return self.clock()

    async def rows(self, statement: Executable, **params: Any) -> Sequence[Row]:
        result = await self.execute(statement, params)
        return result.all()

    async def remember(self, read: Callable[..., Awaitable[Any]], *args: Any, **named: Any) -> Any:
        """From memory, unless this transaction has changed some of what is read."""
        await self._write_out()
        return await self.memory.recall_within(self, read, *args, **named)

    async def remember_each(self, read: Callable[..., Awaitable[Any]], keys: Sequence[Any]) -> list[Any]:
        await self._write_out()
        found: list[Any] = await self.memory.recall_each(set(), read, keys, self)
        return found

    async def _write_out(self) -> None:
        if self.new or self.dirty or self.deleted:
            await self.flush()


@event.listens_for(_Transaction, "after_begin")
def _take_connection(session: _Transaction, _transaction: object, connection: Connection) -> None:
    """What is written on the connection from now on is the session's."""
    connection.info[_WRITTEN] = session.info[_WRITTEN]


def _note_written(connection: Any, _cursor: object, sql: str, *_rest: object) -> None:
    """Whatever way a statement took, by the unit of work, as an expression or as plain text."""
    written = connection.info.get(_WRITTEN)
    if written is not None:
        written |= tables_written(sql)


class Database:
    """The two ways to PostgreSQL: sessions for writing, and autocommit connections for reading fast."""

    vault: Vault = NO_VAULT
    notary: Notary = NO_NOTARY

    def __init__(self, engine: AsyncEngine, readers: Readers) -> None:
        self.engine = engine
        self.readers = readers
        self.changes = Changes()
        self.memory = Memory(self)
        event.listen(engine.sync_engine, "before_cursor_execute", _note_written)

    @classmethod
    async def connect(cls, url: str, size: int, statement_timeout: float) -> "Database":
        """Open both pools. `statement_timeout` in seconds bounds every statement."""
        settings = {
            "jit": "off",
            "max_parallel_workers_per_gather": "0",  # many small questions at once: none may take all cores
            "random_page_cost": "1.1",  # memory and flash find any page as soon as the next one
            "statement_timeout": str(int(statement_timeout * 1000)),
            "timezone": "UTC",
            "idle_in_transaction_session_timeout": "60000",
        }
        engine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=size,
            max_overflow=0,
            pool_timeout=10,
            hide_parameters=True,  # a fault's trace must not hold what people entered
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            async_creator=partial(_reach, driver_url(url), server_settings=settings),
        )
        patience = statement_timeout + 2  # for a network that swallows what PostgreSQL says
        connect = partial(_reader, driver_url(url), server_settings=settings, command_timeout=patience)
        readers = Readers(connect, size)
        return cls(engine, readers)

    async def close(self) -> None:
        await self.engine.dispose()
        await self.readers.close()

    async def rows(self, statement: Any, **params: Any) -> Sequence[Row]:
        """Run a kept Core statement outside any transaction. `params` replace its bind parameters by name."""
        query = compile_once(statement)
        arguments = [params.get(name, query.defaults[name]) for name in query.names]
        try:
            found: Sequence[Row] = await self.readers.fetch(query.sql, *arguments)
        except (asyncpg.DataError, asyncpg.InterfaceError) as error:
            _blame_cursor(error, params)
            raise
        return found

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A transaction: committed at the end, rolled back by any exception."""
        async with Session(self.engine, expire_on_commit=False) as session:
            session.memory, session.vault, session.notary = self.memory, self.vault, self.notary
            async with session.begin():
                yield session
            self.changes.touch(session.written)

    async def is_alive(self) -> bool:
        """Whether PostgreSQL answers."""
        try:
            async with asyncio.timeout(2):
                await self.readers.fetch("select 1")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return False
        return True


class PinnedDatabase(Database):
    """Everything on one connection, inside one outer transaction: for tests, which roll it back."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.changes = Changes(alone=True)
        self.memory = Memory(self)
        event.listen(connection.sync_connection, "before_cursor_execute", _note_written)
        self._one_at_a_time = asyncio.Lock()

    async def rows(self, statement: Any, **params: Any) -> Sequence[Row]:
        # GraphQL cancels the fields beside one that failed; a statement cut off would take the connection along.
        return await asyncio.shield(self._rows(statement, params))

    async def _rows(self, statement: Any, params: dict[str, Any]) -> Sequence[Row]:
        async with self._one_at_a_time:
            try:
                result = await self.connection.execute(statement, params)
            except DBAPIError as error:
                _blame_cursor(error, params)
                raise
            return result.all()

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        pinned = Session(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        pinned.memory, pinned.vault, pinned.notary = self.memory, self.vault, self.notary
        async with self._one_at_a_time, pinned as session:
            async with session.begin():
                yield session
                await _run_deferred(session)
            if session.written:
                self.changes.touch(session.written | following_tables())  # what triggers tell is never sent

    async def close(self) -> None:
        pass

    async def is_alive(self) -> bool:
        return True


async def _run_deferred(session: Session) -> None:
    """What PostgreSQL puts off until a transaction commits happens now: within an outer one it never would."""
    await session.execute(text("set constraints all immediate"))
    await session.execute(text("set constraints all deferred"))


def _blame_cursor(error: Exception, params: dict[str, Any]) -> None:
    """The keys of a cursor come from the client: if they are of the wrong type, that is not our fault."""
    if "page_key_0" in params and outage(error) is None:
        raise BadCursor from error


async def _reach(*arguments: Any, **options: Any) -> asyncpg.Connection:
    """A connection. Unreachable if there is none to be had, for whatever reason of the network."""
    try:
        return await asyncpg.connect(*arguments, timeout=CONNECT_TIMEOUT, **options)
    except OSError as error:
        raise Unreachable("PostgreSQL cannot be reached.") from error


async def _reader(*arguments: Any, **options: Any) -> asyncpg.Connection:
    connection = await _reach(*arguments, **options)
    await _read_json(connection)
    return connection


async def _read_json(connection: Any) -> None:
    """JSON columns arrive as Python values."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, schema="pg_catalog", encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads
        )


def driver_url(url: str) -> str:
    """The same address for asyncpg itself: without the name of a driver."""
    scheme, separator, rest = url.partition("://")
    return scheme.partition("+")[0] + separator + rest


def sqlalchemy_url(url: str) -> str:
    """The same address for SQLAlchemy's asyncpg driver."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def among(column: Any, name: str = "keys") -> ColumnElement[bool]:
    """`column = any(:name)`: one prepared statement for any number of values, which are bound as a list."""
    expression = cast("ColumnElement[Any]", col(column))
    return expression == any_(bindparam(name, type_=ARRAY(expression.type)))


def grouped(rows: Sequence[Row], owners: Sequence[K]) -> list[list[Row]]:
    """Rows led by their owner's key → one list per owner, in the owners' order."""
    groups: dict[K, list[Row]] = {owner: [] for owner in owners}
    for row in rows:
        groups[row[0]].append(row)
    return [groups[owner] for owner in owners]


def keyed(rows: Sequence[Row]) -> dict[Any, Row]:
    """Rows by their first column."""
    return {row[0]: row for row in rows}
