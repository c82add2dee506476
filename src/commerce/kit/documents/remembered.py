"""Documents that were sent once with their hash: from then on the hash is enough."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable
from hashlib import sha256
from typing import Any

import redis.asyncio as redis

MOST_TEXT = 1_000_000
"""Characters of all documents that a process remembers; the one that was not asked for longest goes first."""
LONGEST = 40_000
KEPT_FOR = 30 * 24 * 3600
"""Seconds that Redis keeps a document after it was last asked for."""
PATIENCE = 0.25
"""Seconds that a request waits for Redis; without it the client sends the document once more."""


class Remembered:
    """Documents by their hash: in this process, and in Redis for all of them if there is one."""

    def __init__(self, cache: "redis.Redis | None" = None) -> None:
        self.cache = cache
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._size = 0

    async def find(self, digest: str) -> str | None:
        """The document with this hash, if it is still known."""
        text = self._texts.get(digest)
        if text is not None:
            self._texts.move_to_end(digest)
            return text
        if self.cache is None or len(digest) != 64:
            return None
        kept = await _quickly(self.cache.getex(_name(digest), ex=KEPT_FOR))
        text = kept.decode(errors="replace") if isinstance(kept, bytes) else None
        if text is None or digest_of(text) != digest:
            return None
        self._keep(digest, text)
        return text

    async def keep(self, digest: str, text: str) -> None:
        """Remember a document under its hash, which must be its own."""
        if digest in self._texts or len(text) > LONGEST:
            return
        self._keep(digest, text)
        if self.cache is not None:
            await _quickly(self.cache.set(_name(digest), text, ex=KEPT_FOR))

    def _keep(self, digest: str, text: str) -> None:
        self._texts[digest] = text
        self._size += len(text)
        while self._size > MOST_TEXT:
            _, oldest = self._texts.popitem(last=False)
            self._size -= len(oldest)


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _name(digest: str) -> str:
    return f"document:{digest}"


async def _quickly(word: Awaitable[Any]) -> Any:
    """What Redis says; None if it does not answer, or not in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await word
    except (redis.RedisError, OSError):
        return None
