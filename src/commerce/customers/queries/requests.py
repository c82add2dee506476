"""What people asked us to tell them and to forget."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select, true, update
from sqlmodel import col

from commerce.customers.models import Erasure, Export
from commerce.customers.values import ErasureInfo, ErasureStatus, ExportInfo, ExportStatus
from commerce.kit.db import Reads, Row, Session, among, grouped, keyed

_export_columns = (
    col(Export.id),
    col(Export.customer_id),
    col(Export.state),
    col(Export.requested_at),
    col(Export.requested_by),
    col(Export.expires_at),
)
_exports_by_key = select(*_export_columns).where(among(Export.id))
_exports_of = (
    select(col(Export.customer_id), *_export_columns)
    .where(among(Export.customer_id))
    .order_by(col(Export.requested_at).desc(), col(Export.id))
)
_waiting = select(true()).where(
    col(Export.customer_id) == bindparam("customer"), col(Export.state) == ExportStatus.QUEUED
)
_sealed = select(col(Export.content), col(Export.expires_at)).where(col(Export.id) == bindparam("key"))
_erasure_columns = (
    col(Erasure.id),
    col(Erasure.customer_id),
    col(Erasure.state),
    col(Erasure.requested_at),
    col(Erasure.due_at),
    col(Erasure.done_at),
)
_erasure_by_key = select(*_erasure_columns).where(among(Erasure.id))
_erasures_of = (
    select(col(Erasure.customer_id), *_erasure_columns)
    .where(among(Erasure.customer_id))
    .order_by(col(Erasure.requested_at).desc(), col(Erasure.id).desc())
)
_asked_for = select(col(Erasure.id)).where(
    col(Erasure.customer_id) == bindparam("customer"), col(Erasure.state) == ErasureStatus.REQUESTED
)
_due = (
    select(col(Erasure.id))
    .where(col(Erasure.state) == ErasureStatus.REQUESTED, col(Erasure.due_at) <= bindparam("now"))
    .order_by(col(Erasure.due_at))
    .limit(bindparam("most"))
)


def _export(row: Row) -> ExportInfo:
    key, customer, state, *rest = row
    return ExportInfo(key, customer, ExportStatus(state), *rest)


def _erasure(row: Row) -> ErasureInfo:
    key, customer, state, *rest = row
    return ErasureInfo(key, customer, ErasureStatus(state), *rest)


async def exports_by_key(reads: Reads, keys: Sequence[UUID]) -> list[ExportInfo | None]:
    """Exports of these keys, in their order."""
    found = keyed(await reads.rows(_exports_by_key, keys=list(keys)))
    return [_export(found[key]) if key in found else None for key in keys]


async def exports_of(reads: Reads, customers: Sequence[UUID]) -> list[list[ExportInfo]]:
    """The exports of each customer, the newest first."""
    rows = grouped(await reads.rows(_exports_of, keys=list(customers)), customers)
    return [[_export(row[1:]) for row in each] for each in rows]


async def sealed_export(reads: Reads, key: UUID) -> Row | None:
    """An archive as it is kept, and until when; None if there is none."""
    rows = await reads.rows(_sealed, key=key)
    return rows[0] if rows else None


async def waiting_export(session: Session, key: UUID) -> Export | None:
    """An export that is still to be made, held until the transaction ends."""
    found = await session.get(Export, key, with_for_update=True)
    return found if found is not None and found.state == ExportStatus.QUEUED else None


async def is_exporting(session: Session, customer: UUID) -> bool:
    """Whether an archive is being made for a customer, who is held by the caller."""
    return bool(await session.rows(_waiting, customer=customer))


async def forget_exports(session: Session) -> None:
    """Remove archives whose time is over; that they were made stays known."""
    await _expire(session, col(Export.expires_at) < session.now())


async def forget_exports_of(session: Session, customer: UUID) -> None:
    """Remove the archives of a customer."""
    await _expire(session, col(Export.customer_id) == customer)


async def _expire(session: Session, which: ColumnElement[bool]) -> None:
    statement = update(Export).where(which, col(Export.state) != ExportStatus.EXPIRED)
    await session.execute(statement.values(content=None, state=ExportStatus.EXPIRED))


async def erasure_by_key(reads: Reads, keys: Sequence[UUID]) -> list[ErasureInfo | None]:
    """Requests of these keys, in their order."""
    found = keyed(await reads.rows(_erasure_by_key, keys=list(keys)))
    return [_erasure(found[key]) if key in found else None for key in keys]


async def erasures_of(reads: Reads, customers: Sequence[UUID]) -> list[ErasureInfo | None]:
    """What each customer asked for last, if anything."""
    rows = grouped(await reads.rows(_erasures_of, keys=list(customers)), customers)
    return [_erasure(each[0][1:]) if each else None for each in rows]


async def due_erasures(reads: Reads, most: int) -> list[UUID]:
    """Requests whose time to think better of it is over."""
    return [row[0] for row in await reads.rows(_due, now=reads.now(), most=most)]


async def erasure_under_way(session: Session, customer: UUID) -> UUID | None:
    """The request of a customer to be forgotten that is neither done nor called off."""
    rows = await session.rows(_asked_for, customer=customer)
    return rows[0][0] if rows else None


async def lock_erasure(session: Session, key: UUID) -> Erasure | None:
    """A request to be forgotten, held until the transaction ends."""
    return await session.get(Erasure, key, with_for_update=True, populate_existing=True)
