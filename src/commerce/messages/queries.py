"""Every statement about messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import col

from commerce.kit.db import Reads, Row, Session
from commerce.messages.models import Message
from commerce.messages.values import MessageState

_columns = (
    col(Message.id),
    col(Message.kind),
    col(Message.recipient),
    col(Message.content),
    col(Message.state),
    col(Message.created_at),
)
_queued = select(*_columns, col(Message.tries), col(Message.person_id), col(Message.purpose)).where(
    col(Message.id) == bindparam("key"), col(Message.state) == MessageState.QUEUED
)
_latest = (
    select(*_columns, col(Message.fault))
    .order_by(col(Message.created_at).desc(), col(Message.id).desc())
    .limit(bindparam("most"))
)


async def queued(reads: Reads, key: UUID) -> Row | None:
    """A message that is still to be carried."""
    rows = await reads.rows(_queued, key=key)
    return rows[0] if rows else None


async def latest(reads: Reads, most: int) -> Sequence[Row]:
    """The messages written last, whatever became of them."""
    return await reads.rows(_latest, most=most)


async def note(session: Session, key: UUID, **changed: Any) -> None:
    """Write down what became of a try."""
    statement = update(Message).where(col(Message.id) == key, col(Message.state) == MessageState.QUEUED)
    await session.execute(statement.values(tries=col(Message.tries) + 1, **changed))


async def forget(session: Session, before: datetime) -> None:
    """Remove messages that were written before an instant."""
    await session.execute(delete(Message).where(col(Message.created_at) < before))


async def forget_recipient(session: Session, indexes: Sequence[bytes]) -> None:
    """Remove what was written to an address or a number."""
    await session.execute(delete(Message).where(col(Message.recipient_index).in_(indexes)))
