"""The main run: every workload on our server, on the limit, and on our server with parts of it off."""

import contextlib
import platform
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
import psutil

from benchmarks import buying, catalog, meter, servers, workloads
from benchmarks.documents import W1
from benchmarks.rounds import Effort, Load, Stand, check_equal, count, medians, ratio, rounds
from benchmarks.servers import Server
from benchmarks.workloads import WORKLOADS, Shelf, Workload
from commerce.kit import ids
from commerce.kit.sealing import Vault

Row = dict[str, Any]
Say = Callable[[str], None]
STARTS = 3


@dataclass(frozen=True)
class Place:
    """A database with a catalog, and what is needed to serve it."""

    url: str
    redis_url: str
    folder: Path
    control: asyncpg.Connection
    shelf: Shelf
    load_seconds: float
    index_seconds: float

    @property
    def settings(self) -> dict[str, str]:
        return servers.environment(self.url, self.redis_url, self.folder)

    @property
    def postmaster(self) -> int:
        return int((self.folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])

    @property
    def first(self) -> bytes:
        return workloads.graphql(W1, {"category": ids.encode("category", self.shelf.categories[0])})

    def stand(self, server: Server) -> Stand:
        return Stand(server, self.shelf, self.control, self.postmaster)


@contextlib.asynccontextmanager
async def place(url: str, redis_url: str, folder: Path, products: int, say: Say) -> AsyncIterator[Place]:
    """Fill a database that has tables and nothing else."""
    control = await asyncpg.connect(url)
    try:
        seconds = await catalog.load(control, products, Vault([servers.SECRET]))
        say(f"{products:,} products in {seconds:.1f} s")
        indexed = await catalog.index(control)
        say(f"indexed in {indexed:.1f} s")
        await buying.make_reader(url)
        yield Place(url, redis_url, folder, control, await workloads.shelf(control), seconds, indexed)
    finally:
        await control.close()


async def measure(here: Place, effort: Effort, say: Say) -> list[Row]:
    """Every workload."""
    settings = here.settings
    whole = Server("whole", servers.OURS, settings, here.first)
    starts = await _starts(whole, min(effort.rounds, STARTS) - 1)
    others = [
        Server("ours", servers.OURS, settings | servers.UNCACHED, here.first),
        Server("limit", servers.LIMIT, settings, workloads.get("/w0")),
    ]
    if not effort.is_quick:
        off = settings | servers.INTERPRETED
        others.append(Server("interpreted", servers.OURS, off, here.first))
    with contextlib.ExitStack() as running:
        running.enter_context(whole.running())
        starts.append(await whole.first_answer())
        say(f"start to the first answer {median(starts):.2f} s")
        idle = meter.memory(whole.pid)
        for server in others:
            running.enter_context(server.running())
        for server in others:
            await server.first_answer()
        stands = {server.name: here.stand(server) for server in (*others, whole)}
        stands["limit"].trust(await stands["ours"].token())
        counts = await _counts(stands, here, say)
        rows = [await _workload(one, stands, counts[one.name], effort, say) for one in WORKLOADS]
        peak = meter.peak_memory(stands["ours"].server.pid)
    process = {"process": "commerce serve", "start_seconds": round(median(starts), 2), "start_goal": 2}
    return [*rows, process | {"idle_mb": round(idle), "idle_goal": 130, "peak_mb": round(peak)}]


async def _starts(server: Server, times: int) -> list[float]:
    """How soon the first answer comes, with the database up."""
    found = []
    for _ in range(times):
        with server.running():
            found.append(await server.first_answer())
    return found


async def _counts(stands: dict[str, Stand], here: Place, say: Say) -> dict[str, dict[str, int]]:
    """The statements of everything; and that all give the same answers."""
    log = meter.Statements(here.control, here.folder / "postgres")
    say("statements and answers")
    await log.start()
    found = {}
    for workload in WORKLOADS:
        taking = _taking_part(workload, stands)
        if len(taking) > 1:
            await check_equal(workload, [*taking.values()])
        found[workload.name] = {name: await count(workload, stand, log) for name, stand in taking.items()}
    await log.stop()
    return found


def _taking_part(workload: Workload, stands: dict[str, Stand]) -> dict[str, Stand]:
    """The limit where there is one; answers that were given before only where anyone may have them."""
    skipped = {"limit": not workload.has_limit, "whole": not workload.is_public, "interpreted": not workload.is_public}
    return {name: stand for name, stand in stands.items() if not skipped.get(name)}


async def _workload(
    workload: Workload, stands: dict[str, Stand], counts: dict[str, int], effort: Effort, say: Say
) -> Row:
    """One row of the table."""
    say(f"{workload.name} {workload.title}")
    return _row(workload, counts, await rounds(workload, _taking_part(workload, stands), effort))


def _row(workload: Workload, counts: dict[str, int], loads: dict[str, list[Load]]) -> Row:
    ours = loads["ours"]
    row: Row = {"workload": workload.name, "title": workload.title, "sql": counts["ours"], **medians(ours)}
    row |= {"sql_goal": workload.most_sql, "cpu_goal": workload.most_cpu}
    row |= {"postgres_cpu_goal": workload.most_postgres_cpu}
    if workload.has_limit:
        limit = loads["limit"]
        times = median(one.cpu / two.cpu for one, two in zip(ours, limit, strict=True) if two.cpu)
        row |= {"limit_sql": counts["limit"], **medians(limit, "limit_"), **ratio(ours, limit, "ratio_to_limit")}
        row |= {"cpu_times_limit": round(times, 2), "equal_to_limit": True}
    if workload.is_public:
        row |= {"cached_sql": counts["whole"], **medians(loads["whole"], "cached_")}
        row |= ratio(loads["whole"], ours, "cached_times_uncached")
    if "interpreted" in loads:
        row |= medians(loads["interpreted"], "interpreted_")
        row |= ratio(ours, loads["interpreted"], "compiled_times_interpreted")
    return row


async def machine(connection: asyncpg.Connection) -> Row:
    """Where and when."""
    server = (await connection.fetchval("show server_version")).split()[0]
    cores, memory = psutil.cpu_count(), psutil.virtual_memory().total / 2**30
    name = f"{cores} cores, {memory:.0f} GB, Python {platform.python_version()}, PostgreSQL {server}"
    return {"machine": name, "date": f"{datetime.now(UTC):%Y-%m-%d}"}
