"""Whether a catalog ten times as great makes anything slower."""

import contextlib
from statistics import median
from typing import Any

from benchmarks import servers, workloads
from benchmarks.rounds import Effort, Load, Stand, ratio, rounds
from benchmarks.run import Place, Say
from benchmarks.servers import Server
from benchmarks.workloads import WORKLOADS

Row = dict[str, Any]
MEASURED = ("W1", "W2", "W3", "W3r")
MOST_TIMES = 1.5


async def measure(small: Place, great: Place, effort: Effort, say: Say) -> list[Row]:
    """The reading workloads on both, in turn; the limit as well, since it shows what the rows themselves ask for."""
    with contextlib.ExitStack() as running:
        stands: dict[str, Stand] = {}
        for name, here in (("small", small), ("great", great)):
            for server in _servers(here):
                running.enter_context(server.running())
                await server.first_answer()
                stands[f"{name} {server.name}"] = here.stand(server)
        rows = []
        for workload in WORKLOADS:
            if workload.name in MEASURED:
                say(f"growth of {workload.name} {workload.title}")
                loads = await rounds(workload, stands, effort)
                rows.append({"growth": workload.name, "title": workload.title, **_grown(loads)})
        return rows


def _servers(here: Place) -> list[Server]:
    settings = here.settings
    ours = Server("ours", servers.OURS, settings | servers.UNCACHED, here.first)
    return [ours, Server("limit", servers.LIMIT, settings, workloads.get("/w0"))]


def _grown(loads: dict[str, list[Load]]) -> Row:
    """How much longer a request takes, and how much more CPU, than with the small catalog."""
    small, great = loads["small ours"], loads["great ours"]
    cpu = [_cpu(two) / _cpu(one) for one, two in zip(small, great, strict=True)]
    limit = ratio(loads["small limit"], loads["great limit"], "limit_times")
    most = {"cpu_times": round(median(cpu), 2), "times_goal": MOST_TIMES}
    return {**ratio(small, great, "times"), **most, "limit_times": limit["limit_times"], **_waits(small, great)}


def _cpu(load: Load) -> float:
    return load.cpu + load.postgres_cpu


def _waits(small: list[Load], great: list[Load]) -> Row:
    return {
        "small_p50_ms": round(median(load.median for load in small), 2),
        "great_p50_ms": round(median(load.median for load in great), 2),
    }
