"""Rounds of load on several servers in turn, and what comes of them."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import asyncpg
import orjson

from benchmarks import buying, catalog, meter, workloads
from benchmarks.http import Client
from benchmarks.servers import Server
from benchmarks.workloads import Made, Shelf, Step, Workload

CONCURRENCY = 8
WARM_UP = 40
COUNTED = 3
"""Times that the statements of a request are counted; the least is it, since new connections first ask for types."""
CHECKED = 5
CARTS_PER_SECOND = 1500
"""A bound for how many carts are used up."""
TOKEN_LIFE = 300.0
_MADE = re.compile(rb"cart(_line)?_[0-7][0-9a-z]{25}")


@dataclass(frozen=True)
class Effort:
    """How long is measured."""

    rounds: int
    seconds: float
    is_quick: bool = False
    """Whether it is only to be seen that everything works: without servers that have parts of them off."""


@dataclass(frozen=True)
class Load:
    """What a server did in a round."""

    per_second: float
    cpu: float
    postgres_cpu: float
    """CPU of the server and of PostgreSQL, in milliseconds per unit of work."""
    median: float
    p95: float
    """Milliseconds that one waited."""


class Stand:
    """A server over the catalog that it is asked about."""

    def __init__(self, server: Server, shelf: Shelf, control: asyncpg.Connection, postmaster: int) -> None:
        self.server, self.shelf, self.control, self.postmaster = server, shelf, control, postmaster
        self._token, self._signed_in = "", -TOKEN_LIFE

    async def step(self, workload: Workload, carts: int) -> Step:
        """One unit of work; workloads that use up carts get new ones."""
        if workload.name == "W5":
            return buying.purchases(self.shelf.variants)
        variants = self.shelf.variants[: workloads.CART_LINES]
        made = await catalog.carts(self.control, carts, variants) if workload.uses_carts else []
        requests = workloads.LIMIT if self.server.name == "limit" else workloads.OURS
        return workloads.sends(requests[workload.name](self.shelf, Made(made, await self.token())))

    async def token(self) -> str:
        """Of somebody who is signed in, fresh enough."""
        if self.server.name != "limit" and time.perf_counter() - self._signed_in > TOKEN_LIFE:
            self._token, self._signed_in = await buying.sign_in(self.server.port), time.perf_counter()
        return self._token

    def trust(self, token: str) -> None:
        """Take a token that another server gave."""
        self._token = token

    async def warm_up(self, workload: Workload, effort: Effort) -> None:
        """Until everything was asked for once."""
        step = await self.step(workload, WARM_UP)
        await self._load(step, most=CONCURRENCY if effort.is_quick else max(WARM_UP, step.different))

    async def round(self, workload: Workload, seconds: float) -> Load:
        step = await self.step(workload, round(seconds * CARTS_PER_SECOND))
        before, start = self._cpu(), time.perf_counter()
        waited = await self._load(step, until=start + seconds)
        elapsed, spent, done = time.perf_counter() - start, self._cpu().since(before), len(waited)
        cpu, postgres = spent.server * 1000 / done, spent.postgres * 1000 / done
        return Load(done / elapsed, cpu, postgres, median(waited) * 1000, p95(waited) * 1000)

    def _cpu(self) -> meter.Spent:
        return meter.cpu(self.server.pid, self.postmaster)

    async def _load(self, step: Step, most: int | None = None, until: float | None = None) -> list[float]:
        """Keep some connections busy; how long each unit of work took."""
        waited: list[float] = []

        async def buyer() -> None:
            async with Client(self.server.port) as client:
                while (most is None or len(waited) < most) and (until is None or time.perf_counter() < until):
                    start = time.perf_counter()
                    await step.run(client)
                    waited.append(time.perf_counter() - start)

        await asyncio.gather(*(buyer() for _ in range(CONCURRENCY)))
        return waited


def p95(waited: Sequence[float]) -> float:
    """What nineteen of twenty did not exceed."""
    return sorted(waited)[len(waited) * 19 // 20]


async def check_equal(workload: Workload, stands: Sequence[Stand]) -> None:
    """All give the same data, but for the ids of what was made for each of them."""
    answers = []
    for stand in stands:
        step = await stand.step(workload, CHECKED)
        async with Client(stand.server.port) as client:
            answers.append([orjson.loads(_MADE.sub(b"", await step.run(client)))["data"] for _ in range(CHECKED)])
    for stand, given in zip(stands[1:], answers[1:], strict=True):
        for one, other in zip(answers[0], given, strict=True):
            if one != other:
                raise RuntimeError(f"{workload.name} differs, {stand.server.name}:\n{one}\n{other}")


async def count(workload: Workload, stand: Stand, log: meter.Statements) -> int:
    """The statements of one unit of work."""
    step = await stand.step(workload, COUNTED)
    counts = []
    async with Client(stand.server.port) as client:
        for _ in range(COUNTED):
            log.taken()
            await step.run(client)
            counts.append(len(log.taken()))
    return min(counts)


async def rounds(workload: Workload, stands: Mapping[str, Stand], effort: Effort) -> dict[str, list[Load]]:
    """Load on each in turn; who is first changes, so that nobody has the better moments."""
    for stand in stands.values():
        await stand.warm_up(workload, effort)
    loads: dict[str, list[Load]] = {name: [] for name in stands}
    order = list(stands)
    for _ in range(effort.rounds):
        for name in order:
            loads[name].append(await stands[name].round(workload, effort.seconds))
        order = [*order[1:], order[0]]
    return loads


def medians(loads: Sequence[Load], prefix: str = "") -> dict[str, float]:
    """What a server did in the middle of all rounds."""
    return {
        f"{prefix}requests_per_second": round(median(load.per_second for load in loads), 1),
        f"{prefix}cpu_ms": round(median(load.cpu for load in loads), 2),
        f"{prefix}postgres_cpu_ms": round(median(load.postgres_cpu for load in loads), 2),
        f"{prefix}p50_ms": round(median(load.median for load in loads), 2),
        f"{prefix}p95_ms": round(median(load.p95 for load in loads), 2),
    }


def ratio(of: Sequence[Load], to: Sequence[Load], name: str) -> dict[str, Any]:
    """Requests per second of one to those of another in the same round: the middle one, and how far they lie apart."""
    found = sorted(one.per_second / two.per_second for one, two in zip(of, to, strict=True))
    return {name: round(median(found), 3), f"{name}_spread": [round(found[0], 3), round(found[-1], 3)]}
