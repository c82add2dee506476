"""Points that a client has to spend. They come back by the second; who has none left is told when to come again.

What is left stands in Redis, for all processes. Each process draws more than one request needs and spends that by itself
for a moment, so that Redis is asked about once a second for each client and not with each request.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import redis.asyncio as redis

from commerce.kit.limits.wells import LocalWell, SharedWell

LEASE = 1.0
"""Seconds for which a process spends what it drew without asking again."""
SHARE = 10
"""A process draws this part of a bucket at once."""
MOST_CLIENTS = 10_000
"""Clients that a process knows; the one that was silent for longest is forgotten."""
Ticks = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many points a client has at most, and how many come back each second."""

    maximum: int
    restore_rate: int

    def times(self, factor: int) -> "Allowance":
        """So many times as much."""
        return Allowance(self.maximum * factor, self.restore_rate * factor)


@dataclass(frozen=True, slots=True)
class Level:
    """What is left in a client's bucket as far as this process knows, after a request was let in or not."""

    available: int
    allowance: Allowance
    retry_after: float = 0.0
    """Seconds to wait, for a request that was not let in."""

    @property
    def is_admitted(self) -> bool:
        return self.retry_after == 0.0


@dataclass(slots=True)
class Lease:
    """What this process drew for one client."""

    points: float = 0.0
    """Drawn and not spent."""
    left: float = 0.0
    """What the others had left when it was drawn."""
    drawn_at: float = 0.0
    until: float = 0.0
    door: asyncio.Lock = field(default_factory=asyncio.Lock)


class Buckets:
    """The buckets of all clients. Without Redis this process counts alone; while Redis is away, with less to spend."""

    def __init__(self, cache: "redis.Redis | None" = None, ticks: Ticks = time.monotonic) -> None:
        self._ticks = ticks
        self._local = LocalWell(ticks, MOST_CLIENTS)
        self._well = SharedWell(cache, self._local, ticks) if cache is not None else self._local
        self._leases: OrderedDict[str, Lease] = OrderedDict()

    async def take(self, client: str, points: int, allowance: Allowance) -> Level:
        """Spend points of a client, if there are as many."""
        lease = self._lease_of(client)
        if not self._is_good(lease, points):
            async with lease.door:
                if not self._is_good(lease, points):
                    if self._is_known_dry(lease, points, allowance):
                        return self._refused(lease, points, allowance)
                    await self._draw(client, lease, points, allowance)
        if lease.points < points:
            return self._refused(lease, points, allowance)
        lease.points -= points
        return self._level(lease, allowance)

    def settle(self, client: str, points: int, allowance: Allowance) -> Level:
        """Return what a request did not use up after all; below zero is what it used beyond."""
        lease = self._lease_of(client)
        lease.points = min(lease.points + points, allowance.maximum)
        return self._level(lease, allowance)

    def _lease_of(self, client: str) -> Lease:
        lease = self._leases.get(client)
        if lease is None:
            lease = self._leases[client] = Lease()
            if len(self._leases) > MOST_CLIENTS:
                self._leases.popitem(last=False)
        else:
            self._leases.move_to_end(client)
        return lease

    def _is_good(self, lease: Lease, points: int) -> bool:
        return lease.points >= points and self._ticks() < lease.until

    def _is_known_dry(self, lease: Lease, points: int, allowance: Allowance) -> bool:
        """Whether asking again would be in vain. Who floods us is turned away without troubling Redis."""
        return self._ticks() < lease.until and self._expected(lease, allowance) < points

    def _expected(self, lease: Lease, allowance: Allowance) -> float:
        """What there should be by now."""
        restored = (self._ticks() - lease.drawn_at) * allowance.restore_rate
        return min(allowance.maximum, lease.points + lease.left + restored)

    async def _draw(self, client: str, lease: Lease, points: int, allowance: Allowance) -> None:
        """Pour back what the lease still has, and draw anew."""
        returned, lease.points = lease.points, 0.0
        drawn = await self._well.draw(
            client, allowance.maximum, allowance.restore_rate, points, points + allowance.maximum // SHARE, returned
        )
        lease.points += drawn.points
        lease.left = drawn.left
        lease.drawn_at = self._ticks()
        lease.until = lease.drawn_at + LEASE

    def _level(self, lease: Lease, allowance: Allowance) -> Level:
        return Level(int(min(allowance.maximum, lease.points + lease.left)), allowance)

    def _refused(self, lease: Lease, points: int, allowance: Allowance) -> Level:
        available = self._expected(lease, allowance)
        missing = max(points - available, 1)
        return Level(int(available), allowance, max(missing / allowance.restore_rate, 0.001))
