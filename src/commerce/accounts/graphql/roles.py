"""Roles of the staff, for those who manage it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.accounts.actions import roles as actions
from commerce.accounts.errors import RoleInUse
from commerce.accounts.queries import roles as queries
from commerce.accounts.rules import staff as rules
from commerce.accounts.values import Grant, Membership, Rights, RoleProfile
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.graphql import (
    ID,
    PART,
    Info,
    Node,
    Payload,
    UserError,
    derived,
    described,
    input_type,
    key_from,
    mutation,
    node_loader,
    object_type,
    query,
    says,
)
from commerce.kit.pagination import After, Before, Connection, First, Last, connection, window


@object_type(Permission.STAFF_WRITE)
class Role(Node):
    """A set of permissions with a name, such as that of the support or of the warehouse."""

    prefix: ClassVar[str] = "role"
    profile: strawberry.Private[RoleProfile]

    @derived
    def name(self) -> str:
        """Name to show."""
        return self.profile.name

    @derived
    def permissions(self) -> list[Permission]:
        """What it allows, where it is given."""
        return rules.in_order(self.profile.permissions)

    @derived
    def created_at(self) -> datetime:
        """When it was made."""
        return self.profile.created_at


@object_type(PART)
class ChannelPermissions:
    """What somebody may do in one channel, beside what they may do in all of them."""

    channel_key: strawberry.Private[UUID]
    permissions: list[Permission] = described("What they may do there.")


@object_type(PART)
class StaffRole:
    """A role that somebody has, and where."""

    role: Role = described("The role.")
    channel_key: strawberry.Private[UUID | None]


def role_of(profile: RoleProfile) -> Role:
    return Role(key=profile.key, profile=profile)


def staff_role(membership: Membership) -> StaffRole:
    return StaffRole(role=role_of(membership.role), channel_key=membership.channel)


def channel_permissions(rights: Rights) -> list[ChannelPermissions]:
    """What is held in single channels only."""
    beyond = {channel: held - rights.everywhere for channel, held in sorted(rights.within.items())}
    return [
        ChannelPermissions(channel_key=channel, permissions=rules.in_order(held))
        for channel, held in beyond.items()
        if held
    ]


@says(RoleInUse)
@object_type(PART)
class RoleInUseError(UserError):
    """The role cannot go: take it away from everybody first."""

    members: int = described("Staff members who have it.")
    invitations: int = described("Open invitations that promise it.")


@input_type
class StaffRoleInput:
    """A role to give to somebody."""

    role_id: ID = described("The role.")
    channel_id: ID | None = described("The channel that it is given for; all of them when left out.", default=None)


def grants_from(given: Sequence[StaffRoleInput]) -> list[Grant]:
    """The roles that a client sent. NOT_FOUND for what is no id of a role or of a channel."""
    return [
        Grant(
            key_from("role", one.role_id, "input", "roles", place, "roleId"),
            key_from("channel", one.channel_id, "input", "roles", place, "channelId") if one.channel_id else None,
        )
        for place, one in enumerate(given)
    ]


@input_type
class RoleCreateInput:
    """A new role."""

    name: str = described("Name to show, at most 100 characters; no other role has it.")
    permissions: list[Permission] = described("What it allows: only what the caller may do everywhere.")


@input_type
class RoleUpdateInput:
    """Changes to a role. What is left out stays."""

    role_id: ID = described("Role.")
    name: str | None = described("Name to show, at most 100 characters.", default=None)
    permissions: list[Permission] | None = described(
        "All that it allows from now on; what is added the caller must be allowed everywhere.", default=None
    )


@input_type
class RoleDeleteInput:
    """Removes a role."""

    role_id: ID = described("Role.")


@object_type(PART)
class RolePayload(Payload):
    """Result of `roleCreate` and `roleUpdate`."""

    role: Role | None = described("The role after the mutation; null after an error.", default=None)


@object_type(PART)
class RoleDeletePayload(Payload):
    """Result of `roleDelete`."""


@node_loader("role")
async def _roles(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    if not info.context.actor.may([Permission.STAFF_WRITE]):
        return [None] * len(keys)
    return [role_of(one) if one else None for one in await queries.roles_by_key(info.context, keys)]


@strawberry.type
class RolesQuery:
    @query(Permission.STAFF_WRITE)
    async def roles(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Role]:
        """The roles that staff members may have, by name."""
        asked = window("roles", first, after, last, before)
        page: Connection[Role] = connection(
            Connection[Role],
            await queries.roles(info.context, asked),
            asked,
            node=lambda row: role_of(queries.role(row)),
            keys=lambda row: [row[1], row[0]],
            counted=partial(queries.role_count, info.context),
        )
        return page


@strawberry.type
class RolesMutation:
    @mutation(Permission.STAFF_WRITE)
    async def role_create(self, info: Info, input: RoleCreateInput) -> RolePayload:
        """Makes a role. Nobody puts a permission into it that they do not hold everywhere. Codes: INVALID, REQUIRED, TAKEN."""
        async with info.context.transaction() as session:
            role = await actions.create(session, info.context.actor, name=input.name, permissions=input.permissions)
            session.answer = ids.encode("role", role.id)
        return await _payload(info, role.id)

    @mutation(Permission.STAFF_WRITE)
    async def role_update(self, info: Info, input: RoleUpdateInput) -> RolePayload:
        """Changes a role, for everybody who has it and with their next request. Somebody must still manage the staff then.

        Codes: INVALID, REQUIRED, NOT_FOUND, STATE_NOT_ALLOWED, TAKEN.
        """
        key = key_from("role", input.role_id, "input", "roleId")
        async with info.context.transaction() as session:
            actor = info.context.actor
            await actions.update(session, actor, key, name=input.name, permissions=input.permissions)
            session.answer = input.role_id
        return await _payload(info, key)

    @mutation(Permission.STAFF_WRITE)
    async def role_delete(self, info: Info, input: RoleDeleteInput) -> RoleDeletePayload:
        """Removes a role that nobody has and nobody is invited to. Codes: NOT_FOUND, IN_USE (`RoleInUseError`)."""
        async with info.context.transaction() as session:
            await actions.delete(session, key_from("role", input.role_id, "input", "roleId"))
        return RoleDeletePayload()


async def _payload(info: Info, key: UUID) -> RolePayload:
    [profile] = await queries.roles_by_key(info.context, [key])
    return RolePayload(role=role_of(profile) if profile else None)
