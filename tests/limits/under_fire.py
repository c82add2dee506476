"""How long others wait while hostile documents come in: `python -m tests.limits.under_fire http://127.0.0.1:8000`.

Not a test, since it is about time. First a storefront asks for lists by itself, then while two others send every hostile
document again and again, each with something new in it so that nothing is answered from memory.
"""

import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

from tests.limits.hostile import BODIES, DOCUMENTS, VARIABLES

SECONDS = 12.0
PAUSE = 0.02
"""Between two requests of the storefront, as if it were one among some."""
LIST = """query Listing($after: String) { products(first: 24, after: $after) { nodes {
  id name slug featuredImage { url } priceRange { min { current { amount currencyCode } } }
} pageInfo { endCursor } } }"""


async def storefront(client: httpx.AsyncClient, waits: list[float], until: float) -> None:
    """Look at one list after the other, and note how long each takes."""
    for i in range(1_000_000):
        if time.perf_counter() > until:
            return
        begun = time.perf_counter()
        answer = await client.post("/graphql", json={"query": f"{LIST} # {i}"})
        waits.append(time.perf_counter() - begun)
        assert "errors" not in answer.json(), answer.text[:300]
        await asyncio.sleep(PAUSE)


async def attacker(client: httpx.AsyncClient, seen: dict[str, list[float]], codes: Counter[str], until: float) -> None:
    for turn in range(1_000_000):
        for name, send in REQUESTS.items():
            if time.perf_counter() > until:
                return
            begun = time.perf_counter()
            answer = await client.post("/graphql", **send(turn))
            seen.setdefault(name, []).append(time.perf_counter() - begun)
            errors = answer.json().get("errors", [])
            codes[errors[0]["extensions"]["code"] if errors else "answered"] += 1


def _document(text: str, variables: Any = None) -> Callable[[int], dict[str, Any]]:
    return lambda turn: {"json": {"query": f"{text} # {turn}", "variables": variables}}


def _body(body: bytes) -> Callable[[int], dict[str, Any]]:
    return lambda _turn: {"content": body, "headers": {"content-type": "application/json"}}


REQUESTS: dict[str, Callable[[int], dict[str, Any]]] = {
    **{name: _document(text) for name, text in DOCUMENTS.items()},
    **{f"variables: {name}": _document(*pair) for name, pair in VARIABLES.items()},
    **{f"body: {name}": _body(body) for name, body in BODIES.items()},
}


def told(waits: list[float]) -> str:
    cuts = statistics.quantiles(waits, n=100)
    middle, p95, p99 = (1000 * cuts[i] for i in (49, 94, 98))
    return f"{len(waits)} lists, median {middle:.1f} ms, p95 {p95:.1f}, p99 {p99:.1f}, longest {1000 * max(waits):.0f}"


async def main(address: str) -> None:
    seen: dict[str, list[float]] = {}
    codes: Counter[str] = Counter()
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        for title, attackers in (("alone", 0), ("under fire", 1), ("under the fire of two", 2)):
            waits: list[float] = []
            until = time.perf_counter() + SECONDS
            fire = [attacker(client, seen, codes, until) for _ in range(attackers)]
            await asyncio.gather(storefront(client, waits, until), *fire)
            print(f"{title}: {told(waits)}")  # noqa: T201
    print(dict(codes))  # noqa: T201
    for name, times in sorted(seen.items(), key=lambda pair: -statistics.median(pair[1]))[:12]:
        print(f"{1000 * statistics.median(times):7.0f} ms at median, {1000 * max(times):5.0f} at most  {name}")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
