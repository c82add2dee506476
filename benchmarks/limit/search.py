"""A search by a word, with facets: the rows of the shop's own statements, and dicts written by hand.

Which statements find words and count facets quickly is a matter of its own; here it counts what is made of their rows.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import asyncpg

from benchmarks.limit.memory import Memory
from benchmarks.limit.shapes import Json, amount, card, picked
from commerce.catalog.queries import PRODUCT_COLUMNS
from commerce.kit.pagination import window
from commerce.kit.statements import compile_once
from commerce.search import queries, rules
from commerce.search.values import Place, ProductSort, Wish

PAGE = 24
LABELS = {"brand": "Brand", "price": "Price", "available": "In stock"}
OWN = tuple(LABELS)
_PICTURE = queries.KEYS + len(PRODUCT_COLUMNS)


class Reads:
    """One connection, for statements that are kept."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def rows(self, statement: Any, **params: Any) -> Sequence[Any]:
        query = compile_once(statement)
        found: Sequence[Any] = await self.connection.fetch(
            query.sql, *[params.get(name, query.defaults[name]) for name in query.names]
        )
        return found


async def found(connection: asyncpg.Connection, words: str, known: Memory) -> Json:
    """The first products that have a word, and the facets of all of them."""
    reads: Any = Reads(connection)
    here = Place(known.here["id"], reads.now(), known.currency, ("en",))
    wanted = rules.wanted(Wish(query=words), known.currency)
    wanted = replace(wanted, words=await queries.heard(reads, wanted.patterns or ""))
    sort = ProductSort.RELEVANCE
    [rows] = await queries.pages(reads, [None], wanted, sort, window(sort, PAGE, None, None, None), here)
    [counts] = await queries.facets(reads, [None], wanted, here)
    return {
        "nodes": [_node(row, known.currency) for row in rows[:PAGE]],
        "totalCount": counts.size,
        "facets": _facets(counts.rows),
        "pageInfo": {"hasNextPage": len(rows) > PAGE},
    }


def _node(row: Sequence[Any], currency: str) -> Json:
    key, names, slugs = row[queries.KEYS : queries.KEYS + 3]
    image, _, path, _, _, _, alt, _, cheapest, low, _, _, high, _ = row[_PICTURE:]
    picture = None if image is None else {"path": path, "alt": alt}
    price = None if cheapest is None else {"least": low, "most": high}
    return card({"id": key, "name": names, "slugs": slugs}, picture, price, currency)


def _facets(rows: Sequence[Sequence[Any]]) -> list[Json]:
    """The shop's own first, then attributes in their order, then options."""
    groups: dict[str, list[Sequence[Any]]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return [_facet(code, groups[code]) for code in sorted(groups, key=lambda code: _place(code, groups[code][0]))]


def _place(code: str, row: Sequence[Any]) -> tuple[Any, ...]:
    if code in OWN:
        return 0, OWN.index(code), code
    return (1, row[10], code) if row[10] is not None else (2, 0, code)


def _facet(code: str, rows: list[Sequence[Any]]) -> Json:
    label = LABELS.get(code) or picked(rows[0][5] or {})
    if rows[0][3] is not None:
        ends = {"min": amount(int(rows[0][3])), "max": amount(int(rows[0][4]))}
        return {"code": code, "label": label, "kind": "RANGE", "values": [], "range": ends}
    control = "TOGGLE" if code == "available" else "CHOICE"
    values = [
        {
            "value": row[1],
            "label": picked(row[7] or {"en": "Yes"}),
            "count": row[2],
            "isSelected": False,
            "color": row[8],
        }
        for row in sorted(rows, key=lambda row: (row[11] or 0, -row[2], row[1]))
    ]
    return {"code": code, "label": label, "kind": control, "values": values, "range": None}
