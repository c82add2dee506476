"""A shop to measure: always the same for the same seed, made inside PostgreSQL by one statement per table."""

import time
from pathlib import Path
from uuid import UUID

import asyncpg

SEED = 20261122
_FOLDER = Path(__file__).parent
_PARTS = sorted(_FOLDER.glob("[0-9]_*.sql"))
_CARTS = (_FOLDER / "carts.sql").read_text("utf-8")


async def load(connection: asyncpg.Connection, products: int, seed: int = SEED) -> float:
    """Fill an empty, migrated database; the seconds that it took.

    The rows are right by the way they are made, so references are not checked one by one: that would be half of the time.
    """
    start = time.perf_counter()
    async with connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("set local synchronous_commit = off")
        for part in _PARTS:
            await connection.execute(_filled(part, products, seed))
    seconds = time.perf_counter() - start
    await connection.execute("vacuum analyze")
    return seconds


def _filled(part: Path, products: int, seed: int) -> str:
    return part.read_text("utf-8").replace(":seed", str(seed)).replace(":products", str(products))


async def carts(connection: asyncpg.Connection, many: int, variants: list[UUID]) -> list[UUID]:
    """So many open carts, each with these variants: one of the first, two of the second, and so on."""
    return [row["id"] for row in await connection.fetch(_CARTS, many, variants)]
