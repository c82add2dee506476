"""Connections for reading fast. Each statement is a transaction of its own, so that between two of them nothing has to be
put back in order; the driver's own pool does that, and it costs as much as a small statement itself.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class Readers:
    """At most `size` connections, opened as they are needed. Whoever finds none gets the next that is put back, in the
    order of asking; after `patience` seconds the TimeoutError of SQLAlchemy's pool.
    """

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], size: int, patience: float = 10.0) -> None:
        self._connect = connect
        self._free = size
        """How many more may be opened."""
        self._patience = patience
        self._idle: deque[asyncpg.Connection] = deque()
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        self._is_closed = False

    async def fetch(self, sql: str, *arguments: Any) -> Sequence[Sequence[Any]]:
        """The rows of one statement."""
        connection = self._idle_one() or await self._another()
        is_done = False
        try:
            found: Sequence[Sequence[Any]] = await connection.fetch(sql, *arguments)
            is_done = True
        finally:
            self._put_back(connection, is_fresh=is_done)
        return found

    def _idle_one(self) -> asyncpg.Connection | None:
        """An idle connection, the one that was used last. Those that were lost meanwhile make room for others."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
            self._free += 1
        return None

    async def _another(self) -> asyncpg.Connection:
        """A connection when none is idle: a new one if there may be more, or else the next that is put back."""
        if self._is_closed:
            raise asyncpg.InterfaceError("The connections for reading are closed.")
        if self._free:
            self._free -= 1
            return await self._open()
        return await self._turn() or await self._open()

    async def _open(self) -> asyncpg.Connection:
        """A new connection, in a place that was set free for it."""
        try:
            return await self._connect()
        except BaseException:
            self._hand_on(None)
            raise

    async def _turn(self) -> asyncpg.Connection | None:
        """Wait for what is handed on: a connection, or room for a new one."""
        turn: asyncio.Future[asyncpg.Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._patience):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._hand_on(turn.result())  # it came too late for us
            if isinstance(error, TimeoutError):
                raise PoolTimeoutError("No connection for reading became free.") from error
            raise

    def _put_back(self, connection: asyncpg.Connection, *, is_fresh: bool) -> None:
        """After a statement that was broken off a connection may have to rest: others are taken before it."""
        if connection.is_closed() or self._is_closed:
            connection.terminate()
            self._hand_on(None)
        elif is_fresh or self._waiting:
            self._hand_on(connection)
        else:
            self._idle.appendleft(connection)

    def _hand_on(self, connection: asyncpg.Connection | None) -> None:
        """Give a connection, or the room for one, to who waits longest; nobody who comes later takes it away."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is None:
            self._free += 1
        else:
            self._idle.append(connection)

    async def close(self) -> None:
        """Close those that are idle, and each of the others when its statement has ended."""
        self._is_closed = True
        while self._idle:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self._idle.pop().close(timeout=2)
