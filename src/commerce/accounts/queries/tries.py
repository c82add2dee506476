"""Tries at what is limited, by buckets whose names are kept as keyed digests."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, Text, bindparam, column, delete, func, select
from sqlmodel import col

from commerce.accounts.models import Attempt
from commerce.accounts.values import Bucket
from commerce.kit.db import Session

_hold = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=Text), 0)))
_limits = (
    func.unnest(
        bindparam("buckets", type_=ARRAY(Text)),
        bindparam("since", type_=ARRAY(DateTime(timezone=True))),
        bindparam("most", type_=ARRAY(BigInteger)),
    )
    .table_valued(
        column("bucket", Text),
        column("since", DateTime(timezone=True)),
        column("most", BigInteger),
        with_ordinality="place",
    )
    .render_derived("limits")
)
_first = (
    select(col(Attempt.created_at))
    .where(col(Attempt.bucket) == _limits.c.bucket, col(Attempt.created_at) > _limits.c.since)
    .order_by(col(Attempt.created_at).desc())
    .offset(_limits.c.most - 1)
    .limit(1)
    .correlate(_limits)
    .scalar_subquery()
)
_full = select(_first).select_from(_limits).order_by(_limits.c.place)


async def hold(session: Session, name: str) -> None:
    """Wait for all other transactions that hold the same name, and have those who come wait for this one."""
    await session.rows(_hold, name=name)


def _kept(session: Session, bucket: Bucket) -> str:
    """The name of a bucket as it is kept: by itself it does not tell whose tries are counted."""
    return session.vault.index("bucket", bucket.name).hex()


async def lock_buckets(session: Session, buckets: Sequence[Bucket]) -> list[str]:
    """Have tries at the same buckets wait for each other. In the order of names, so that none wait in a circle."""
    names = sorted({_kept(session, bucket) for bucket in buckets})
    for name in names:
        await hold(session, name)
    return names


async def full_buckets(session: Session, buckets: Sequence[Bucket]) -> dict[Bucket, datetime]:
    """The buckets that have no room, each with the try that has to be forgotten first."""
    rows = await session.rows(
        _full,
        buckets=[_kept(session, bucket) for bucket in buckets],
        since=[session.now() - bucket.window for bucket in buckets],
        most=[bucket.most for bucket in buckets],
    )
    return {bucket: row[0] for bucket, row in zip(buckets, rows, strict=True) if row[0] is not None}


async def forget_tries(session: Session, keys: Sequence[UUID], buckets: Sequence[Bucket]) -> None:
    """Take back these tries, and all of some buckets."""
    names = [_kept(session, bucket) for bucket in buckets]
    await session.execute(delete(Attempt).where(col(Attempt.id).in_(keys) | col(Attempt.bucket).in_(names)))
