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
    found = await connection.fetch(statements.PAGE, category, here, known.currency, datetime.now(UTC), PAGE + 1)
    shown = found[:PAGE]
    nodes = [
        card(row, row if row["path"] else None, row if row["least"] is not None else None, known.currency)
        for row in shown
    ]
    end = write_cursor("RELEVANCE", (-shown[-1]["rank"], shown[-1]["id"])) if shown else None
    return {"nodes": nodes, "pageInfo": {"hasNextPage": len(found) > len(shown), "endCursor": end}}
