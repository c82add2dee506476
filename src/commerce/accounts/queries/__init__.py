"""Every statement about accounts, identities and sessions."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from commerce.accounts.models import (
    Account,
    AccountSession,
    Attempt,
    Challenge,
    Identity,
    Role,
    RoleGrant,
    Totp,
)
from commerce.accounts.queries.tries import hold
from commerce.accounts.rules import staff as rules
from commerce.accounts.rules.impersonation import SHOWN_FOR
from commerce.accounts.values import (
    EMAIL,
    PHONE,
    AccountKind,
    Claims,
    Credential,
    Profile,
    ProvenContact,
    Rights,
    Standing,
)
from commerce.kit.actor import Permission
from commerce.kit.db import Reads, Row, Session, among, keyed
from commerce.kit.pagination import Window, paged
from commerce.kit.sealing import Vault


def _contact(provider: str) -> Any:
    """The address or number of an account that it has had for longest."""
    return (
        select(col(Identity.subject))
        .where(col(Identity.account_id) == col(Account.id), col(Identity.provider) == provider)
        .order_by(col(Identity.created_at), col(Identity.id))
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )


def _granted_to(account: Any) -> Any:
    """The roles of somebody: pairs of a channel, or null for all, and permissions."""
    return (
        select(func.jsonb_agg(func.jsonb_build_array(col(RoleGrant.channel_id), func.to_jsonb(col(Role.permissions)))))
        .join(Role, col(Role.id) == col(RoleGrant.role_id))
        .where(col(RoleGrant.account_id) == account.id)
        .correlate(account)
        .scalar_subquery()
    )


def _factor_of(account: Any) -> Any:
    """Whether somebody has set up a second factor."""
    return exists(
        select(literal(1)).where(col(Totp.id) == account.id, col(Totp.confirmed_at).is_not(None)).correlate(account)
    )


_profile = (
    col(Account.id),
    col(Account.kind),
    col(Account.name),
    _contact(EMAIL),
    _contact(PHONE),
    col(Account.permissions),
    col(Account.is_active),
    col(Account.created_at),
    _granted_to(Account),
    _factor_of(Account),
)
_is_staff = col(Account.kind) == AccountKind.STAFF

_by_key = select(*_profile).where(among(Account.id))
_count_staff = select(func.count()).select_from(Account).where(_is_staff)
_owners = select(col(Identity.account_id), col(Identity.id)).where(
    col(Identity.provider) == bindparam("provider"), among(Identity.subject_index, "indexes")
)
_owner_of_union = select(col(Identity.account_id)).where(
    func.split_part(col(Identity.provider), ":", 1) == bindparam("family"), among(Identity.union_index, "indexes")
)
_credential_by_email = (
    select(col(Account.id), col(Account.password_hash))
    .join(Identity, col(Identity.account_id) == col(Account.id))
    .where(col(Identity.provider) == EMAIL, among(Identity.subject_index, "indexes"))
)
_credential_by_key = select(col(Account.id), col(Account.password_hash)).where(col(Account.id) == bindparam("key"))
_Behind = aliased(Account)
_Theirs = aliased(AccountSession)
_is_still_there = exists(
    select(literal(1))
    .where(
        col(_Theirs.family) == col(AccountSession.behind_family),
        col(_Theirs.revoked_at).is_(None),
        col(_Theirs.expires_at) > bindparam("now"),
    )
    .correlate(AccountSession)
)
_signed_in = (
    select(
        col(Account.kind),
        col(Account.permissions),
        _granted_to(Account),
        _factor_of(Account),
        col(AccountSession.behind_id),
        col(_Behind.kind),
        col(_Behind.permissions),
        _granted_to(_Behind),
        _factor_of(_Behind),
        and_(col(_Behind.is_active), _is_still_there),
    )
    .join(AccountSession, col(AccountSession.account_id) == col(Account.id))
    .outerjoin(_Behind, col(_Behind.id) == col(AccountSession.behind_id))
    .where(
        col(Account.id) == bindparam("account"),
        col(Account.is_active),
        col(AccountSession.id) == bindparam("session"),
        col(AccountSession.revoked_at).is_(None),
        col(AccountSession.expires_at) > bindparam("now"),
    )
)
_owner_of_refresh = select(col(AccountSession.account_id)).where(
    col(AccountSession.refresh_hash) == bindparam("refresh_hash")
)
_session_of_refresh = select(AccountSession).where(col(AccountSession.refresh_hash) == bindparam("refresh_hash"))
_family_of = select(col(AccountSession.family)).where(col(AccountSession.id) == bindparam("session"))


def profile(vault: Vault, row: Row) -> Profile:
    key, kind, name, email, phone, permissions, is_active, created_at, granted, has_second_factor = row
    return Profile(
        key,
        AccountKind(kind),
        vault.open_any("name", name),
        vault.open_any("subject", email),
        vault.open_any("subject", phone),
        rules.permissions_of(permissions),
        is_active,
        created_at,
        rules.rights_of(kind, permissions, granted or ()),
        has_second_factor,
    )


async def profiles(reads: Reads, keys: Sequence[UUID]) -> list[Profile | None]:
    """Accounts of these keys, in their order."""
    found = keyed(await reads.rows(_by_key, keys=list(keys)))
    return [profile(reads.vault, found[key]) if key in found else None for key in keys]


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


async def owner_of(reads: Reads, provider: str, subject: str) -> UUID | None:
    """Whose account it is that this address, number or name at a provider proves; None while it is nobody's."""
    rows = await reads.rows(_owners, provider=provider, indexes=reads.vault.indexes(provider, subject))
    return rows[0][0] if rows else None


