"""PostgreSQL: tables, sessions and fast reads."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import ARRAY, ColumnElement, DateTime, Executable, MetaData, Text, any_, bindparam, make_url, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.sql import ClauseElement
from sqlmodel import Field, SQLModel, col

from commerce.kit.clock import Clock, system_clock
from commerce.kit.errors import BadCursor
from commerce.kit.ids import new_key

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

    async def rows(self, statement: Executable, **params: Any) -> Sequence[Row]: ...

    def now(self) -> datetime: ...


class Session(AsyncSession):
    """One transaction. Whoever is handed it runs inside it and never commits."""

    answer: str | None = None
    """Global id of what an idempotent mutation answers with; kept with its key when the transaction commits."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.facts: list[Any] = []
        self.clock: Clock = system_clock

    def now(self) -> datetime:
        return self.clock()

    async def rows(self, statement: Executable, **params: Any) -> Sequence[Row]:
        result = await self.execute(statement, params)
        return result.all()


@dataclass(slots=True)
class _Compiled:
    statement: ClauseElement  # kept, so that its id stays its own
    sql: str
    names: Sequence[str]
    defaults: dict[str, Any]


_compiled: dict[int, _Compiled] = {}
_dialect = asyncpg_dialect()  # type: ignore[no-untyped-call]


def _compile(statement: Any) -> _Compiled:
    """The text of a Core statement that is built once and kept, such as a module's constant."""
    known = _compiled.get(id(statement))
    if known is None:
        compiled = statement.compile(dialect=_dialect)
        known = _Compiled(statement, str(compiled), compiled.positiontup or [], dict(compiled.params))
        _compiled[id(statement)] = known
    return known


class Database:
    """The two ways to PostgreSQL: sessions for writing, and a pool of autocommit connections for reading fast."""

    def __init__(self, engine: AsyncEngine, pool: asyncpg.Pool) -> None:
        self.engine = engine
        self.pool = pool

    @classmethod
    async def connect(cls, url: str, size: int, statement_timeout: float) -> "Database":
        """Open both pools. `statement_timeout` in seconds bounds every statement."""
        settings = {
            "jit": "off",
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
            connect_args={"server_settings": settings},
        )
        pool = await asyncpg.create_pool(
            driver_url(url), min_size=1, max_size=size, server_settings=settings, init=_read_json, reset=_keep
        )
        return cls(engine, pool)

    async def close(self) -> None:
        await self.engine.dispose()
        await self.pool.close()

    async def rows(self, statement: Any, **params: Any) -> Sequence[Row]:
        """Run a kept Core statement outside any transaction. `params` replace its bind parameters by name."""
        query = _compile(statement)
        arguments = [params.get(name, query.defaults[name]) for name in query.names]
        try:
            found: Sequence[Row] = await self.pool.fetch(query.sql, *arguments)
        except (asyncpg.DataError, asyncpg.InterfaceError) as error:
            _blame_cursor(error, params)
            raise
        return found

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A transaction: committed at the end, rolled back by any exception."""
        async with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    async def is_alive(self) -> bool:
        """Whether PostgreSQL answers."""
        try:
            await self.pool.fetchval("select 1", timeout=2)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return False
        return True


class PinnedDatabase(Database):
    """Everything on one connection, inside one outer transaction: for tests, which roll it back."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
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
        async with self._one_at_a_time, pinned as session, session.begin():
            yield session
            await _run_deferred(session)

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
    if "page_key_0" in params:
        raise BadCursor from error


async def _read_json(connection: Any) -> None:
    """JSON columns arrive as Python values."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, schema="pg_catalog", encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads
        )


async def _keep(_connection: Any) -> None:
    """Nothing to reset: a reading connection holds no state between two statements."""


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
