"""Counting tries at passwords, in the database, so that it holds for all processes."""

from collections.abc import Sequence
from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.errors import TooManyTries
from commerce.accounts.models import Attempt
from commerce.accounts.rules import tries as rules
from commerce.accounts.values import Bucket
from commerce.kit.context import Context
from commerce.kit.db import Session


async def count(context: Context, buckets: Sequence[Bucket], *field: str) -> list[UUID]:
    """Count a try before it is made; LIMIT_EXCEEDED when there is no room for it. The keys can take it back."""
    async with context.transaction() as session:
        attempts = await _taken(session, buckets)
    if not attempts:
        raise TooManyTries(*field, minutes=int(rules.WINDOW.total_seconds() // 60))
    return [attempt.id for attempt in attempts]


async def _taken(session: Session, buckets: Sequence[Bucket]) -> list[Attempt]:
    await queries.lock_buckets(session, buckets)
    if not rules.has_room(buckets, await queries.tries(session, buckets, session.now() - rules.WINDOW)):
        return []
    attempts = [Attempt(bucket=bucket.name, created_at=session.now()) for bucket in buckets]
    session.add_all(attempts)
    return attempts


async def forgive(session: Session, keys: Sequence[UUID], bucket: Bucket) -> None:
    """After the right password this try does not count, nor do those before it at the same account."""
    await queries.forget_tries(session, keys, bucket)
