"""Every statement about the audit log beside those that write and verify it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, text
from sqlmodel import col

from commerce.audit.values import Asked
from commerce.kit.audit import AuditEntry
from commerce.kit.audit.entries import COLUMNS
from commerce.kit.db import Reads, Row, Session, among
from commerce.kit.pagination import Window, paged

_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "actor": or_(col(AuditEntry.actor_id) == bindparam("actor"), col(AuditEntry.behind_id) == bindparam("actor")),
    "operation": col(AuditEntry.operation) == bindparam("operation"),
    "subject": col(AuditEntry.subject) == bindparam("subject"),
    "since": col(AuditEntry.at) >= bindparam("since"),
    "until": col(AuditEntry.at) < bindparam("until"),
}
_LATEST = [(cast("ColumnElement[Any]", col(AuditEntry.position)), True)]
_alone = text("select pg_advisory_xact_lock(hashtextextended('reveal:' || cast(:actor as text), 0))")
_of_actor = (
    select(func.count())
    .select_from(AuditEntry)
    .where(
        col(AuditEntry.actor_id) == bindparam("actor"),
        among(AuditEntry.operation, "operations"),
        col(AuditEntry.at) > bindparam("since"),
    )
)


def _where(names: frozenset[str]) -> list[ColumnElement[bool]]:
    return [_CONDITIONS[name] for name in sorted(names)]


@cache
def _page(names: frozenset[str], forward: bool, from_key: bool) -> Select[Any]:
    statement = select(*(col(getattr(AuditEntry, name)) for name in COLUMNS)).where(*_where(names))
    return paged(statement, _LATEST, forward=forward, from_key=from_key)


@cache
def _counted(names: frozenset[str]) -> Select[Any]:
    return select(func.count()).select_from(AuditEntry).where(*_where(names))


async def entries(reads: Reads, asked: Asked, window: Window) -> Sequence[Row]:
    """A page of the log, the latest first."""
    _, forward, from_key = window.shape
    statement = _page(frozenset(asked.params), forward, from_key)
    return await reads.rows(statement, **asked.params, **window.params)


async def count(reads: Reads, asked: Asked) -> int:
    """How many entries there are."""
    [row] = await reads.rows(_counted(frozenset(asked.params)), **asked.params)
    found: int = row[0]
    return found


async def deeds_since(session: Session, actor: UUID, operations: Sequence[str], since: datetime) -> int:
    """How often somebody did one of these things. Whoever asks holds the actor until the end, so that two do not count the same."""
    await session.execute(_alone, {"actor": str(actor)})
    [row] = await session.rows(_of_actor, actor=actor, operations=list(operations), since=since)
    found: int = row[0]
    return found
