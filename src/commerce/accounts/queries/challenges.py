"""Challenges: codes that were sent, and whatever else somebody is to come back with."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlmodel import col

from commerce.accounts.models import Challenge
from commerce.accounts.values import Purpose
from commerce.kit.db import Reads, Row, Session

_sent = select(col(Challenge.created_at), col(Challenge.expires_at)).where(col(Challenge.id) == bindparam("key"))


async def try_one(session: Session, key: UUID, purposes: Sequence[Purpose], most: int) -> Row | None:
    """Count a try at a challenge that is still open; the digest of its code."""
    statement = (
        update(Challenge)
        .where(*_still_open(session, key, purposes), col(Challenge.tries) < most)
        .values(tries=col(Challenge.tries) + 1)
        .returning(col(Challenge.code_digest))
    )
    rows = await session.rows(statement)
    return rows[0] if rows else None


async def use(session: Session, key: UUID, purposes: Sequence[Purpose]) -> Row | None:
    """Use up a challenge that is still open: its account, kind of contact, contact, and what was put by."""
    statement = (
        update(Challenge)
        .where(*_still_open(session, key, purposes))
        .values(used_at=session.now())
        .returning(
            col(Challenge.account_id), col(Challenge.contact_kind), col(Challenge.contact), col(Challenge.hidden)
        )
    )
    rows = await session.rows(statement)
    return rows[0] if rows else None


async def open_one(session: Session, key: UUID, purpose: Purpose) -> Row | None:
    """A challenge that is still open, as `use` tells it."""
    columns = col(Challenge.account_id), col(Challenge.contact_kind), col(Challenge.contact), col(Challenge.hidden)
    rows = await session.rows(select(*columns).where(*_still_open(session, key, [purpose])))
    return rows[0] if rows else None


async def sent(reads: Reads, key: UUID) -> Row | None:
    """When a challenge was sent, and when it ends."""
    rows = await reads.rows(_sent, key=key)
    return rows[0] if rows else None


def _still_open(session: Session, key: UUID, purposes: Sequence[Purpose]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Challenge.id) == key,
        col(Challenge.purpose).in_(purposes),
        col(Challenge.used_at).is_(None),
        col(Challenge.expires_at) > session.now(),
    )
