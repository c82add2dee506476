"""Statements about roles, who has them, and who manages the staff."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    column,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import table as named
from sqlmodel import col

from commerce.accounts.models import Account, Invitation, Role, RoleGrant
from commerce.accounts.rules import staff as rules
from commerce.accounts.values import AccountKind, Grant, Membership, RoleProfile
from commerce.kit.actor import Permission
from commerce.kit.db import Reads, Row, Session, among, grouped, keyed
from commerce.kit.pagination import Window, paged

_columns = (col(Role.id), col(Role.name), col(Role.permissions), col(Role.created_at))
_by_key = select(*_columns).where(among(Role.id))
_count = select(func.count()).select_from(Role)
_of_accounts = (
    select(col(RoleGrant.account_id), col(RoleGrant.channel_id), *_columns)
    .join(Role, col(Role.id) == col(RoleGrant.role_id))
    .where(among(RoleGrant.account_id))
    .order_by(col(Role.name), col(RoleGrant.channel_id).nulls_first(), col(Role.id))
)
_channels = named("channels_channel", column("id", Uuid))
"""The table that grants refer to; its module stands above, and only its keys are looked for."""
_known_channels = select(_channels.c.id).where(_channels.c.id == any_(bindparam("keys")))


def role(row: Row) -> RoleProfile:
    key, name, permissions, created_at = row
    return RoleProfile(key, name, rules.permissions_of(permissions), created_at)


async def roles_by_key(reads: Reads, keys: Sequence[UUID]) -> list[RoleProfile | None]:
    """Roles of these keys, in their order."""
    found = keyed(await reads.rows(_by_key, keys=list(keys)))
    return [role(found[key]) if key in found else None for key in keys]


@cache
def _roles(order: str, forward: bool, from_key: bool) -> Select[Any]:  # noqa: ARG001
    by = [(cast("ColumnElement[Any]", col(Role.name)), False), (cast("ColumnElement[Any]", col(Role.id)), False)]
    return paged(cast("Select[Any]", select(*_columns)), by, forward=forward, from_key=from_key)


async def roles(reads: Reads, asked: Window) -> Sequence[Row]:
    """One page of the roles, by name."""
    return await reads.rows(_roles(*asked.shape), **asked.params)


async def role_count(reads: Reads) -> int:
    count: int = (await reads.rows(_count))[0][0]
    return count


async def memberships(reads: Reads, accounts: Sequence[UUID]) -> list[list[Membership]]:
    """The roles of each account, by name."""
    rows = await reads.rows(_of_accounts, keys=list(accounts))
    return [[Membership(role(row[2:]), row[1]) for row in held] for held in grouped(rows, accounts)]


async def grants_of(session: Session, account: UUID) -> set[Grant]:
    """What roles an account has, and where."""
    statement = select(col(RoleGrant.role_id), col(RoleGrant.channel_id)).where(col(RoleGrant.account_id) == account)
    return {Grant(*row) for row in await session.rows(statement)}


async def keep_roles(session: Session, keys: Sequence[UUID]) -> dict[UUID, RoleProfile]:
    """Roles that are about to be given: none of them goes or changes until the transaction ends."""
    statement = select(*_columns).where(col(Role.id).in_(keys)).order_by(col(Role.id)).with_for_update(read=True)
    return {row[0]: role(row) for row in await session.rows(statement)}


async def known_channels(session: Session, keys: Sequence[UUID]) -> set[UUID]:
    """Which of these are channels."""
    return {row[0] for row in await session.rows(_known_channels, keys=list(keys))}


async def lock_role(session: Session, key: UUID) -> Role | None:
    """The role, held until the transaction ends: nobody gives it meanwhile."""
    return await session.get(Role, key, with_for_update=True)


async def uses_of_role(session: Session, key: UUID) -> tuple[int, int]:
    """How many staff members have a role, and how many open invitations promise it."""
    members = select(func.count(func.distinct(RoleGrant.account_id))).where(col(RoleGrant.role_id) == key)
    promised = (
        select(func.count())
        .select_from(Invitation)
        .where(
            col(Invitation.accepted_at).is_(None),
            col(Invitation.revoked_at).is_(None),
            col(Invitation.expires_at) > session.now(),
            col(Invitation.grants).contains([{"role": str(key)}]),
        )
    )
    row = (await session.rows(select(members.scalar_subquery(), promised.scalar_subquery())))[0]
    return row[0], row[1]


async def take_away(session: Session, account: UUID, grants: Sequence[Grant]) -> None:
    """End grants of an account."""
    for grant in grants:
        which = col(RoleGrant.channel_id).is_not_distinct_from(grant.channel)
        statement = delete(RoleGrant).where(
            col(RoleGrant.account_id) == account, col(RoleGrant.role_id) == grant.role, which
        )
        await session.execute(statement)


# ------------------------------------------------------------------------------------ who manages the staff


def _holds(permissions: Any) -> ColumnElement[bool]:
    return literal(Permission.STAFF_WRITE.value, Text) == any_(permissions)


_by_role = exists(
    select(literal(1))
    .select_from(RoleGrant)
    .join(Role, col(Role.id) == col(RoleGrant.role_id))
    .where(
        col(RoleGrant.account_id) == col(Account.id), col(RoleGrant.channel_id).is_(None), _holds(col(Role.permissions))
    )
)
_manager = (
    select(col(Account.id))
    .where(
        col(Account.is_active),
        col(Account.kind) == AccountKind.STAFF,
        or_(_holds(col(Account.permissions)), _by_role),
    )
    .limit(1)
)
_hold_rights = select(func.pg_advisory_xact_lock(func.hashtextextended(literal("rights of the staff", Text), 0)))


async def hold_rights(session: Session) -> None:
    """Have those who change what staff may do wait for each other. Taken before any account or role is held."""
    await session.rows(_hold_rights)


async def has_manager(session: Session) -> bool:
    """Whether anybody active manages the staff, by themselves or by a role."""
    await session.flush()
    return bool(await session.rows(_manager))
