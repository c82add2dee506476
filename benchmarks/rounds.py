"""Rounds of load, ours and the limit in turn, and what comes of them."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import asyncpg
import orjson

from benchmarks import catalog, meter, workloads
from benchmarks.http import Client
from benchmarks.servers import Server
from benchmarks.workloads import Shelf, Step, Workload

CONCURRENCY = 8
WARM_UP = 40
COUNTED = 3
"""Times that the statements of a request are counted; the least is it, since new connections first ask for types."""
CHECKED = 5


@dataclass(frozen=True)
class Effort:
    """How long is measured."""

    rounds: int
    seconds: float


@dataclass(frozen=True)
class Load:
    """What a server did in a round."""

    per_second: float
    cpu: float
    postgres_cpu: float
    """CPU of the server and of PostgreSQL, in milliseconds per unit of work."""


class Bench:
    """The bench: two servers over one database."""

    def __init__(
        self, ours: Server, limit: Server, control: asyncpg.Connection, postmaster: int, log: meter.Statements
    ) -> None:
        self.ours, self.limit = ours, limit
        self.control, self.postmaster, self.log = control, postmaster, log

    async def measure(self, workload: Workload, shelf: Shelf, effort: Effort) -> dict[str, Any]:
        """One row of the table."""
        both = [self.ours] if workload.name == "W5" else [self.ours, self.limit]
        if len(both) == 2:
            await self._check_equal(workload, shelf)
        for server in both:
            await self._load(server, await self._step(server, workload, shelf, WARM_UP), WARM_UP)
        counts = [await self._count(server, workload, shelf) for server in both]
        rounds: list[list[Load]] = [[] for _ in both]
        for _ in range(effort.rounds):
            for server, loads in zip(both, rounds, strict=True):
                loads.append(await self._round(server, workload, shelf, effort.seconds))
        return _row(workload, counts, rounds)

    async def _step(self, server: Server, workload: Workload, shelf: Shelf, carts: int) -> Step:
        """One unit of work for a server; workloads that use up carts get new ones."""
        if workload.name == "W5":
            return lambda client: workloads.purchase(client, shelf.variants)
        made = await catalog.carts(self.control, carts, shelf.variants[:4]) if workload.seconds_per_cart else []
        make = workloads.ours if server is self.ours else workloads.limit
        return workloads.sends(make(workload.name, shelf, made))

    async def _check_equal(self, workload: Workload, shelf: Shelf) -> None:
        """Both give the same JSON, but for the ids of what was made for each of them."""
        answers = []
        for server in (self.ours, self.limit):
            step = await self._step(server, workload, shelf, CHECKED)
            async with Client(server.port) as client:
                answers.append([orjson.loads(_MADE.sub(b"", await step(client))) for _ in range(CHECKED)])
        for ours, limit in zip(*answers, strict=True):
            ours.get("extensions", {}).pop("cost", None)  # what is left of a client's points changes with every answer
            if ours != limit:
                raise RuntimeError(f"{workload.name} differs:\n{ours}\n{limit}")

    async def _count(self, server: Server, workload: Workload, shelf: Shelf) -> int:
        step = await self._step(server, workload, shelf, COUNTED)
        counts = []
        await self.log.start()
        async with Client(server.port) as client:
            for _ in range(COUNTED):
                await step(client)
                counts.append(len(self.log.taken()))
        await self.log.stop()
        return min(counts)

    async def _round(self, server: Server, workload: Workload, shelf: Shelf, seconds: float) -> Load:
        carts = round(seconds / workload.seconds_per_cart) if workload.seconds_per_cart else 0
        step = await self._step(server, workload, shelf, carts)
        before, start = meter.cpu(server.pid, self.postmaster), time.perf_counter()
        done = await self._load(server, step, until=start + seconds)
        elapsed, spent = time.perf_counter() - start, meter.cpu(server.pid, self.postmaster).since(before)
        return Load(done / elapsed, spent.server * 1000 / done, spent.postgres * 1000 / done)

    async def _load(self, server: Server, step: Step, most: int | None = None, until: float | None = None) -> int:
        """Keep some connections busy; how much was done."""
        done = 0

        async def buyer() -> None:
            nonlocal done
            async with Client(server.port) as client:
                while (most is None or done < most) and (until is None or time.perf_counter() < until):
                    await step(client)
                    done += 1

        await asyncio.gather(*(buyer() for _ in range(CONCURRENCY)))
        return done


_MADE = re.compile(rb"cart(_line)?_[0-7][0-9a-z]{25}")


def _row(workload: Workload, counts: Sequence[int], rounds: Sequence[Sequence[Load]]) -> dict[str, Any]:
    ours = rounds[0]
    row: dict[str, Any] = {
        "workload": workload.name,
        "title": workload.title,
        "sql": counts[0],
        "sql_goal": workload.most_sql,
        **_medians(ours, ""),
    }
    if len(rounds) == 1:
        return row
    ratio = median(one.per_second / two.per_second for one, two in zip(*rounds, strict=True))
    cpu = median(one.cpu / two.cpu for one, two in zip(*rounds, strict=True))
    return row | {
        "limit_sql": counts[1],
        **_medians(rounds[1], "limit_"),
        "ratio_to_limit": round(ratio, 3),
        "cpu_times_limit": round(cpu, 2),
        "equal_to_limit": True,
    }


def _medians(loads: Sequence[Load], prefix: str) -> dict[str, float]:
    return {
        f"{prefix}requests_per_second": round(median(load.per_second for load in loads), 1),
        f"{prefix}cpu_ms": round(median(load.cpu for load in loads), 2),
        f"{prefix}postgres_cpu_ms": round(median(load.postgres_cpu for load in loads), 2),
    }
