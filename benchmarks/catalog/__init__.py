"""A shop to measure: always the same for the same seed, made inside PostgreSQL by one statement per table."""

import time
from pathlib import Path
from uuid import UUID

import asyncpg

from commerce.directory.values import Address
from commerce.kit.sealing import Vault

SEED = 20261122
ADDRESS = Address("Ada Park", "DE", lines=("Hafenstraße 1",), city="Hamburg", postal_code="20457")
AT_ONCE = 1_000
"""Products that are indexed by one statement."""
_FOLDER = Path(__file__).parent
_PARTS = sorted(_FOLDER.glob("[0-9]_*.sql"))
_CARTS = (_FOLDER / "carts.sql").read_text("utf-8")


async def load(connection: asyncpg.Connection, products: int, vault: Vault, seed: int = SEED) -> float:
    """Fill an empty, migrated database; the seconds that it took.

    The rows are right by the way they are made, so references are not checked one by one: that would be half of the time.
    """
    start = time.perf_counter()
    async with connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("set local synchronous_commit = off")
        await _seal_buyers(connection, max(products // 20, 10), vault)
        for part in _PARTS:
            await connection.execute(_filled(part, products, seed))
    seconds = time.perf_counter() - start
    await connection.execute("vacuum analyze")
    return seconds


async def _seal_buyers(connection: asyncpg.Connection, many: int, vault: Vault) -> None:
    """Whom the orders are for, as the shop keeps it: PostgreSQL holds no key to seal with."""
    await connection.execute(
        "create temp table buyer (number int primary key, email bytea, email_index bytea, address bytea) on commit drop"
    )
    address, emails = ADDRESS.sealed(vault), (f"buyer-{n}@example.com" for n in range(many))
    rows = [(n, vault.seal("email", email), vault.index("email", email), address) for n, email in enumerate(emails)]
    await connection.copy_records_to_table("buyer", records=rows)


async def index(connection: asyncpg.Connection) -> float:
    """Write the rows that lists are read from, as `commerce lists rebuild` does; the seconds that it took."""
    start = time.perf_counter()
    keys = [row["id"] for row in await connection.fetch("select id from catalog_product order by id")]
    for first in range(0, len(keys), AT_ONCE):
        await connection.execute("select search_refresh($1)", keys[first : first + AT_ONCE])
    seconds = time.perf_counter() - start
    await connection.execute("vacuum analyze search_listing, search_profile")
    return seconds


def _filled(part: Path, products: int, seed: int) -> str:
    return part.read_text("utf-8").replace(":seed", str(seed)).replace(":products", str(products))


async def carts(connection: asyncpg.Connection, many: int, variants: list[UUID]) -> list[UUID]:
    """So many open carts, each with these variants: one of the first, two of the second, and so on."""
    return [row["id"] for row in await connection.fetch(_CARTS, many, variants)]