async def credential_by_email(reads: Reads, email: str) -> Credential | None:
    """What the password of an address is checked against."""
    rows = await reads.rows(_credential_by_email, indexes=reads.vault.indexes(EMAIL, email))
    return Credential(*rows[0]) if rows else None


async def credential_by_key(reads: Reads, key: UUID) -> Credential | None:
    """What the password of an account is checked against."""
    rows = await reads.rows(_credential_by_key, key=key)
    return Credential(*rows[0]) if rows else None


async def signed_in(reads: Reads, claims: Claims, now: datetime, *, needs_factor: bool = False) -> Standing | None:
    """What an account is and may do whose session is still open.

    Where staff needs a second factor, whoever has none may do nothing. Who acts as somebody else does so only as long as
    they are signed in and may themselves.
    """
    rows = await reads.rows(_signed_in, account=claims.account, session=claims.session, now=now)
    if not rows:
        return None
    kind, own, granted, has_factor, behind, *theirs, is_there = rows[0]
    if behind is not None:
        may = is_there and _rights(*theirs, needs_factor=needs_factor).everywhere & {Permission.CUSTOMERS_IMPERSONATE}
        if not may or kind != AccountKind.CUSTOMER:
            return None
    return Standing(AccountKind(kind), _rights(kind, own, granted, has_factor, needs_factor=needs_factor), behind)


def _rights(kind: str, own: Any, granted: Any, has_factor: bool, *, needs_factor: bool) -> Rights:
    return rules.NONE if needs_factor and not has_factor else rules.rights_of(kind, own, granted or ())


async def has_second_factor(session: Session, account: UUID) -> bool:
    """Whether an account asks for a code of an authenticator app."""
    confirmed = select(col(Totp.id)).where(col(Totp.id) == account, col(Totp.confirmed_at).is_not(None))
    return bool(await session.rows(confirmed))


_is_contact = (col(Identity.provider) == EMAIL) | (col(Identity.provider) == PHONE)
_contact_of = select(col(Identity.account_id), col(Identity.provider), col(Identity.subject)).where(
    col(Identity.id) == bindparam("key"), _is_contact
)
_contacts_of = select(col(Identity.provider), col(Identity.subject)).where(
    col(Identity.account_id) == bindparam("account"), _is_contact
)


async def contact_of(reads: Reads, identity: UUID) -> ProvenContact | None:
    """The address or phone that an identity is, and whose; None for other identities, and for one that is gone."""
    rows = await reads.rows(_contact_of, key=identity)
    if not rows:
        return None
    account, provider, subject = rows[0]
    return ProvenContact(account, provider, reads.vault.open("subject", subject))


async def contacts_of(reads: Reads, account: UUID) -> list[tuple[str, str]]:
    """The addresses and phones of an account, each with its provider."""
    rows = await reads.rows(_contacts_of, account=account)
    return [(provider, reads.vault.open("subject", subject)) for provider, subject in rows]


async def hold_subject(session: Session, provider: str, subject: str) -> None:
    """Have those who prove the same thing wait for each other. Under the oldest key, which all processes know."""
    name = session.vault.indexes(provider, subject)[-1].hex()
    await hold(session, f"identity:{name}")


async def owner_of_union(reads: Reads, provider: str, union: str) -> UUID | None:
    """Whose account it is that another app of the same provider has proven; `wechat:mini` and `wechat:web` are two."""
    family = provider.partition(":")[0]
    rows = await reads.rows(_owner_of_union, family=family, indexes=reads.vault.indexes("union", union))
    return rows[0][0] if rows else None


async def lock_account(session: Session, key: UUID) -> Account | None:
    """The account, held until the transaction ends. Its sessions change only under this lock.

    What refers to it can be written meanwhile: an order that is being placed holds its cart and waits for nobody's account.
    """
    return await session.get(Account, key, with_for_update={"key_share": True})


async def owner_of_refresh(session: Session, refresh_hash: str) -> UUID | None:
    """Whose refresh token this is."""
    rows = await session.rows(_owner_of_refresh, refresh_hash=refresh_hash)
    return rows[0][0] if rows else None


async def session_of_refresh(session: Session, refresh_hash: str) -> AccountSession | None:
    """The session of a refresh token; None if there is none, or none any more."""
    return (await session.execute(_session_of_refresh, {"refresh_hash": refresh_hash})).scalar_one_or_none()


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


async def forget_old(session: Session, tries_before: datetime) -> None:
    """Remove tries that no longer count, and sessions and challenges that have run out.

    A session of staff in somebody's place stays for a while, so that they see that it was there.
    """
    await session.execute(delete(Attempt).where(col(Attempt.created_at) < tries_before))
    own = col(AccountSession.behind_id).is_(None)
    until = case((own, session.now()), else_=session.now() - SHOWN_FOR)
    ended = col(AccountSession.expires_at) < session.now()  # by the index, of which the next condition knows nothing
    await session.execute(delete(AccountSession).where(ended, col(AccountSession.expires_at) < until))
    await session.execute(delete(Challenge).where(col(Challenge.expires_at) < session.now()))
