"""Measure the shop: `make bench`, or `python -m benchmarks --help`.

Everything runs in a temporary folder with databases of its own; nothing of a developer's shop is touched.
"""

import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import asyncpg
import orjson
import typer
from rich.console import Console

from benchmarks import growth as growing
from benchmarks import hostile as harm
from benchmarks import run
from benchmarks import soak as soaking
from benchmarks.rounds import Effort
from benchmarks.table import markdown
from commerce import embedded
from commerce.kit.migrations import upgrade

Row = dict[str, Any]
FULL, QUICK = Effort(rounds=5, seconds=2), Effort(rounds=1, seconds=0.2, is_quick=True)
TIMES = 10
"""How much greater the second catalog is that growth is measured with."""
_say = Console(stderr=True, highlight=False).print


def _products(size: str) -> int:
    """`10k` → 10000."""
    digits, thousands = (size[:-1], 1000) if size.lower().endswith("k") else (size, 1)
    if not digits.isdigit() or int(digits) < 1:
        raise typer.BadParameter("A size is a number of products, such as 10k.")
    return int(digits) * thousands


class Bench:
    """The databases of a run."""

    def __init__(self, folder: Path, url: str, redis_url: str) -> None:
        self.folder, self.url, self.redis_url = folder, url, redis_url

    @contextlib.asynccontextmanager
    async def catalog(self, name: str, products: int) -> Any:
        """A database of this name, with so many products."""
        control = await asyncpg.connect(self.url)
        await control.execute(f"create database {name}")
        await control.close()
        url = urlsplit(self.url)._replace(path=f"/{name}").geturl()
        await asyncio.to_thread(upgrade, url)
        async with run.place(url, self.redis_url, self.folder, products, _say) as here:
            yield here

    async def workloads(self, products: int, effort: Effort) -> list[Row]:
        async with self.catalog("shop", products) as here:
            rows = await run.measure(here, effort, _say)
            loaded = {
                "catalog": products,
                "load_seconds": round(here.load_seconds, 1),
                "index_seconds": round(here.index_seconds, 1),
            }
            return [*rows, loaded | await run.machine(here.control)]

    async def growth(self, products: int, effort: Effort) -> list[Row]:
        async with self.catalog("small", products) as small, self.catalog("great", products * TIMES) as great:
            rows = await growing.measure(small, great, effort, _say)
            sizes = {"from_products": products, "to_products": products * TIMES}
            return [*rows, sizes | await run.machine(small.control)]

    async def soak(self, products: int, seconds: float) -> list[Row]:
        async with self.catalog("shop", products) as here:
            rows = await soaking.measure(here, seconds, _say)
            return [*rows, {"soak_seconds": seconds, "catalog": products} | await run.machine(here.control)]

    async def hostile(self, products: int) -> list[Row]:
        async with self.catalog("shop", products) as here:
            return [*await harm.measure(here, _say), {"catalog": products} | await run.machine(here.control)]


def main(
    size: Annotated[str, typer.Option(envvar="SIZE", help="Number of products, such as 10k or 100k.")] = "10k",
    quick: Annotated[bool, typer.Option("--quick", help="One short round: to see that it works.")] = False,
    growth: Annotated[bool, typer.Option("--growth", help="W1 to W3 over this size and over ten times that.")] = False,
    soak: Annotated[float, typer.Option(help="Seconds of everything at once, for memory and errors.")] = 0,
    hostile: Annotated[bool, typer.Option("--hostile", help="An honest client beside hostile ones.")] = False,
    json: Annotated[Path | None, typer.Option(help="File to write the rows to, one JSON object per line.")] = None,
) -> None:
    """Measure the shop against a hand-written server over the same rows, or one of the other things."""
    products, effort = _products(size), QUICK if quick else FULL

    async def work(bench: Bench) -> list[Row]:
        if growth:
            return await bench.growth(products, effort)
        if soak:
            return await bench.soak(products, soak)
        return await (bench.hostile(products) if hostile else bench.workloads(products, effort))

    with contextlib.ExitStack() as services:
        folder = Path(services.enter_context(tempfile.TemporaryDirectory(prefix="commerce-bench-")))
        url = services.enter_context(embedded.postgres(folder / "postgres", durable=True))
        bench = Bench(folder, url, services.enter_context(embedded.redis(folder / "redis")))
        rows = asyncio.Runner(loop_factory=_loop).run(work(bench))
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
