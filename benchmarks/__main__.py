"""Measure the shop: `make bench`, or `python -m benchmarks --help`.

Everything runs in a temporary folder with a PostgreSQL of its own; nothing of a developer's shop is touched.
"""

import asyncio
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import orjson
import psutil
import typer
from rich.console import Console
from rich.table import Table

from benchmarks import catalog, meter, servers, workloads
from benchmarks.rounds import Bench, Effort
from benchmarks.workloads import WORKLOADS
from commerce import embedded
from commerce.kit import ids
from commerce.kit.migrations import upgrade

Row = dict[str, Any]
FULL, QUICK = Effort(rounds=5, seconds=3), Effort(rounds=1, seconds=1)


async def measure(url: str, folder: Path, products: int, effort: Effort, say: Callable[[str], None]) -> list[Row]:
    """Fill the database, start the servers, and measure everything."""
    control = await asyncpg.connect(url)
    try:
        seconds = await catalog.load(control, products)
        say(f"{products:,} products in {seconds:.1f} s")
        shelf = await workloads.shelf(control)
        settings = servers.environment(url, folder)
        first = workloads.graphql(workloads.W1, {"category": ids.encode("category", shelf.categories[0])})
        ours, limit = servers.our_server(settings, first), servers.limit_server(settings, shelf.categories[0])
        with ours.running():
            start = await ours.first_answer()
            idle = meter.memory(ours.pid)
            with limit.running():
                await limit.first_answer()
                postmaster = int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
                log = meter.Statements(control, folder / "postgres")
                bench = Bench(ours, limit, control, postmaster, log)
                rows = []
                for workload in WORKLOADS:
                    say(f"{workload.name} {workload.title}")
                    rows.append(await bench.measure(workload, shelf, effort))
            peak = meter.peak_memory(ours.pid)
        return [
            *rows,
            {
                "process": "commerce serve",
                "start_seconds": round(start, 2),
                "idle_mb": round(idle),
                "peak_mb": round(peak),
            },
            {"catalog": products, "load_seconds": round(seconds, 1), "machine": await _machine(control)},
        ]
    finally:
        await control.close()


async def _machine(connection: asyncpg.Connection) -> str:
    server = (await connection.fetchval("show server_version")).split()[0]
    return f"{psutil.cpu_count()} cores, Python {platform.python_version()}, PostgreSQL {server}"


COLUMNS = {
    "SQL": "sql",
    "server CPU ms": "cpu_ms",
    "PostgreSQL CPU ms": "postgres_cpu_ms",
    "per second": "requests_per_second",
}


def table(rows: list[Row]) -> Table:
    """The workloads as a table."""
    shown = Table(title="Ours / the hand-written limit")
    shown.add_column("")
    for name in (*COLUMNS, "ratio"):
        shown.add_column(name, justify="right")
    for row in rows:
        if "workload" in row:
            cells = [_cell(row, name) for name in COLUMNS.values()]
            shown.add_row(f"{row['workload']} {row['title']}", *cells, str(row.get("ratio_to_limit", "")))
    return shown


def _cell(row: Row, name: str) -> str:
    limit = row.get(f"limit_{name}")
    return f"{row[name]}" if limit is None else f"{row[name]} / {limit}"


def _products(size: str) -> int:
    """`10k` → 10000."""
    digits, thousands = (size[:-1], 1000) if size.lower().endswith("k") else (size, 1)
    if not digits.isdigit() or int(digits) < 1:
        raise typer.BadParameter("A size is a number of products, such as 10k.")
    return int(digits) * thousands


def main(
    size: Annotated[str, typer.Option(envvar="SIZE", help="Number of products, such as 10k or 100k.")] = "10k",
    quick: Annotated[bool, typer.Option("--quick", help="One short round: to see that it works.")] = False,
    json: Annotated[Path | None, typer.Option(help="File to write the rows to, one JSON object per line.")] = None,
) -> None:
    """Measure the shop against a hand-written server over the same rows."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    progress = Console(stderr=True)
    products = _products(size)
    with tempfile.TemporaryDirectory(prefix="commerce-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with embedded.postgres(folder / "postgres", durable=True) as url:
            start = time.perf_counter()
            upgrade(url)
            progress.print(f"tables in {time.perf_counter() - start:.1f} s")
            work = measure(url, folder, products, QUICK if quick else FULL, progress.print)
            rows = asyncio.Runner(loop_factory=_loop).run(work)
    console.print(table(rows))
    for row in rows:
        if "workload" not in row:
            console.print(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in row.items()))
    if json is not None:
        json.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))


def _loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415  (there is none for Windows)

    return uvloop.new_event_loop()


if __name__ == "__main__":
    typer.run(main)
