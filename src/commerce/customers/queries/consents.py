"""The ledger of consents."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, func, select, true, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from commerce.customers.models import Consent
from commerce.customers.rules import MOST_CONSENTS
from commerce.customers.values import ConsentInfo, ConsentPurpose
from commerce.kit.db import Reads, Row, Session, among, grouped

_columns = (
    col(Consent.id),
    col(Consent.purpose),
    col(Consent.policy_version),
    col(Consent.granted_at),
    col(Consent.withdrawn_at),
    col(Consent.proof),
)
_of_each = (
    select(col(Consent.customer_id), *_columns)
    .where(among(Consent.customer_id))
    .order_by(col(Consent.granted_at), col(Consent.id))
)
_place = func.row_number().over(
    partition_by=col(Consent.customer_id),
    order_by=[col(Consent.withdrawn_at).is_(None).desc(), col(Consent.granted_at).desc(), col(Consent.id).desc()],
)
_placed = (
    select(col(Consent.customer_id), *_columns, _place.label("place")).where(among(Consent.customer_id)).subquery()
)
_shown_of_each = (
    select(*[column for column in _placed.c if column.key != "place"])
    .where(_placed.c.place <= MOST_CONSENTS)
    .order_by(_placed.c.granted_at, _placed.c.id)
)
_given = select(true()).where(
    col(Consent.customer_id) == bindparam("customer"),
    col(Consent.purpose) == bindparam("purpose"),
    col(Consent.withdrawn_at).is_(None),
)


def _info(row: Row) -> ConsentInfo:
    key, purpose, *rest = row
    return ConsentInfo(key, ConsentPurpose(purpose), *rest)


async def consents_of(reads: Reads, customers: Sequence[UUID]) -> list[list[ConsentInfo]]:
    """All that each customer ever allowed, in the order of time."""
    rows = grouped(await reads.rows(_of_each, keys=list(customers)), customers)
    return [[_info(row[1:]) for row in each] for each in rows]


async def shown_consents_of(reads: Reads, customers: Sequence[UUID]) -> list[list[ConsentInfo]]:
    """What each customer allows, and of what they do not any more what they allowed last; in the order of time."""
    rows = grouped(await reads.rows(_shown_of_each, keys=list(customers)), customers)
    return [[_info(row[1:]) for row in each] for each in rows]


async def allows(reads: Reads, person: UUID, purpose: str) -> bool:
    """Whether somebody has given a consent and not withdrawn it. Whoever does what it is for asks right before."""
    return bool(await reads.rows(_given, customer=person, purpose=purpose))


async def consent_to(session: Session, customer: UUID, purpose: ConsentPurpose) -> Consent | None:
    """The consent that holds, of a customer who is held by the caller."""
    statement = select(Consent).where(
        col(Consent.customer_id) == customer, col(Consent.purpose) == purpose, col(Consent.withdrawn_at).is_(None)
    )
    found: Consent | None = (await session.execute(statement)).scalar_one_or_none()
    return found


async def withdraw(session: Session, customer: UUID, *which: Any) -> None:
    """End what a customer allowed: all of it, or what is asked for."""
    statement = update(Consent).where(col(Consent.customer_id) == customer, col(Consent.withdrawn_at).is_(None), *which)
    await session.execute(statement.values(withdrawn_at=session.now()))


def _taken_back_by(other: UUID) -> ColumnElement[bool]:
    """Whether somebody else withdrew after a consent what it is for."""
    theirs = aliased(Consent)
    return exists().where(
        col(theirs.customer_id) == other,
        col(theirs.purpose) == col(Consent.purpose),
        col(theirs.withdrawn_at) > col(Consent.granted_at),
    )


async def move_consents(session: Session, source: UUID, target: UUID) -> None:
    """Put one ledger into another. What both had allowed goes on as the second one's; what somebody said last counts."""
    for one, other in ((source, target), (target, source)):
        await withdraw(session, one, _taken_back_by(other))
    own = select(col(Consent.purpose)).where(col(Consent.customer_id) == target, col(Consent.withdrawn_at).is_(None))
    await withdraw(session, source, col(Consent.purpose).in_(own))
    await session.execute(update(Consent).where(col(Consent.customer_id) == source).values(customer_id=target))
