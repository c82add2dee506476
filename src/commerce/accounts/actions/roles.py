"""Roles, and who has them where."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from commerce.accounts.errors import LastStaffManager, RoleInUse
from commerce.accounts.models import Role, RoleGrant
from commerce.accounts.queries import roles as queries
from commerce.accounts.rules import emails
from commerce.accounts.rules import staff as rules
from commerce.accounts.values import Grant
from commerce.kit.actor import Actor, Permission
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, Taken


async def create(session: Session, actor: Actor, *, name: str, permissions: Collection[Permission]) -> Role:
    """Make a role of permissions that the actor holds everywhere."""
    name = emails.checked_name(name, "input", "name")
    rules.check_granted(actor, permissions)
    role = Role(name=name, permissions=[*rules.in_order(permissions)], created_at=session.now())
    await _write(session, role, name)
    return role


async def update(
    session: Session,
    actor: Actor,
    key: UUID,
    *,
    name: str | None = None,
    permissions: Collection[Permission] | None = None,
) -> None:
    """Change a role for all who have it. What is added the actor must hold everywhere."""
    await queries.hold_rights(session)
    role, had_manager = await queries.lock_role(session, key), await queries.has_manager(session)
    if role is None:
        raise NotFound("input", "roleId")
    if permissions is not None:
        rules.check_granted(actor, permissions, rules.permissions_of(role.permissions))
        role.permissions = [*rules.in_order(permissions)]
    if name is not None:
        role.name = emails.checked_name(name, "input", "name")
        await _write(session, role, role.name)
    await check_still_managed(session, "permissions", had_manager=had_manager)


async def _write(session: Session, role: Role, name: str) -> None:
    try:
        async with session.begin_nested():
            session.add(role)
    except IntegrityError as error:
        raise Taken("input", "name", value=name) from error


async def delete(session: Session, key: UUID) -> None:
    """Remove a role that nobody has and no open invitation promises."""
    role = await queries.lock_role(session, key)
    if role is None:
        raise NotFound("input", "roleId")
    members, invitations = await queries.uses_of_role(session, key)
    if members or invitations:
        raise RoleInUse("input", "roleId", members=members, invitations=invitations)
    await session.delete(role)


async def check_still_managed(session: Session, field: str, *, had_manager: bool) -> None:
    """The last one who manages the staff stays so. Whoever calls this holds the rights of the staff."""
    if had_manager and not await queries.has_manager(session):
        raise LastStaffManager("input", field)


async def check_grants(session: Session, actor: Actor, grants: Sequence[Grant], held: Collection[Grant] = ()) -> None:
    """Refuse roles and channels that are unknown, and roles that hold what the actor does not hold in that place."""
    rules.check_grants(grants)
    roles = await queries.keep_roles(session, [grant.role for grant in grants])
    channels = await queries.known_channels(session, [one.channel for one in grants if one.channel is not None])
    for place, grant in enumerate(grants):
        role = roles.get(grant.role)
        if role is None:
            raise NotFound("input", "roles", place, "roleId")
        if grant.channel is not None and grant.channel not in channels:
            raise NotFound("input", "roles", place, "channelId")
        if grant not in held:
            field = ("input", "roles", place, "roleId")
            rules.check_granted(actor, role.permissions, channel=grant.channel, field=field)


async def set_grants(session: Session, actor: Actor, account: UUID, grants: Sequence[Grant]) -> None:
    """Give somebody just these roles."""
    held = await queries.grants_of(session, account)
    await check_grants(session, actor, grants, held)
    await queries.take_away(session, account, [*(held - set(grants))])
    give(session, account, [grant for grant in grants if grant not in held])


def give(session: Session, account: UUID, grants: Sequence[Grant]) -> None:
    """Give somebody roles that they do not have. Whoever calls this has checked them."""
    session.add_all(RoleGrant(account_id=account, role_id=one.role, channel_id=one.channel) for one in grants)
