"""What an account tells of a person, and how it is forgotten."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select
from sqlmodel import col

from commerce.accounts.models import (
    AccountSession,
    Challenge,
    Identity,
    Invitation,
    RecoveryCode,
    RoleGrant,
    Totp,
)
from commerce.kit.db import Reads, Row, Session

_identities = (
    select(col(Identity.provider), col(Identity.subject), col(Identity.created_at))
    .where(col(Identity.account_id) == bindparam("account"))
    .order_by(col(Identity.created_at), col(Identity.id))
)
_sign_ins = (
    select(
        func.min(col(AccountSession.began_at)), col(AccountSession.method), col(AccountSession.client),
        func.max(col(AccountSession.created_at)),
    )
    .where(col(AccountSession.account_id) == bindparam("account"))
    .group_by(col(AccountSession.family), col(AccountSession.method), col(AccountSession.client))
    .order_by(func.min(col(AccountSession.began_at)))
)  # fmt: skip


async def identities_of(reads: Reads, account: UUID) -> list[tuple[str, str, datetime]]:
    """All that proves who somebody is: the provider, what it calls them, and since when."""
    rows = await reads.rows(_identities, account=account)
    return [(provider, reads.vault.open("subject", subject), since) for provider, subject, since in rows]


async def sign_ins_of(reads: Reads, account: UUID) -> Sequence[Row]:
    """When somebody signed in, how, by which client, and when they were there last."""
    return await reads.rows(_sign_ins, account=account)


async def hold_shown(session: Session, account: UUID, contacts: Sequence[bytes], emails: Sequence[bytes]) -> None:
    """Hold what somebody was asked to show, and what they were invited to."""
    for model, which in _shown(account, contacts, emails):
        await session.rows(select(model.id).where(which).order_by(model.id).with_for_update())


def _shown(account: UUID, contacts: Sequence[bytes], emails: Sequence[bytes]) -> list[tuple[Any, Any]]:
    return [
        (Challenge, (col(Challenge.account_id) == account) | col(Challenge.contact_index).in_(contacts)),
        (Invitation, col(Invitation.email_index).in_(emails)),
    ]


async def forget_account(session: Session, account: UUID, contacts: Sequence[bytes], emails: Sequence[bytes]) -> None:
    """Remove all that proves who somebody is, all that they were asked to show, and what they were invited to."""
    gone: list[tuple[Any, Any]] = [
        *_shown(account, contacts, emails),
        (RecoveryCode, col(RecoveryCode.account_id) == account),
        (Totp, col(Totp.id) == account),
        (RoleGrant, col(RoleGrant.account_id) == account),
        (AccountSession, col(AccountSession.account_id) == account),
        (Identity, col(Identity.account_id) == account),
    ]
    for model, which in gone:
        await session.execute(delete(model).where(which))
