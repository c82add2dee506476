"""Groups and who is in them."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from commerce.customers.models import Customer, Group, Membership
from commerce.customers.values import GroupInfo, Standing
from commerce.kit.bulk import each, insert_each
from commerce.kit.db import Reads, Row, Session, among, grouped, keyed
from commerce.kit.ids import new_key
from commerce.kit.pagination import Window, paged

_columns = (
    col(Group.id),
    col(Group.code),
    col(Group.name),
    col(Group.is_tax_exempt),
    col(Group.created_at),
)
_by_key = select(*_columns).where(among(Group.id))
_count = select(func.count()).select_from(Group)
_of_each = (
    select(col(Membership.customer_id), *_columns)
    .join(Group, col(Group.id) == col(Membership.group_id))
    .where(among(Membership.customer_id))
    .order_by(col(Group.name), col(Group.id))
)
_standings = (
    select(col(Group.id), col(Group.is_tax_exempt))
    .join(Membership, col(Membership.group_id) == col(Group.id))
    .where(col(Membership.customer_id) == bindparam("person"))
)
_new_customers = insert_each(Customer, "id", "created_at").on_conflict_do_nothing()
_new_members = insert_each(Membership, "id", "group_id", "customer_id", "since").on_conflict_do_nothing()


@cache
def _page(order: str, forward: bool, from_key: bool) -> Select[Any]:  # noqa: ARG001
    statement = cast("Select[Any]", select(*_columns))
    return paged(statement, [(cast("ColumnElement[Any]", col(Group.id)), False)], forward=forward, from_key=from_key)


async def groups(reads: Reads, asked: Window) -> Sequence[Row]:
    """One page of the groups, the oldest first."""
    return await reads.rows(_page(*asked.shape), **asked.params)


async def group_count(reads: Reads) -> int:
    count: int = (await reads.rows(_count))[0][0]
    return count


async def groups_by_key(reads: Reads, keys: Sequence[UUID]) -> list[GroupInfo | None]:
    """Groups of these keys, in their order."""
    found = keyed(await reads.rows(_by_key, keys=list(keys)))
    return [GroupInfo(*found[key]) if key in found else None for key in keys]


async def groups_of_each(reads: Reads, customers: Sequence[UUID]) -> list[list[GroupInfo]]:
    """The groups that each customer is in, by name."""
    rows = grouped(await reads.rows(_of_each, keys=list(customers)), customers)
    return [[GroupInfo(*row[1:]) for row in groups] for groups in rows]


async def groups_of(reads: Reads, person: UUID | None) -> frozenset[Standing]:
    """The groups that somebody is in at this moment, for what they are quoted; none for guests."""
    if person is None:
        return frozenset()
    return frozenset(Standing(*row) for row in await reads.rows(_standings, person=person))


async def new_group(session: Session, **given: Any) -> UUID | None:
    """Make a group; None if there is already one with its code."""
    statement = insert(Group).values(id=new_key(), created_at=session.now(), **given)
    rows = await session.rows(statement.on_conflict_do_nothing().returning(col(Group.id)))
    return rows[0][0] if rows else None


async def lock_group(session: Session, key: UUID) -> Group | None:
    """The group, held until the transaction ends."""
    return await session.get(Group, key, with_for_update=True)


async def add_members(session: Session, group: UUID, customers: Sequence[UUID]) -> None:
    """Have customers in a group; those who are in it stay. All of them in two statements, in the order of keys."""
    if not customers:
        return
    now, keys = session.now(), sorted(set(customers))
    await session.execute(_new_customers, each([{"id": key, "created_at": now} for key in keys]))
    rows = [{"id": new_key(), "group_id": group, "customer_id": key, "since": now} for key in keys]
    await session.execute(_new_members, each(rows))


async def remove_members(session: Session, group: UUID, customers: Sequence[UUID]) -> None:
    """Have customers not in a group any more."""
    which = (col(Membership.group_id) == group) & col(Membership.customer_id).in_(sorted(set(customers)))
    await session.execute(delete(Membership).where(which))


async def move_memberships(session: Session, source: UUID, target: UUID) -> None:
    """Have one customer in all the groups that another one is in."""
    own = select(col(Membership.group_id)).where(col(Membership.customer_id) == target)
    statement = update(Membership).where(col(Membership.customer_id) == source, col(Membership.group_id).not_in(own))
    await session.execute(statement.values(customer_id=target))
    await session.execute(delete(Membership).where(col(Membership.customer_id) == source))
