"""Counting tries at what is limited, in the database, so that it holds for all processes."""

from collections.abc import Sequence
from uuid import UUID

from commerce.accounts.errors import TooManyTries
from commerce.accounts.models import Attempt
from commerce.accounts.queries import tries as queries
from commerce.accounts.rules import tries as rules
from commerce.accounts.values import Bucket
from commerce.kit.context import Context
from commerce.kit.db import Session


async def count(context: Context, buckets: Sequence[Bucket], *field: str) -> list[UUID]:
    """Count a try before it is made; LIMIT_EXCEEDED when there is no room for it. The keys can take it back."""
    async with context.transaction() as session:
        return await count_within(session, buckets, *field)


async def count_within(session: Session, buckets: Sequence[Bucket], *field: str) -> list[UUID]:
    """Count what the transaction is about to do, if there is room for it: it counts only if it is done."""
    names = await queries.lock_buckets(session, buckets)
    wait = rules.retry_at(buckets, await queries.full_buckets(session, buckets))
    if wait is not None:
        raise TooManyTries(*field, retry_at=wait, minutes=rules.minutes_until(wait, session.now()))
    attempts = [Attempt(bucket=name, created_at=session.now()) for name in names]
    session.add_all(attempts)
    return [attempt.id for attempt in attempts]


async def forgive(session: Session, keys: Sequence[UUID], *buckets: Bucket) -> None:
    """After the right answer this try does not count, nor do those before it in these buckets."""
    await queries.forget_tries(session, keys, buckets)
