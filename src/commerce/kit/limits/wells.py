"""Where points are drawn from: Redis for all processes, or this process's own memory."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

log = structlog.get_logger()

PATIENCE = 0.25
"""Seconds that Redis may take; it is asked before anything else is done."""
PAUSE = 5.0
"""Seconds in which Redis is not asked again after it failed."""
STRICTER = 4
"""While Redis is away each process gives out this part: others do too, and nobody adds it up."""

_DRAW = """
local now = redis.call('TIME')
local at = now[1] + now[2] / 1000000
local kept = redis.call('HMGET', KEYS[1], 'points', 'at')
local maximum, rate, need, want, back = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local points = tonumber(kept[1] or maximum) + math.max(0, at - tonumber(kept[2] or at)) * rate + back
points = math.min(maximum, points)
local drawn = 0
if points >= need then
  drawn = math.max(need, math.min(want, points / 2))
  points = points - drawn
end
redis.call('HSET', KEYS[1], 'points', points, 'at', string.format('%.6f', at))
redis.call('PEXPIRE', KEYS[1], math.ceil(maximum / rate * 1000) + 1000)
return {tostring(drawn), tostring(points)}
"""
"""Fill up by the time that has passed, and draw: what is needed, and more if there is plenty. All or nothing."""


class Drawn:
    """What was drawn, and what is left for others."""

    __slots__ = ("left", "points")

    def __init__(self, points: float, left: float) -> None:
        self.points = points
        self.left = left


class Well(Protocol):
    """Gives out points."""

    async def draw(self, client: str, maximum: int, rate: int, need: int, want: int, returned: float) -> Drawn:
        """Take back what was returned, and give at least what is needed, at best what is wanted, or nothing."""


class LocalWell:
    """Points in this process's memory."""

    def __init__(self, ticks: Callable[[], float], most: int) -> None:
        self._ticks = ticks
        self._most = most
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def draw(self, client: str, maximum: int, rate: int, need: int, want: int, returned: float) -> Drawn:
        now = self._ticks()
        points, at = self._kept.pop(client, (float(maximum), now))
        points = min(maximum, points + (now - at) * rate + returned)
        drawn = max(need, min(want, points / 2)) if points >= need else 0.0
        self._kept[client] = points - drawn, now
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return Drawn(drawn, points - drawn)


class SharedWell:
    """Points in Redis. When it fails the local well stands in, with less to give, and Redis is left alone for a while."""

    def __init__(self, cache: "redis.Redis", local: LocalWell, ticks: Callable[[], float]) -> None:
        self._draw = cache.register_script(_DRAW)
        self._local = local
        self._ticks = ticks
        self._asked_again_at = 0.0

    async def draw(self, client: str, maximum: int, rate: int, need: int, want: int, returned: float) -> Drawn:
        if self._ticks() >= self._asked_again_at:
            try:
                async with asyncio.timeout(PATIENCE):
                    drawn, left = await self._draw([f"limits:{{{client}}}"], [maximum, rate, need, want, returned])
            except (RedisError, OSError, TimeoutError) as error:
                self._asked_again_at = self._ticks() + PAUSE
                log.warning("limits without redis", error=repr(error), seconds=PAUSE)
            else:
                return Drawn(float(drawn), float(left))
        least = max(maximum // STRICTER, need)  # else what is dear would never be let in again
        return await self._local.draw(client, least, max(rate // STRICTER, 1), need, want, returned)
