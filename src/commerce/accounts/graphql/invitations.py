"""Invitations to the staff: written by those who manage it, accepted by whoever got the letter."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.accounts.actions import invitations as actions
from commerce.accounts.graphql.passwords import HASHING
from commerce.accounts.graphql.roles import StaffRole, StaffRoleInput, grants_from, role_of
from commerce.accounts.graphql.sessions import AuthPayload, let_in
from commerce.accounts.queries import invitations as queries
from commerce.accounts.queries.roles import roles_by_key
from commerce.accounts.rules import staff as rules
from commerce.accounts.values import Hidden, InvitationProfile, InvitationStatus
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.graphql import (
    ID,
    PART,
    PUBLIC,
    Info,
    Node,
    Payload,
    batched,
    derived,
    described,
    described_enum,
    input_type,
    key_from,
    mutation,
    node_loader,
    object_type,
    query,
)
from commerce.kit.limits import costs
from commerce.kit.pagination import After, Before, Connection, First, Last, connection, window

described_enum(
    {
        InvitationStatus.OPEN: "Can be accepted.",
        InvitationStatus.ACCEPTED: "Was accepted.",
        InvitationStatus.REVOKED: "Was withdrawn, or another one took its place.",
        InvitationStatus.EXPIRED: "Was not accepted in time.",
    }
)(InvitationStatus)


@object_type(Permission.STAFF_WRITE)
class StaffInvitation(Node):
    """An invitation to join the staff. Its secret is in the letter and nowhere else."""

    prefix: ClassVar[str] = "staff_invitation"
    profile: strawberry.Private[InvitationProfile]

    @derived
    def email(self) -> str:
        """E-mail address that it went to, in lower case."""
        return self.profile.email

    @derived
    def name(self) -> str:
        """Whom it is for."""
        return self.profile.name

    @derived
    def permissions(self) -> list[Permission]:
        """What they will be allowed everywhere, beside their roles."""
        return rules.in_order(self.profile.permissions)

    @batched
    async def roles(invitations: list["StaffInvitation"], info: Info) -> list[list[StaffRole]]:
        """The roles that they will have."""
        wanted = sorted({grant.role for one in invitations for grant in one.profile.grants})
        found = dict(zip(wanted, await roles_by_key(info.context, wanted), strict=True))
        return [
            [
                StaffRole(role=role_of(role), channel_key=grant.channel)
                for grant in one.profile.grants
                if (role := found[grant.role]) is not None
            ]
            for one in invitations
        ]

    @derived
    def status(self) -> InvitationStatus:
        """What became of it."""
        return self.profile.state

    @derived
    def invited_by_id(self) -> ID | None:
        """The `StaffMember` who wrote it; null for an app."""
        return ID(ids.encode("staff", self.profile.invited_by)) if self.profile.invited_by else None

    @derived
    def created_at(self) -> datetime:
        """When it was written."""
        return self.profile.created_at

    @derived
    def expires_at(self) -> datetime:
        """When it stops to be good."""
        return self.profile.expires_at


def staff_invitation(profile: InvitationProfile) -> StaffInvitation:
    return StaffInvitation(key=profile.key, profile=profile)


@input_type
class StaffInviteInput:
    """Somebody who is to join the staff."""

    email: str = described("E-mail address to write to and to sign in with, at most 254 characters.")
    name: str = described("Name to show, at most 100 characters; they may give another one.")
    permissions: list[Permission] = described(
        "What they may do everywhere, beside their roles: only what the caller may do too.", default_factory=list
    )
    roles: list[StaffRoleInput] = described(
        "Roles, each everywhere or in one channel: only those whose permissions the caller holds there.",
        default_factory=list,
    )


@input_type
class StaffInvitationRevokeInput:
    """Withdraws an invitation."""

    invitation_id: ID = described("Invitation.")


@input_type
class StaffInvitationAcceptInput:
    """Joins the staff."""

    token: str = described("What stands in the letter.")
    password: str = described("Password to sign in with: 8 to 128 characters, and not a common one.")
    name: str | None = described(
        "Name to show, at most 100 characters; as in the invitation when left out.", default=None
    )

    def __post_init__(self) -> None:
        self.token, self.password = Hidden(self.token), Hidden(self.password)


@object_type(PART)
class StaffInvitationPayload(Payload):
    """Result of `staffInvite` and `staffInvitationRevoke`."""

    staff_invitation: StaffInvitation | None = described(
        "The invitation after the mutation; null after an error.", default=None
    )


@node_loader("staff_invitation")
async def _invitations(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    if not info.context.actor.may([Permission.STAFF_WRITE]):
        return [None] * len(keys)
    found = await queries.invitations_by_key(info.context, keys)
    return [staff_invitation(one) if one else None for one in found]


@strawberry.type
class InvitationsQuery:
    @query(Permission.STAFF_WRITE)
    async def staff_invitations(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[StaffInvitation]:
        """Invitations to the staff, the latest first. Each is listed until 30 days after its end."""
        asked = window("staff_invitations", first, after, last, before)
        page: Connection[StaffInvitation] = connection(
            Connection[StaffInvitation],
            await queries.invitations(info.context, asked),
            asked,
            node=lambda row: staff_invitation(queries.invitation(info.context, row)),
            keys=lambda row: [row[0]],
            counted=partial(queries.invitation_count, info.context),
        )
        return page


@strawberry.type
class InvitationsMutation:
    @mutation(Permission.STAFF_WRITE)
    async def staff_invite(self, info: Info, input: StaffInviteInput) -> StaffInvitationPayload:
        """Writes somebody a letter with which they choose a password and join the staff, within seven days.

        It takes the place of earlier invitations to the same address. Nobody gives what they do not hold.
        Codes: INVALID, REQUIRED, NOT_FOUND, TAKEN.
        """
        async with info.context.transaction() as session:
            invitation = await actions.invite(
                info.context,
                session,
                info.context.actor,
                email=input.email,
                name=input.name,
                permissions=input.permissions,
                grants=grants_from(input.roles),
            )
            session.answer = ids.encode("staff_invitation", invitation.id)
        return await _payload(info, invitation.id)

    @mutation(Permission.STAFF_WRITE)
    async def staff_invitation_revoke(self, info: Info, input: StaffInvitationRevokeInput) -> StaffInvitationPayload:
        """Withdraws an invitation that was not accepted. Codes: NOT_FOUND, STATE_NOT_ALLOWED."""
        key = key_from("staff_invitation", input.invitation_id, "input", "invitationId")
        async with info.context.transaction() as session:
            await actions.revoke(session, key)
            session.answer = input.invitation_id
        return await _payload(info, key)

    @costs(weight=HASHING)
    @mutation(PUBLIC, takes_key=False)
    async def staff_invitation_accept(self, info: Info, input: StaffInvitationAcceptInput) -> AuthPayload:
        """Joins the staff by the token of a letter, and signs in. An idempotency key has no effect here.

        A customer with the same address becomes one of the staff with the same account: it gets this password, and its
        sessions end. Codes: CREDENTIAL_REJECTED, INVALID, REQUIRED, SECOND_FACTOR_REQUIRED.
        """
        return await let_in(info, await actions.accept(info.context, input.token, input.password, input.name))


async def _payload(info: Info, key: UUID) -> StaffInvitationPayload:
    [profile] = await queries.invitations_by_key(info.context, [key])
    return StaffInvitationPayload(staff_invitation=staff_invitation(profile) if profile else None)
