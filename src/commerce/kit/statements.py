"""What statements are made of: their text for the driver, and the tables that they read or write."""

import re
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, TextClause
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.sql import ClauseElement, visitors
from sqlmodel import SQLModel

_dialect = asyncpg_dialect()  # type: ignore[no-untyped-call]
_WORDS = re.compile(r"\w+")
_WRITES = re.compile(
    r'\b(?:insert\s+into|update|delete\s+from|merge\s+into|copy)\s+(?:only\s+)?(?:"?public"?\.)?"?(\w+)'
    r"|\b(truncate\s[^;]*)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Compiled:
    """A Core statement as the driver takes it."""

    statement: "weakref.ref[ClauseElement]"  # when it is gone, so is this, before another gets its id
    sql: str
    names: Sequence[str]
    defaults: dict[str, Any]
    tables: frozenset[str]


_compiled: dict[int, Compiled] = {}


def compile_once(statement: Any) -> Compiled:
    """The text of a Core statement that is built once and kept, such as a module's constant."""
    known = _compiled.get(id(statement))
    if known is None:
        compiled = statement.compile(dialect=_dialect)
        names, defaults = compiled.positiontup or [], dict(compiled.params)
        key = id(statement)
        own = weakref.ref(statement, lambda _gone: _compiled.pop(key, None))
        known = _compiled[key] = Compiled(own, str(compiled), names, defaults, tables_read(statement))
    return known


def tables_read(statement: ClauseElement) -> frozenset[str]:
    """Names of all tables that occur in a statement."""
    names: set[str] = set()
    for element in visitors.iterate(statement):
        if isinstance(element, Table):
            names.add(element.name)
        elif isinstance(element, TextClause):
            names |= SQLModel.metadata.tables.keys() & _WORDS.findall(element.text)
    return frozenset(names)


@lru_cache(maxsize=4096)
def tables_written(sql: str) -> frozenset[str]:
    """Names of the tables that a statement may change, also in its parts. Among them may be words that are no tables."""
    found = _WRITES.findall(sql)
    return frozenset(word for table, truncated in found for word in ([table] if table else _WORDS.findall(truncated)))
