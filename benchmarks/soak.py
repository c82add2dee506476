"""Minutes of everything at once, to see that nothing grows and nothing breaks."""

import asyncio
import itertools
import random
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from statistics import median
from typing import Any

from benchmarks import hostile, meter, servers
from benchmarks.http import Client
from benchmarks.rounds import CONCURRENCY, Stand, p95
from benchmarks.run import Place, Say
from benchmarks.servers import Server
from benchmarks.workloads import WORKLOADS, graphql

Row = dict[str, Any]
Act = Callable[[Client], Awaitable[object]]
SHARES = {"W0": 5, "W1": 25, "W2": 25, "W3": 4, "W3r": 4, "W4": 12, "W5": 3, "W6": 6, "W7": 2, "new": 10, "hostile": 4}
"""What of a hundred requests is of which kind; `new` are documents that were never sent before."""
CARTS = 3000
KEPT = 800
"""New documents that fill what a server keeps of them, so that this is not taken for a leak."""
SHOWN = 12
FLAT_MB, FLAT_SHARE = 3.0, 0.02
"""How much more may be held in the last third of the time than in the second: the greater of both."""


class Soak:
    """What was done so far, and what went wrong."""

    def __init__(self, stand: Stand, acts: dict[str, Act]) -> None:
        self.stand, self.acts = stand, acts
        self.waited: dict[str, list[float]] = defaultdict(list)
        self.errors: Counter[str] = Counter()
        self.memory: list[tuple[float, float]] = []

    async def run(self, seconds: float, say: Say) -> None:
        """Some clients do everything at random, while the memory is looked at."""
        start = time.perf_counter()
        until = start + seconds
        dice = random.Random(1)  # the same in each run
        clients = [asyncio.create_task(self._client(dice, until)) for _ in range(CONCURRENCY)]
        while time.perf_counter() < until:
            await asyncio.sleep(min(1.0, seconds / 60))
            self.memory.append((time.perf_counter() - start, meter.memory(self.stand.server.pid)))
            if len(self.memory) % 30 == 0:
                say(f"{self.memory[-1][0]:.0f} s: {self.memory[-1][1]:.1f} MB, {sum(self.errors.values())} errors")
        await asyncio.gather(*clients)

    async def _client(self, dice: random.Random, until: float) -> None:
        names, shares = list(SHARES), list(SHARES.values())
        while time.perf_counter() < until:
            async with Client(self.stand.server.port) as client:  # a new connection now and then
                for name in dice.choices(names, shares, k=50):
                    if time.perf_counter() < until and not await self._act(client, name):
                        break

    async def _act(self, client: Client, name: str) -> bool:
        """Whether the connection can be used again."""
        start = time.perf_counter()
        try:
            await self.acts[name](client)
        except (RuntimeError, OSError, asyncio.IncompleteReadError, KeyError, TypeError) as error:
            self.errors[f"{name}: {error!r}"[:300]] += 1
            return False
        self.waited[name].append(time.perf_counter() - start)
        return name != "hostile"  # such a connection may have been ended


def _new_documents() -> Iterator[bytes]:
    """Documents that differ from each other, as those of clients that write values into their queries."""
    for n in itertools.count():
        names = " ".join(f"n{n}a{i}: name s{n}a{i}: slug" for i in range(20))
        yield graphql(f"query Q{n} {{ products(first: {n % 5 + 1}, sort: NEWEST) {{ nodes {{ id {names} }} }} }}")


async def _acts(stand: Stand) -> dict[str, Act]:
    """How each kind is done once."""
    acts: dict[str, Act] = {}
    for workload in WORKLOADS:
        acts[workload.name] = (await stand.step(workload, CARTS)).run
    history = next(one for one in WORKLOADS if one.name == "W6")
    new, villains = _new_documents(), itertools.cycle(hostile.BODIES.values())

    async def signed_in(client: Client) -> None:
        await (await stand.step(history, 0)).run(client)  # with a token that is fresh

    async def never_sent(client: Client) -> None:
        if b'"errors"' in (answer := await client.send(next(new))):
            raise RuntimeError(answer.decode())

    async def harm(client: Client) -> None:
        if fault := await hostile.send(client, next(villains)):
            raise RuntimeError(fault)

    return acts | {"W6": signed_in, "new": never_sent, "hostile": harm}


async def measure(here: Place, seconds: float, say: Say) -> list[Row]:
    """The whole server, with everything on."""
    server = Server("whole", servers.OURS, here.settings, here.first)
    with server.running():
        await server.first_answer()
        stand = here.stand(server)
        soak = Soak(stand, await _acts(stand))
        say("as many documents as are kept")
        async with Client(server.port) as client:
            for _ in range(KEPT):
                await soak.acts["new"](client)
        await soak.run(seconds, say)
    kinds = [
        {
            "soak": name,
            "requests": len(waited),
            "p50_ms": round(median(waited) * 1000, 1),
            "p95_ms": round(p95(waited) * 1000, 1),
        }
        for name, waited in sorted(soak.waited.items())
    ]
    return [
        *kinds,
        _memory(soak.memory),
        {"soak_errors": sum(soak.errors.values()), "most": soak.errors.most_common(5)},
    ]


def _memory(samples: list[tuple[float, float]]) -> Row:
    """What was held over time, and whether it grew: its middle in the last third over that in the second."""
    third = len(samples) // 3
    second, last = ([held for _, held in part] for part in (samples[third : 2 * third], samples[2 * third :]))
    grown, hours = median(last) - median(second), (samples[-1][0] - samples[0][0]) / 3 / 3600
    shown = samples[:: max(len(samples) // SHOWN, 1)]
    return {
        "soak_memory": {f"{at:.0f} s": round(held, 1) for at, held in shown},
        "grown_mb_in_last_third": round(grown, 2),
        "mb_per_hour": round(grown / hours, 1),
        "is_flat": grown < max(FLAT_MB, FLAT_SHARE * median(second)),
    }
