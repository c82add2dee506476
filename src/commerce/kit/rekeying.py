"""Changing the key of personal data while the shop goes on: whatever an older key sealed is sealed anew by the first.

Everything is found in the columns themselves, which say what is sealed in them and what finds it. Each row is held while it
is changed, and what somebody else holds is come back to, so that nothing written meanwhile is lost. It may be stopped and
begun again at any time: what is done is done.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from commerce.kit.db import Database, Session, metadata
from commerce.kit.sealing import INDEXED, LABEL, Index, Unreadable, Vault

BATCH = 200
PATIENCE = 0.2
"""Seconds until rows that somebody else held are tried again."""
MOST_PASSES = 100
_FROM, _LENGTH = 2, 4
"""Where the name of the key stands in a sealed value, as `substring` counts."""


@dataclass(frozen=True)
class SealedTable:
    """A table that holds personal data: its sealed columns with their labels, and the columns that find them."""

    table: Table

    @cached_property
    def labels(self) -> dict[str, str]:
        return {column.name: column.info[LABEL] for column in self.table.c if LABEL in column.info}

    @cached_property
    def indexes(self) -> dict[str, Index]:
        return {column.name: column.info[INDEXED] for column in self.table.c if INDEXED in column.info}

    def label_of(self, index: Index, row: Mapping[str, Any]) -> str:
        """The label that an index column of this row is digested under."""
        return row[index.label_in] if index.label_in else self.labels[index.column]


@dataclass(slots=True)
class Outcome:
    """What became of the rows of a table."""

    table: str
    sealed: int = 0
    unreadable: list[UUID] = field(default_factory=list)
    """Rows with a value that none of our keys opens, or that is found by something else than it holds: left as they are."""


def sealed_tables() -> list[SealedTable]:
    """All tables that hold something sealed."""
    return [found for table in metadata().sorted_tables if (found := SealedTable(table)).labels]


def key_of(column: Column[Any]) -> ColumnElement[Any]:
    """The name of the key that sealed a value, in SQL."""
    return func.substring(column, _FROM, _LENGTH, type_=LargeBinary)


def _stale(kept: SealedTable) -> ColumnElement[bool]:
    """Rows with something that another key sealed than the present one."""
    present = bindparam("present", type_=LargeBinary)
    return or_(*(and_(kept.table.c[name].is_not(None), key_of(kept.table.c[name]) != present) for name in kept.labels))


def _batch(kept: SealedTable) -> Select[Any]:
    """Some of the rows that are to be sealed anew, held; those that somebody else holds are left for later."""
    named = {*kept.labels, *kept.indexes, *(index.label_in for index in kept.indexes.values() if index.label_in)}
    columns = [kept.table.c[name] for name in sorted(named)]
    return (
        select(kept.table.c.id, *columns)
        .where(kept.table.c.id > bindparam("after"), _stale(kept))
        .order_by(kept.table.c.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )


def _change(kept: SealedTable) -> Update:
    names = [*kept.labels, *kept.indexes]
    values = {name: bindparam(f"new_{name}", type_=LargeBinary) for name in names}
    return update(kept.table).where(kept.table.c.id == bindparam("row")).values(values)


def resealed(vault: Vault, kept: SealedTable, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row holds by the present key. Unreadable if it cannot be opened, or is found by something else than it holds."""
    texts = {name: vault.open_any(label, row[name]) for name, label in kept.labels.items()}
    new: dict[str, Any] = {}
    for name, label in kept.labels.items():
        text, old = texts[name], row[name]
        new[name] = old if text is None or vault.is_current(old) else vault.seal(label, text)
    for name, index in kept.indexes.items():
        new[name] = _reindexed(vault, kept.label_of(index, row), texts[index.column], row[name])
    return new


def _reindexed(vault: Vault, label: str, text: str | None, old: bytes | None) -> bytes | None:
    if text is None or old is None:
        return old
    if bytes(old) not in vault.indexes(label, text):
        raise Unreadable(label)
    return vault.index(label, text)


async def rotate(database: Database, tell: Callable[[Outcome], None] = lambda _outcome: None) -> list[Outcome]:
    """Seal everything anew that an older key has sealed; what became of each table."""
    outcomes = []
    for kept in sealed_tables():
        outcome = Outcome(kept.table.name)
        for _ in range(MOST_PASSES):
            await _once_through(database, kept, outcome)
            if not await _left(database, kept, outcome):
                break
            await asyncio.sleep(PATIENCE)
        outcomes.append(outcome)
        tell(outcome)
    return outcomes


async def _once_through(database: Database, kept: SealedTable, outcome: Outcome) -> None:
    batch, change, after = _batch(kept), _change(kept), UUID(int=0)
    while True:
        async with database.session() as session:
            rows = await session.execute(batch, {"after": after, "present": session.vault.name})
            found = rows.mappings().all()
            changes = [new for row in found if (new := _new_row(session, kept, row, outcome))]
            if changes:
                await (await session.connection()).execute(change, changes)
        outcome.sealed += len(changes)
        if not found:
            return
        after = found[-1]["id"]


def _new_row(session: Session, kept: SealedTable, row: Mapping[str, Any], outcome: Outcome) -> dict[str, Any] | None:
    try:
        new = resealed(session.vault, kept, row)
    except Unreadable:
        if row["id"] not in outcome.unreadable:
            outcome.unreadable.append(row["id"])
        return None
    return {"row": row["id"], **{f"new_{name}": value for name, value in new.items()}}


async def _left(database: Database, kept: SealedTable, outcome: Outcome) -> bool:
    """Whether there is still something to do: rows that were held by others, or were written meanwhile by an old key."""
    statement = select(func.count()).select_from(kept.table).where(_stale(kept))
    async with database.session() as session:
        count = (await session.execute(statement, {"present": session.vault.name})).scalar_one()
    return bool(count > len(outcome.unreadable))


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many values of a column one key has sealed."""

    column: str
    key: str
    count: int


async def status(database: Database) -> list[Sealed]:
    """What is sealed by which key."""
    found: list[Sealed] = []
    for kept in sealed_tables():
        for name in kept.labels:
            found += await _status_of(database, kept.table, kept.table.c[name])
    return found


async def _status_of(database: Database, table: Table, column: Column[Any]) -> Sequence[Sealed]:
    key = key_of(column).label("key")
    statement = select(key, func.count()).where(column.is_not(None)).group_by(key).order_by(key)
    async with database.session() as session:
        rows = await session.execute(statement)
        return [Sealed(f"{table.name}.{column.name}", bytes(row[0]).hex(), row[1]) for row in rows]
