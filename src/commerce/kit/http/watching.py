"""How long, and for whom, the process works: bounds on what is under way."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from commerce.kit.http.faults import NotRun
from commerce.kit.outages import overloaded, timed_out

GRACE = 0.1
"""Seconds that a query runs before anyone looks whether its client is still there; most are answered by then."""


class Room:
    """How many operations may be under way at once. One more is turned away, and told to come again."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0

    def __enter__(self) -> None:
        if self.taken >= self.most:
            raise NotRun.because(overloaded())
        self.taken += 1

    def __exit__(self, *_raised: object) -> None:
        self.taken -= 1


class Watch:
    """Calls off what the present task does in its block when the client goes away, or when its time is up."""

    __slots__ = ("_begin", "_looking", "_reason", "_receive", "_seconds", "_task")

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._seconds = seconds
        self._reason: ClientDisconnect | NotRun | None = None
        self._looking: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._begin = task.get_loop().call_later(min(GRACE, self._seconds), self._look)
        return self

    def end(self) -> None:
        """What follows is done to its end, whoever is gone and however long it takes."""
        self._begin.cancel()
        if self._looking is not None:
            self._looking.cancel()

    def _look(self) -> None:
        self._looking = asyncio.create_task(self._until_called_off())

    async def _until_called_off(self) -> None:
        try:
            async with asyncio.timeout(self._seconds - GRACE):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            self._reason = NotRun.because(timed_out())
        else:
            self._reason = ClientDisconnect()
        self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        if self._reason is not None and self._task.uncancel() == 0 and kind is not None:
            raise self._reason from error
