"""What somebody reads and changes of their own sign-in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, delete, exists, false, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from commerce.accounts.models import Account, AccountSession, Identity, RecoveryCode, Totp
from commerce.accounts.values import IdentityKind, OwnIdentity, OwnSession, SignInMethod
from commerce.kit.db import Reads, Row, Session, among, grouped

MOST_SESSIONS = 100

_identities = (
    select(
        col(Identity.account_id),
        col(Identity.id),
        col(Identity.kind),
        col(Identity.provider),
        col(Identity.subject),
        col(Identity.created_at),
    )
    .where(among(Identity.account_id, "accounts"))
    .order_by(col(Identity.created_at), col(Identity.id))
)
_latest: Any = (
    select(
        col(AccountSession.family).label("family"),
        col(AccountSession.method).label("method"),
        col(AccountSession.client).label("client"),
        col(AccountSession.began_at).label("began_at"),
        col(AccountSession.created_at).label("created_at"),
        col(AccountSession.behind_id).label("behind_id"),
        col(AccountSession.revoked_at).label("revoked_at"),
        col(AccountSession.expires_at).label("expires_at"),
    )
    .where(col(AccountSession.account_id) == bindparam("account"))
    .ext(distinct_on(col(AccountSession.family)))
    .order_by(col(AccountSession.family), col(AccountSession.created_at).desc(), col(AccountSession.id).desc())
    .subquery()
)
_current = select(col(AccountSession.family)).where(col(AccountSession.id) == bindparam("current")).scalar_subquery()
_is_open = and_(_latest.c.revoked_at.is_(None), _latest.c.expires_at > bindparam("now"))
_sessions = (
    select(
        _latest.c.family,
        _latest.c.method,
        _latest.c.client,
        _latest.c.began_at,
        _latest.c.created_at,
        _latest.c.behind_id.is_not(None),
        func.coalesce(_latest.c.family == _current, false()),
        case((_is_open, null()), else_=func.least(_latest.c.revoked_at, _latest.c.expires_at)),
    )
    .where(or_(_is_open, _latest.c.behind_id.is_not(None)))
    .order_by(_is_open.desc(), _latest.c.created_at.desc(), _latest.c.family)
    .limit(MOST_SESSIONS)
)
_began = select(col(AccountSession.began_at), col(AccountSession.method)).where(
    col(AccountSession.id) == bindparam("session")
)
_is_guarded = exists().where(col(Totp.id) == col(Account.id), col(Totp.confirmed_at).is_not(None))


async def identities(reads: Reads, account: UUID) -> list[OwnIdentity]:
    """The ways in which somebody can sign in, the first one first."""
    [found] = await identities_each(reads, [account])
    return found


async def identities_each(reads: Reads, accounts: Sequence[UUID]) -> list[list[OwnIdentity]]:
    """The same of several accounts, in their order."""
    rows = await reads.rows(_identities, accounts=list(accounts))
    return [[_identity(reads, row) for row in ours] for ours in grouped(rows, accounts)]


def _identity(reads: Reads, row: Row) -> OwnIdentity:
    _, key, kind, provider, subject, created_at = row
    return OwnIdentity(key, IdentityKind(kind), provider, reads.vault.open("subject", subject), created_at)


async def sessions(reads: Reads, account: UUID, current: UUID | None) -> list[OwnSession]:
    """The sign-ins of an account that are still open, the one that was used last first.

    Those of staff in its place stay for a while after their end.
    """
    rows = await reads.rows(_sessions, account=account, current=current, now=reads.now())
    return [OwnSession(row[0], SignInMethod(row[1]), *row[2:]) for row in rows]


async def began(reads: Reads, session: UUID | None) -> Row | None:
    """When a sign-in began, and how."""
    rows = await reads.rows(_began, session=session)
    return rows[0] if rows else None


async def remove_identity(session: Session, key: UUID) -> None:
    await session.execute(delete(Identity).where(col(Identity.id) == key))


async def two(session: Session, one: UUID, other: UUID, *, held: bool = False) -> tuple[Account | None, Account | None]:
    """Two accounts; `held` in key order, so that two who merge them never wait in a circle.

    What refers to them can be written meanwhile, as with `lock_account`.
    """
    statement = select(Account).where(col(Account.id).in_([one, other])).order_by(col(Account.id))
    if held:
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = {account.id: account for account in (await session.execute(statement)).scalars()}
    return found.get(one), found.get(other)


async def guarded(session: Session, keys: Sequence[UUID]) -> set[UUID]:
    """Those of some accounts that ask for a second factor."""
    return {row[0] for row in await session.rows(select(col(Account.id)).where(col(Account.id).in_(keys), _is_guarded))}


async def give_sessions(session: Session, absorbed: UUID, survivor: UUID) -> None:
    """How one account was signed in to is told to another from now on, and forgotten with it; also who acted as it."""
    statement = update(AccountSession).where(col(AccountSession.account_id) == absorbed)
    await session.execute(statement.values(account_id=survivor))


async def give_sign_in(session: Session, absorbed: UUID, survivor: UUID) -> None:
    """What one account is signed in to by is another's from now on. What was sent for it is good for nothing."""
    await session.execute(update(Identity).where(col(Identity.account_id) == absorbed).values(account_id=survivor))
    is_free = ~exists().where(col(Totp.id) == survivor, col(Totp.confirmed_at).is_not(None))
    await session.execute(
        delete(Totp).where(or_(col(Totp.id) == survivor, col(Totp.id) == absorbed), col(Totp.confirmed_at).is_(None))
    )
    moved = await session.execute(
        update(Totp).where(col(Totp.id) == absorbed, is_free).values(id=survivor).returning(col(Totp.id))
    )
    codes = col(RecoveryCode.account_id) == absorbed
    if moved.first() is not None:
        await session.execute(update(RecoveryCode).where(codes).values(account_id=survivor))
    await session.execute(delete(RecoveryCode).where(codes))
