"""Statements about invitations to the staff."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlmodel import col

from commerce.accounts.models import Invitation
from commerce.accounts.rules import invitations as letters
from commerce.accounts.rules import staff as rules
from commerce.accounts.values import Grant, InvitationProfile
from commerce.kit.db import Reads, Row, Session, among, keyed
from commerce.kit.pagination import Window, paged

_columns = (
    col(Invitation.id),
    col(Invitation.email),
    col(Invitation.name),
    col(Invitation.permissions),
    col(Invitation.grants),
    col(Invitation.invited_by_id),
    col(Invitation.created_at),
    col(Invitation.expires_at),
    col(Invitation.accepted_at),
    col(Invitation.revoked_at),
)
_by_key = select(*_columns).where(among(Invitation.id))
_count = select(func.count()).select_from(Invitation)


def grants_from(kept: Sequence[dict[str, str | None]]) -> tuple[Grant, ...]:
    """Roles as an invitation keeps them."""
    return tuple(Grant(UUID(str(one["role"])), UUID(one["channel"]) if one.get("channel") else None) for one in kept)


def invitation(reads: Reads, row: Row) -> InvitationProfile:
    key, email, name, permissions, grants, invited_by, created_at, expires_at, accepted_at, revoked_at = row
    return InvitationProfile(
        key,
        reads.vault.open("email", email),
        reads.vault.open("name", name),
        rules.permissions_of(permissions),
        grants_from(grants),
        invited_by,
        created_at,
        expires_at,
        letters.state_of(accepted_at, revoked_at, expires_at, reads.now()),
    )


async def invitations_by_key(reads: Reads, keys: Sequence[UUID]) -> list[InvitationProfile | None]:
    """Invitations of these keys, in their order."""
    found = keyed(await reads.rows(_by_key, keys=list(keys)))
    return [invitation(reads, found[key]) if key in found else None for key in keys]


@cache
def _invitations(order: str, forward: bool, from_key: bool) -> Select[Any]:  # noqa: ARG001
    by = [(cast("ColumnElement[Any]", col(Invitation.id)), True)]
    return paged(cast("Select[Any]", select(*_columns)), by, forward=forward, from_key=from_key)


async def invitations(reads: Reads, asked: Window) -> Sequence[Row]:
    """One page of the invitations, the latest first."""
    return await reads.rows(_invitations(*asked.shape), **asked.params)


async def invitation_count(reads: Reads) -> int:
    count: int = (await reads.rows(_count))[0][0]
    return count


def _open(session: Session) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Invitation.accepted_at).is_(None),
        col(Invitation.revoked_at).is_(None),
        col(Invitation.expires_at) > session.now(),
    )


async def is_open(session: Session, token_hash: str) -> bool:
    """Whether there is an open invitation with this token."""
    statement = select(col(Invitation.id)).where(col(Invitation.token_hash) == token_hash, *_open(session))
    return bool(await session.rows(statement))


async def lock_open(session: Session, token_hash: str) -> Invitation | None:
    """The open invitation with this token, held until the transaction ends."""
    statement = select(Invitation).where(col(Invitation.token_hash) == token_hash, *_open(session))
    options = {"populate_existing": True}
    found = await session.execute(statement.with_for_update().execution_options(**options))
    return found.scalars().one_or_none()


async def lock_invitation(session: Session, key: UUID) -> Invitation | None:
    """The invitation, held until the transaction ends."""
    return await session.get(Invitation, key, with_for_update=True)


async def revoke_those_to(session: Session, email: str) -> None:
    """Withdraw all open invitations to an address: the next one takes their place."""
    indexes = session.vault.indexes("email", email)
    await _revoke(session, col(Invitation.email_index).in_(indexes))


async def revoke_those_by(session: Session, account: UUID) -> None:
    """Withdraw what somebody promised who is no longer there."""
    await _revoke(session, col(Invitation.invited_by_id) == account)


async def _revoke(session: Session, which: ColumnElement[bool]) -> None:
    statement = update(Invitation).where(which, *_open(session))
    await session.execute(statement.values(revoked_at=session.now()))


async def forget_invitations(session: Session, ended_before: datetime) -> None:
    """Remove invitations that were over before an instant."""
    await session.execute(delete(Invitation).where(col(Invitation.expires_at) < ended_before))
