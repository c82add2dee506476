"""Challenges: what somebody was asked to show, and whether they did. Each is good for one purpose, once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from commerce.accounts.errors import CodeRejected
from commerce.accounts.models import Challenge
from commerce.accounts.queries import challenges as queries
from commerce.accounts.rules import codes as rules
from commerce.accounts.values import Answered, Contact, ContactKind, Purpose
from commerce.kit.context import Context
from commerce.kit.db import Row, Session


async def open_for(
    session: Session,
    purpose: Purpose,
    account: UUID | None,
    hidden: dict[str, Any] | None = None,
    life: timedelta = rules.LIFE,
) -> UUID:
    """A challenge without a code of ours: a second factor, or what somebody comes back with from a provider."""
    opened = Challenge(
        purpose=purpose,
        account_id=account,
        hidden=session.vault.seal_document("challenge", hidden),
        created_at=session.now(),
        expires_at=session.now() + life,
    )
    session.add(opened)
    await session.flush()
    return opened.id


async def open_with_code(
    session: Session,
    purpose: Purpose,
    contact: Contact,
    account: UUID | None,
    hidden: dict[str, Any] | None = None,
    *,
    keeps_code: bool = False,
) -> tuple[Challenge, str]:
    """A challenge that is met by a code, and the code, which is to be sent to the contact and told to nobody else.

    `keeps_code` puts it by, sealed, for a job that sends it.
    """
    code = rules.new_code()
    if keeps_code:
        hidden = {**(hidden or {}), "code": code}
    opened = Challenge(
        purpose=purpose,
        contact_kind=contact.kind,
        contact=session.vault.seal("contact", contact.address),
        contact_index=session.vault.index("contact", contact.address),
        account_id=account,
        hidden=session.vault.seal_document("challenge", hidden),
        created_at=session.now(),
        expires_at=session.now() + rules.LIFE,
    )
    opened.code_digest = session.vault.index("code", rules.bound(opened.id, code))
    session.add(opened)
    await session.flush()
    return opened, code


async def check_code(context: Context, key: UUID | None, code: str, *purposes: Purpose, field: tuple[str, ...]) -> UUID:
    """Count a try at a code, and refuse a wrong one. `take` then uses the challenge up, in the transaction of its effect.

    However many try at once, each try is counted before the code is looked at.
    """
    async with context.transaction() as session:
        row = await queries.try_one(session, key, purposes, rules.MOST_TRIES) if key else None
    if row is None or key is None or not _is_right(context, key, row, code):
        raise CodeRejected(*field)
    return key


def _is_right(context: Context, key: UUID, row: Row, code: str) -> bool:
    digest = row[0]
    return digest is not None and bytes(digest) in context.vault.indexes("code", rules.bound(key, code))


async def take(session: Session, key: UUID, *purposes: Purpose, field: tuple[str, ...]) -> Answered:
    """Use a challenge up. CodeRejected when it is over, or somebody else has just done so."""
    row = await queries.use(session, key, purposes)
    if row is None:
        raise CodeRejected(*field)
    return _answered(session, key, row)


async def put_by(session: Session, key: UUID, purpose: Purpose) -> Answered | None:
    """What was put by with a challenge that is still open, without using it up."""
    row = await queries.open_one(session, key, purpose)
    return _answered(session, key, row) if row is not None else None


def _answered(session: Session, key: UUID, row: Row) -> Answered:
    account, kind, contact, hidden = row
    vault = session.vault
    return Answered(
        key,
        account,
        Contact(ContactKind(kind), vault.open("contact", contact)) if contact is not None else None,
        vault.open_document("challenge", hidden) or {},
    )
