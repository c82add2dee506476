"""Every statement about accounts, sessions and tries."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlmodel import col

from commerce.accounts.models import Account, AccountSession, Attempt
from commerce.accounts.rules import staff as rules
from commerce.accounts.values import AccountKind, Bucket, Claims, Credential, Profile
from commerce.kit.actor import Permission
from commerce.kit.db import Reads, Row, Session, among, keyed
from commerce.kit.pagination import Window, paged

_profile = (
    col(Account.id),
    col(Account.kind),
    col(Account.email),
    col(Account.name),
    col(Account.permissions),
    col(Account.is_active),
    col(Account.created_at),
)
_is_staff = col(Account.kind) == AccountKind.STAFF
_manages = literal(Permission.STAFF_WRITE.value, Text) == any_(cast("ColumnElement[Any]", col(Account.permissions)))
_is_manager = and_(col(Account.is_active), _is_staff, _manages)

_by_key = select(*_profile).where(among(Account.id))
_count_staff = select(func.count()).select_from(Account).where(_is_staff)
_credential_by_email = select(col(Account.id), col(Account.password_hash)).where(
    col(Account.email) == bindparam("email")
)
_credential_by_key = select(col(Account.id), col(Account.password_hash)).where(col(Account.id) == bindparam("key"))
_signed_in = (
    select(col(Account.kind), col(Account.permissions))
    .join(AccountSession, col(AccountSession.account_id) == col(Account.id))
    .where(
        col(Account.id) == bindparam("account"),
        col(Account.is_active),
        col(AccountSession.id) == bindparam("session"),
        col(AccountSession.revoked_at).is_(None),
        col(AccountSession.expires_at) > bindparam("now"),
    )
)
_managers_and_one = (
    select(Account)
    .where(or_(col(Account.id) == bindparam("key"), _is_manager))
    .order_by(col(Account.id))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_owner_of_refresh = select(col(AccountSession.account_id)).where(
    col(AccountSession.refresh_hash) == bindparam("refresh_hash")
)
_session_of_refresh = select(AccountSession).where(col(AccountSession.refresh_hash) == bindparam("refresh_hash"))
_family_of = select(col(AccountSession.family)).where(col(AccountSession.id) == bindparam("session"))
_hold_bucket = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("bucket", type_=Text), 0)))
_tries = (
    select(col(Attempt.bucket), func.count(type_=BigInteger))
    .where(among(Attempt.bucket, "buckets"), col(Attempt.created_at) > bindparam("since"))
    .group_by(col(Attempt.bucket))
)


def profile(row: Row) -> Profile:
    key, kind, email, name, permissions, is_active, created_at = row
    return Profile(key, AccountKind(kind), email, name, rules.permissions_of(permissions), is_active, created_at)


async def profiles(reads: Reads, keys: Sequence[UUID]) -> list[Profile | None]:
    """Accounts of these keys, in their order."""
    found = keyed(await reads.rows(_by_key, keys=list(keys)))
    return [profile(found[key]) if key in found else None for key in keys]


@cache
def _staff(order: str, forward: bool, from_key: bool) -> Select[Any]:  # noqa: ARG001
    statement = cast("Select[Any]", select(*_profile).where(_is_staff))
    return paged(statement, [(cast("ColumnElement[Any]", col(Account.id)), False)], forward=forward, from_key=from_key)


async def staff(reads: Reads, asked: Window) -> Sequence[Row]:
    """One page of the staff, longest there first."""
    return await reads.rows(_staff(*asked.shape), **asked.params)


async def staff_count(reads: Reads) -> int:
    count: int = (await reads.rows(_count_staff))[0][0]
    return count


async def credential_by_email(reads: Reads, email: str) -> Credential | None:
    """What the password of an address is checked against."""
    rows = await reads.rows(_credential_by_email, email=email)
    return Credential(*rows[0]) if rows else None


async def credential_by_key(reads: Reads, key: UUID) -> Credential | None:
    """What the password of an account is checked against."""
    rows = await reads.rows(_credential_by_key, key=key)
    return Credential(*rows[0]) if rows else None


async def signed_in(reads: Reads, claims: Claims, now: datetime) -> tuple[str, frozenset[Permission]] | None:
    """Kind and permissions of an account whose session is still open."""
    rows = await reads.rows(_signed_in, account=claims.account, session=claims.session, now=now)
    return (rows[0][0], rules.permissions_of(rows[0][1])) if rows else None


async def lock_account(session: Session, key: UUID) -> Account | None:
    """The account, held until the transaction ends. Its sessions change only under this lock."""
    return await session.get(Account, key, with_for_update=True)


async def lock_managers_and(session: Session, key: UUID) -> tuple[Account | None, list[UUID]]:
    """One account, and the keys of all active accounts that manage the staff. All are held, in key order."""
    found = (await session.execute(_managers_and_one, {"key": key})).scalars().all()
    one = next((account for account in found if account.id == key and account.kind == AccountKind.STAFF), None)
    managers = [a.id for a in found if a.is_active and Permission.STAFF_WRITE in a.permissions]
    return one, managers


async def owner_of_refresh(session: Session, refresh_hash: str) -> UUID | None:
    """Whose refresh token this is."""
    rows = await session.rows(_owner_of_refresh, refresh_hash=refresh_hash)
    return rows[0][0] if rows else None


async def session_of_refresh(session: Session, refresh_hash: str) -> AccountSession:
    """The session of a refresh token that exists."""
    return (await session.execute(_session_of_refresh, {"refresh_hash": refresh_hash})).scalar_one()


async def family_of(session: Session, key: UUID) -> UUID | None:
    """The family of a session."""
    rows = await session.rows(_family_of, session=key)
    return rows[0][0] if rows else None


async def revoke_family(session: Session, family: UUID) -> None:
    """End one sign-in, whatever device holds its tokens."""
    await _revoke(session, col(AccountSession.family) == family)


async def revoke_all(session: Session, account: UUID, but: UUID | None = None) -> None:
    """End every sign-in of an account, but for one family."""
    which = col(AccountSession.account_id) == account
    await _revoke(session, which if but is None else which & (col(AccountSession.family) != but))


async def _revoke(session: Session, which: Any) -> None:
    statement = update(AccountSession).where(which, col(AccountSession.revoked_at).is_(None))
    await session.execute(statement.values(revoked_at=session.now()))


async def lock_buckets(session: Session, buckets: Sequence[Bucket]) -> None:
    """Have tries at the same buckets wait for each other. In the order of names, so that none wait in a circle."""
    for name in sorted(bucket.name for bucket in buckets):
        await session.rows(_hold_bucket, bucket=name)


async def tries(session: Session, buckets: Sequence[Bucket], since: datetime) -> dict[str, int]:
    """How many tries each bucket holds."""
    rows = await session.rows(_tries, buckets=[bucket.name for bucket in buckets], since=since)
    return {row[0]: row[1] for row in rows}


async def forget_tries(session: Session, keys: Sequence[UUID], bucket: Bucket) -> None:
    """Take back these tries, and all of a bucket."""
    which = col(Attempt.id).in_(keys) | (col(Attempt.bucket) == bucket.name)
    await session.execute(delete(Attempt).where(which))


async def forget_old(session: Session, tries_before: datetime) -> None:
    """Remove tries that no longer count, and sessions that have run out."""
    await session.execute(delete(Attempt).where(col(Attempt.created_at) < tries_before))
    await session.execute(delete(AccountSession).where(col(AccountSession.expires_at) < session.now()))
