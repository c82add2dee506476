"""The second level: answers that the processes of a shop share through Redis. It may fail at any time; nobody waits."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any, TypeVar

import redis.asyncio as redis
import structlog

from commerce.kit.answers.kept import Parcel

PATIENCE = 0.05
"""Seconds that a request waits for Redis: longer, and computing the answer would have been quicker."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds for which Redis is left alone after it failed; each further failure doubles them."""
MOST_UNDER_WAY = 100
"""Answers on their way to Redis at once; while there are more, further ones stay in this process."""

log = structlog.get_logger()
T = TypeVar("T")


class Shared:
    """Answers in Redis, in a space of names that only processes with the same schema use."""

    def __init__(self, cache: "redis.Redis", space: str) -> None:
        self.cache = cache
        self.space = space
        self._pause = FIRST_PAUSE
        self._rests_until = float("-inf")
        self._under_way: set[asyncio.Task[Any]] = set()

    @property
    def rests(self) -> bool:
        """Whether Redis has failed just now, and is left alone."""
        return time.monotonic() < self._rests_until

    @property
    def takes_more(self) -> bool:
        return len(self._under_way) < MOST_UNDER_WAY and not self.rests

    async def get(self, key: bytes) -> Parcel | None:
        """What another process has answered, if Redis tells it at once."""
        sent = await self._quickly(self.cache.get(self._name(key)))
        try:
            return Parcel.of(sent) if isinstance(sent, bytes) else None
        except (ValueError, TypeError):
            return None

    def put(self, key: bytes, parcel: bytes, seconds: float) -> None:
        """Let other processes have an answer, while this one goes on."""
        if self.takes_more and seconds > 0:
            task = asyncio.create_task(self._put(key, parcel, seconds))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _put(self, key: bytes, parcel: bytes, seconds: float) -> None:
        await self._quickly(self.cache.set(self._name(key), parcel, px=max(1, int(seconds * 1000))))

    async def _quickly(self, word: Awaitable[T]) -> T | None:
        """One word with Redis; None if it takes too long or fails, and then Redis is left alone for a while."""
        try:
            async with asyncio.timeout(PATIENCE):
                said = await word
        except (redis.RedisError, OSError) as error:  # a TimeoutError is an OSError
            log.warning("answers are not shared", reason=type(error).__name__, seconds=self._pause)
            self._rests_until = time.monotonic() + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            return None
        self._pause = FIRST_PAUSE
        return said

    async def settle(self) -> None:
        """Wait until everything that is under way has arrived."""
        await asyncio.gather(*self._under_way)

    def _name(self, key: bytes) -> str:
        return f"answer:{self.space}:{key.hex()}"
