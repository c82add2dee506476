"""Measure the shop: `make bench`, or `python -m benchmarks --help`.

Everything runs in a temporary folder with databases of its own; nothing of a developer's shop is touched.
"""

import asyncio
import contextlib
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from benchmarks import run
from benchmarks.rounds import Effort
from benchmarks.table import markdown
from commerce import embedded
from commerce.kit.migrations import upgrade

Row = dict[str, Any]
FULL, QUICK = Effort(rounds=5, seconds=2), Effort(rounds=1, seconds=0.2, is_quick=True)


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
    progress = Console(stderr=True, highlight=False).print
    effort = QUICK if quick else FULL

    async def work(url: str, redis_url: str, folder: Path) -> list[Row]:
        products = _products(size)
        async with run.place(url, redis_url, folder, products, progress) as here:
            machine = await run.machine(here.control)
            rows = await run.measure(here, effort, progress)
            return [*rows, {"catalog": products, "load_seconds": round(here.load_seconds, 1), **machine}]

    with contextlib.ExitStack() as services:
        folder = Path(services.enter_context(tempfile.TemporaryDirectory(prefix="commerce-bench-")))
        url = services.enter_context(embedded.postgres(folder / "postgres", durable=True))
        redis_url = services.enter_context(embedded.redis(folder / "redis"))
        start = time.perf_counter()
        upgrade(url)
        progress(f"tables in {time.perf_counter() - start:.1f} s")
        rows = asyncio.Runner(loop_factory=_loop).run(work(url, redis_url, folder))
    sys.stdout.write(markdown(rows) + "\n")
    if json is not None:
        json.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))


def _loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415  (there is none for Windows)

    return uvloop.new_event_loop()


if __name__ == "__main__":
    typer.run(main)
