"""The store of idempotency keys: same key and input → the same answer, kept in the transaction of the effect."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import UniqueConstraint, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from commerce.kit.db import Session, Table, instant
from commerce.kit.errors import IdempotencyKeyReused
from commerce.kit.ids import new_key
from commerce.kit.sealing import Vault

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255


class IdempotencyKey(Table, table=True):
    """A key that was used, by whom, for what, and what it was answered with."""

    __tablename__ = "kit_idempotency_key"
    __table_args__ = (UniqueConstraint("scope", "key"),)

    scope: str
    key: str
    input_hash: str
    answer: str | None = None
    created_at: datetime = instant(nullable=False, index=True)


@dataclass(frozen=True, slots=True)
class Claim:
    """A key as one request brings it."""

    scope: str
    key: str
    input_hashes: tuple[str, ...]
    """What was given, digested by each of our keys, the present one first: one of them made the hash that is kept."""


class Replayed(Exception):
    """Not an error: this request was answered before, with the object of this global id."""

    def __init__(self, answer: str | None) -> None:
        super().__init__(answer)
        self.answer = answer


def claim_for(vault: Vault, scope: str, key: str, operation: str, given: object) -> Claim:
    """The claim of an operation on a key. What was given is remembered by a keyed digest only: a bare one of somebody's
    phone is found by trying all phones.
    """
    digests = vault.indexes("idempotency", f"{operation}:{given!r}")
    return Claim(scope, key, tuple(digest.hex() for digest in digests))


_claim = (
    insert(IdempotencyKey)
    .values(
        id=bindparam("id"),
        scope=bindparam("scope"),
        key=bindparam("key"),
        input_hash=bindparam("input_hash"),
        answer=bindparam("answer"),
        created_at=bindparam("now"),
    )
    .on_conflict_do_nothing(index_elements=["scope", "key"])
    .returning(col(IdempotencyKey.id))
)
_known = select(col(IdempotencyKey.input_hash), col(IdempotencyKey.answer)).where(
    col(IdempotencyKey.scope) == bindparam("scope"), col(IdempotencyKey.key) == bindparam("key")
)


async def take(session: Session, claim: Claim, answer: str | None = None) -> UUID:
    """Take a key for this transaction. A second request with it waits here until the first has ended.

    Raises `Replayed` when the same request was answered before, `IdempotencyKeyReused` for another input.
    """
    row_id = new_key()
    taken = await session.execute(
        _claim,
        {
            "id": row_id,
            "scope": claim.scope,
            "key": claim.key,
            "input_hash": claim.input_hashes[0],
            "answer": answer,
            "now": session.now(),
        },
    )
    if taken.scalar_one_or_none() is not None:
        return row_id
    known = await session.rows(_known, scope=claim.scope, key=claim.key)
    if not known:  # forgotten as too old between the two statements
        return await take(session, claim, answer)
    input_hash, answer = known[0]
    if input_hash not in claim.input_hashes:
        raise IdempotencyKeyReused("input", "idempotencyKey")
    raise Replayed(answer)


async def keep(session: Session, row_id: UUID, answer: str) -> None:
    """Keep the answer with its key."""
    statement = update(IdempotencyKey).where(col(IdempotencyKey.id) == row_id).values(answer=answer)
    await session.execute(statement)


async def forget_old(session: Session) -> None:
    """Remove keys that are older than a day."""
    await session.execute(delete(IdempotencyKey).where(col(IdempotencyKey.created_at) < session.now() - KEPT_FOR))
