"""Statements about second factors."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlmodel import col

from commerce.accounts.models import Challenge, RecoveryCode, Totp
from commerce.accounts.values import Purpose
from commerce.kit.db import Reads, Session, among

_codes_left = (
    select(col(RecoveryCode.account_id), func.count())
    .where(among(RecoveryCode.account_id), col(RecoveryCode.used_at).is_(None))
    .group_by(col(RecoveryCode.account_id))
)


async def codes_left(reads: Reads, accounts: Sequence[UUID]) -> list[int]:
    """How many recovery codes each account has that were not used."""
    found = {row[0]: row[1] for row in await reads.rows(_codes_left, keys=list(accounts))}
    return [found.get(key, 0) for key in accounts]


async def lock_totp(session: Session, account: UUID) -> Totp | None:
    """The second factor of an account, held until the transaction ends."""
    return await session.get(Totp, account, with_for_update=True, populate_existing=True)


async def use_step(session: Session, account: UUID, step: int) -> bool:
    """Use up the code of a time step, and with it those of all earlier ones; False when that has happened before."""
    statement = update(Totp).where(
        col(Totp.id) == account, col(Totp.confirmed_at).is_not(None), col(Totp.last_step) < step
    )
    return bool(await session.rows(statement.values(last_step=step).returning(col(Totp.id))))


async def use_recovery_code(session: Session, account: UUID, code_hash: str) -> bool:
    """Use up a recovery code; False when there is none such, or it was used before."""
    statement = update(RecoveryCode).where(
        col(RecoveryCode.account_id) == account,
        col(RecoveryCode.code_hash) == code_hash,
        col(RecoveryCode.used_at).is_(None),
    )
    return bool(await session.rows(statement.values(used_at=session.now()).returning(col(RecoveryCode.id))))


async def set_recovery_codes(session: Session, account: UUID, hashes: Sequence[str]) -> None:
    """Give an account new recovery codes in place of all that it has."""
    await session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account))
    session.add_all(RecoveryCode(account_id=account, code_hash=one) for one in hashes)


async def remove_factor(session: Session, account: UUID) -> None:
    """Take the second factor of an account away, with its recovery codes."""
    await session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account))
    await session.execute(delete(Totp).where(col(Totp.id) == account))


async def try_second_factor(session: Session, challenge: UUID, most: int) -> UUID | None:
    """Count a try at a challenge that asks for a second factor; whose it is, if it is still open."""
    statement = update(Challenge).where(
        col(Challenge.id) == challenge,
        col(Challenge.purpose) == Purpose.SECOND_FACTOR,
        col(Challenge.used_at).is_(None),
        col(Challenge.expires_at) > session.now(),
        col(Challenge.tries) < most,
    )
    rows = await session.rows(statement.values(tries=col(Challenge.tries) + 1).returning(col(Challenge.account_id)))
    return rows[0][0] if rows else None
