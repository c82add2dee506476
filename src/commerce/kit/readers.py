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
    """At most `size` connections, opened as they are needed and taken in turns. Whoever finds none waits for `patience`
    seconds at most, and gets the TimeoutError of SQLAlchemy's pool then.
    """

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], size: int, patience: float = 10.0) -> None:
        self._connect = connect
        self._free = size
        self._patience = patience
        self._idle: list[asyncpg.Connection] = []
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_closed = False

    async def fetch(self, sql: str, *arguments: Any) -> Sequence[Sequence[Any]]:
        """The rows of one statement."""
        connection = self._idle_one() or await self._another()
        try:
            found: Sequence[Sequence[Any]] = await connection.fetch(sql, *arguments)
        finally:
            self._put_back(connection)
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
        """A connection when none is idle: a new one if there may be more, or the next that is put back."""
        while not self._free:
            await self._turn()
            if connection := self._idle_one():
                return connection
        if self._is_closed:
            raise asyncpg.InterfaceError("The connections for reading are closed.")
        self._free -= 1
        try:
            return await self._connect()
        except BaseException:
            self._free += 1
            self._wake()
            raise

    async def _turn(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._wake()  # it was our turn, which is another's now
            if isinstance(error, TimeoutError):
                raise PoolTimeoutError("No connection for reading became free.") from error
            raise

    def _put_back(self, connection: asyncpg.Connection) -> None:
        if connection.is_closed() or self._is_closed:
            self._free += 1
            connection.terminate()
        else:
            self._idle.append(connection)
        self._wake()

    def _wake(self) -> None:
        """Give one of those who wait a turn."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    async def close(self) -> None:
        """Close those that are idle, and each of the others when its statement has ended."""
        self._is_closed = True
        while self._idle:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self._idle.pop().close(timeout=2)
