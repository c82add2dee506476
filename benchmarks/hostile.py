"""Documents that are sent to do harm, and how an honest client fares beside them."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson

from benchmarks import servers
from benchmarks.http import HOST, Client, request
from benchmarks.rounds import Stand, p95
from benchmarks.run import Place, Say
from benchmarks.servers import Server
from benchmarks.workloads import WORKLOADS, Step, graphql

Row = dict[str, Any]
Company = Callable[[], contextlib.AbstractAsyncContextManager[Any]]
SECONDS = 8.0
HONEST, VILLAINS = 2, 2
HALF_SENT = 100
MOST_SECONDS = 2.0
"""In which each hostile document is to be answered."""
MOST_P95 = 500.0
"""Milliseconds for the honest client while others send half of a request."""


def _repeated(count: int, part: Callable[[int], str]) -> str:
    return " ".join(part(n) for n in range(count))


_DOUBLING = _repeated(25, lambda n: f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}")
DOCUMENTS: dict[str, str] = {
    "fragments that double": f"{{ ...f0 }} {_DOUBLING} fragment f25 on Query {{ __typename }}",
    "fragments in a circle": "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
    "a thousand aliases": "{ " + _repeated(1000, lambda n: f"a{n}: __typename") + " }",
    "fields that must be merged": "{ " + _repeated(600, lambda _: "categories { id }") + " }",
    "sixty levels": "{ categories " + "{ children " * 60 + "{ id }" + " }" * 61,
    "two thousand braces": "{ a " * 2000,
    "types in a circle": "{ __schema { types " + "{ fields { type " * 8 + "{ name }" + " } }" * 8 + " } }",
    "directives": "{ __typename " + "@include(if: true) " * 1000 + "}",
    "pages of pages": "{ categories { products(first: 100) { nodes { categories { products(first: 100) { nodes {"
    " categories { products(first: 100) { nodes { id } } } } } } } } } }",
    "dear fields, often": "{ "
    + _repeated(90, lambda n: f"a{n}: products(first: 100) {{ facets {{ code }} totalCount }}")
    + " }",
    "a long word": '{ products(query: "' + "a" * 20_000 + '") { totalCount } }',
    "wild cards": '{ products(query: "%_%_%_%_%_%_%_%_%_%") { totalCount } }',
    "a long list": "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
    "names that nobody knows": "{ " + _repeated(300, lambda n: f"productz{n}") + " }",
}
BODIES: dict[str, bytes] = {name: graphql(text) for name, text in DOCUMENTS.items()} | {
    "a long list": graphql(DOCUMENTS["a long list"], {"ids": ["product_x"] * 50_000}),
    "JSON without end": request("POST", "/graphql", b"[" * 100_000),
    "a great body": request("POST", "/graphql", orjson.dumps({"query": "{ __typename }", "x": "x" * 3_000_000})),
    "a great number": request("POST", "/graphql", b'{"query": ' + b"1" * 100_000 + b"}"),
}


async def send(client: Client, body: bytes) -> str | None:
    """Send something hostile; what is wrong with the answer, if anything. It may end the connection."""
    try:
        status, answer = await client.exchange(body)
    except (ConnectionError, asyncio.IncompleteReadError):
        return None
    is_fault = status >= 500 or b'"INTERNAL"' in answer
    return f"{status}: {answer[:300].decode(errors='replace')}" if is_fault else None


async def measure(here: Place, say: Say) -> list[Row]:
    """An honest client alone, beside hostile documents, and beside requests of which the rest never comes."""
    server = Server("ours", servers.OURS, here.settings | servers.UNCACHED, here.first)
    with server.running():
        await server.first_answer()
        stand = here.stand(server)
        say("each hostile document by itself")
        alone = {name: await _timed(server.port, body) for name, body in BODIES.items()}
        honest = await stand.step(next(one for one in WORKLOADS if one.name == "W1"), 0)
        before = await _honest(stand, honest, say, "alone", contextlib.nullcontext)
        beside = await _honest(stand, honest, say, "beside hostile documents", lambda: _villains(server.port))
        half = await _honest(stand, honest, say, "beside requests that were half sent", lambda: _half_sent(server.port))
    slow = {name: round(seconds, 2) for name, (seconds, _) in alone.items() if seconds > MOST_SECONDS}
    faults = {name: fault for name, (_, fault) in alone.items() if fault}
    slowest = max(alone, key=lambda name: alone[name][0])
    return [
        {
            "hostile": "documents",
            "slowest": slowest,
            "slowest_seconds": round(alone[slowest][0], 2),
            "slower_than_2_s": slow,
            "faults": faults,
        },
        {"hostile": "p95 of an honest client", "alone_ms": before, "beside_documents_ms": beside},
        {"hostile": "p95 of an honest client", "beside_half_sent_ms": half, "half_sent_goal_ms": MOST_P95},
    ]


async def _timed(port: int, body: bytes) -> tuple[float, str | None]:
    start = time.perf_counter()
    async with Client(port) as client:
        fault = await send(client, body)
    return time.perf_counter() - start, fault


async def _honest(stand: Stand, step: Step, say: Say, beside: str, company: Company) -> float:
    """The p95 of an honest client, in milliseconds."""
    say(f"an honest client {beside}")
    waited: list[float] = []
    async with company():
        until = time.perf_counter() + SECONDS

        async def shopper() -> None:
            async with Client(stand.server.port) as client:
                while time.perf_counter() < until:
                    start = time.perf_counter()
                    await step.run(client)
                    waited.append(time.perf_counter() - start)

        await asyncio.gather(*(shopper() for _ in range(HONEST)))
    return round(p95(waited) * 1000, 1)


@contextlib.asynccontextmanager
async def _villains(port: int) -> AsyncIterator[None]:
    """Some who send one hostile document after the other."""

    async def villain(first: int) -> None:
        bodies = list(BODIES.values())
        for n in range(first, 1_000_000):
            async with Client(port) as client:
                await send(client, bodies[n % len(bodies)])

    tasks = [asyncio.create_task(villain(n * 5)) for n in range(VILLAINS)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def _half_sent(port: int) -> AsyncIterator[None]:
    """Some who begin a request and never end it."""
    opened = [await asyncio.open_connection(HOST, port) for _ in range(HALF_SENT)]
    for _, writer in opened:
        writer.write(b"POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
    try:
        yield
    finally:
        for _, writer in opened:
            writer.close()
