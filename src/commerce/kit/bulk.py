"""Many rows in one statement, whose text is the same for any number of them: it is compiled and prepared only once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlmodel import SQLModel

from commerce.kit.db import metadata


def insert_each(model: type[SQLModel], *names: str) -> Insert:
    """Insert rows that are bound by `each`. Columns that are not named get their defaults."""
    table = metadata().tables[str(model.__tablename__)]
    kinds = {name: table.c[name].type for name in names}
    lists = [bindparam(f"each_{name}", type_=ARRAY(kind)) for name, kind in kinds.items()]
    given = func.unnest(*lists).table_valued(*(column(name, kind) for name, kind in kinds.items()))
    return insert(table).from_select(list(names), select(*given.render_derived("given").c))


def each(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The bind parameters of `insert_each`: a list for each column. There is at least one row, and all name the same."""
    return {f"each_{name}": [row[name] for row in rows] for name in rows[0]}
