"""The staff, for those who manage it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.accounts import actions, queries
from commerce.accounts.actions import factors
from commerce.accounts.graphql.roles import (
    ChannelPermissions,
    StaffRole,
    StaffRoleInput,
    channel_permissions,
    grants_from,
    staff_role,
)
from commerce.accounts.queries.roles import memberships
from commerce.accounts.rules import staff as rules
from commerce.accounts.values import AccountKind, Profile
from commerce.kit.actor import Permission
from commerce.kit.graphql import (
    ID,
    PART,
    Info,
    Node,
    Payload,
    batched,
    derived,
    described,
    input_type,
    key_from,
    mutation,
    node_loader,
    object_type,
    query,
)
from commerce.kit.pagination import After, Before, Connection, First, Last, connection, window


@object_type(Permission.STAFF_WRITE)
class StaffMember(Node):
    """Somebody who works in the shop."""

    prefix: ClassVar[str] = "staff"
    profile: strawberry.Private[Profile]

    @derived
    def name(self) -> str:
        """Name to show."""
        return self.profile.name or ""

    @derived
    def email(self) -> str:
        """E-mail address to sign in with, in lower case."""
        return self.profile.email or ""

    @derived
    def permissions(self) -> list[Permission]:
        """What was given to them directly, in all channels, beside their roles."""
        return rules.in_order(self.profile.permissions)

    @batched
    async def roles(members: list["StaffMember"], info: Info) -> list[list[StaffRole]]:
        """The roles that they have, by name."""
        found = await memberships(info.context, [member.key for member in members])
        return [[*map(staff_role, held)] for held in found]

    @derived
    def effective_permissions(self) -> list[Permission]:
        """All that they may do in all channels, directly and by their roles."""
        return rules.in_order(self.profile.rights.everywhere)

    @derived
    def channel_permissions(self) -> list[ChannelPermissions]:
        """What they may do in single channels, beside what they may do in all of them."""
        return channel_permissions(self.profile.rights)

    @derived
    def has_second_factor(self) -> bool:
        """Whether they are asked for a code of an authenticator app when they sign in."""
        return self.profile.has_second_factor

    @derived
    def is_active(self) -> bool:
        """Whether they can sign in."""
        return self.profile.is_active

    @derived
    def created_at(self) -> datetime:
        """When they joined."""
        return self.profile.created_at


def staff_member(profile: Profile) -> StaffMember:
    return StaffMember(key=profile.key, profile=profile)


@input_type
class StaffUpdateInput:
    """Changes to a staff member. What is left out stays."""

    staff_id: ID = described("Staff member.")
    name: str | None = described("Name to show, at most 100 characters.", default=None)
    permissions: list[Permission] | None = described(
        "All that they may do everywhere from now on, beside their roles; what is added the caller must be allowed too.",
        default=None,
    )
    roles: list[StaffRoleInput] | None = described(
        "All roles that they have from now on; of what is added the caller must hold the permissions in that place.",
        default=None,
    )
    is_active: bool | None = described("Whether they can sign in. False also ends their sessions.", default=None)


@input_type
class StaffSecondFactorResetInput:
    """Takes away a second factor."""

    staff_id: ID = described("Staff member.")


@object_type(PART)
class StaffPayload(Payload):
    """Result of the staff mutations."""

    staff_member: StaffMember | None = described(
        "The staff member after the mutation; null after an error.", default=None
    )


@node_loader("staff")
async def _staff(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    actor = info.context.actor
    sees_all = actor.may([Permission.STAFF_WRITE])
    found = await queries.profiles(info.context, keys)
    return [
        staff_member(one) if one and one.kind == AccountKind.STAFF and (sees_all or one.key == actor.id) else None
        for one in found
    ]


@strawberry.type
class StaffQuery:
    @query(Permission.STAFF_WRITE)
    async def staff(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[StaffMember]:
        """The staff, longest there first."""
        asked = window("staff", first, after, last, before)
        rows = await queries.staff(info.context, asked)
        page: Connection[StaffMember] = connection(
            Connection[StaffMember],
            rows,
            asked,
            node=lambda row: staff_member(queries.profile(info.context.vault, row)),
            keys=lambda row: [row[0]],
            counted=partial(queries.staff_count, info.context),
        )
        return page


@strawberry.type
class StaffMutation:
    @mutation(Permission.STAFF_WRITE)
    async def staff_update(self, info: Info, input: StaffUpdateInput) -> StaffPayload:
        """Changes a staff member. The last active one who manages the staff, directly or by a role, keeps doing so.

        Codes: INVALID, REQUIRED, NOT_FOUND, STATE_NOT_ALLOWED.
        """
        key = key_from("staff", input.staff_id, "input", "staffId")
        async with info.context.transaction() as session:
            await actions.update_staff(
                session,
                info.context.actor,
                key,
                name=input.name,
                permissions=input.permissions,
                grants=grants_from(input.roles) if input.roles is not None else None,
                is_active=input.is_active,
            )
            session.answer = input.staff_id
        return await _payload(info, key)

    @mutation(Permission.STAFF_WRITE)
    async def staff_second_factor_reset(self, info: Info, input: StaffSecondFactorResetInput) -> StaffPayload:
        """Takes away the second factor of a staff member who has lost it, and ends their sessions.

        One's own is taken away by `totpDisable`. Codes: NOT_FOUND, STATE_NOT_ALLOWED.
        """
        key = key_from("staff", input.staff_id, "input", "staffId")
        async with info.context.transaction() as session:
            await factors.reset(session, info.context.actor, key)
            session.answer = input.staff_id
        return await _payload(info, key)


async def _payload(info: Info, key: UUID) -> StaffPayload:
    [profile] = await queries.profiles(info.context, [key])
    return StaffPayload(staff_member=staff_member(profile) if profile else None)
