"""The first products of a category."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from benchmarks.limit import statements
from benchmarks.limit.memory import Memory
from benchmarks.limit.shapes import Json, card
from commerce.kit.pagination import write_cursor

PAGE = 24


async def products(connection: asyncpg.Connection, category: UUID, known: Memory) -> Json:
    """A page, with pictures and prices."""
    here = known.here["id"]
    found = await connection.fetch(statements.PAGE, category, here, datetime.now(UTC), PAGE + 1)
    shown = found[:PAGE]
    keys = [row["id"] for row in shown]
    images = {row["product_id"]: row for row in await connection.fetch(statements.IMAGES, keys)}
    prices = await connection.fetch(statements.RANGES, keys, here, known.currency)
    ranges = {row["product_id"]: row for row in prices}
    nodes = [card(row, images.get(row["id"]), ranges.get(row["id"]), known.currency) for row in shown]
    end = write_cursor("RELEVANCE", (-shown[-1]["rank"], keys[-1])) if shown else None
    return {"nodes": nodes, "pageInfo": {"hasNextPage": len(found) > len(shown), "endCursor": end}}
