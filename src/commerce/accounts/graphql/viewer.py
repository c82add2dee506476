"""Whoever sends a request, as they see themselves."""

from collections.abc import Callable
from uuid import UUID

import strawberry

from commerce.accounts import queries
from commerce.accounts.graphql.roles import ChannelPermissions, channel_permissions
from commerce.accounts.queries.apps import apps_by_key
from commerce.accounts.queries.factors import codes_left
from commerce.accounts.rules import staff as rules
from commerce.accounts.values import AccountKind, Profile, Rights, StaffRules
from commerce.kit import ids, masking
from commerce.kit.actor import ActorKind, Permission
from commerce.kit.graphql import ID, OWNER, Info, batched, derived, object_type


def must_set_up(info: Info, profile: Profile) -> bool:
    """Whether somebody may do nothing before they have a second factor."""
    needs = info.context[StaffRules].needs_second_factor
    return needs and profile.kind == AccountKind.STAFF and not profile.has_second_factor


@object_type(OWNER)
class Viewer:
    """Who is signed in. Staff who act as a customer see them masked."""

    profile: strawberry.Private[Profile]

    @derived
    def id(self) -> ID:
        """Opaque global id; for a staff member that of its `StaffMember`."""
        return ID(ids.encode(self.profile.kind.lower(), self.profile.key))

    @derived
    def name(self, info: Info) -> str | None:
        """Name to show; null until one is given."""
        return own(info, self.profile.name, masking.name)

    @derived
    def email(self, info: Info) -> str | None:
        """E-mail address, in lower case; null without one. Whoever has several is told the one that came first."""
        return own(info, self.profile.email, masking.email)

    @derived
    def phone(self, info: Info) -> str | None:
        """Phone in E.164 form; null without one."""
        return own(info, self.profile.phone, masking.phone)

    @derived
    def permissions(self, info: Info) -> list[Permission]:
        """What the viewer may do in all channels; empty for those who are not staff."""
        return rules.in_order(self._rights(info).everywhere)

    @derived
    def channel_permissions(self, info: Info) -> list[ChannelPermissions]:
        """What the viewer may do in single channels, beside what is allowed in all of them."""
        return channel_permissions(self._rights(info))

    @derived
    def must_set_up_second_factor(self, info: Info) -> bool:
        """Whether the viewer may do nothing before `totpConfirm`, because the shop asks its staff for a second factor."""
        return must_set_up(info, self.profile)

    @derived
    def has_second_factor(self) -> bool:
        """Whether signing in asks for a code of an authenticator app."""
        return self.profile.has_second_factor

    @batched
    async def recovery_codes_left(viewers: list["Viewer"], info: Info) -> list[int]:
        """How many recovery codes are left that can stand in for the authenticator app."""
        return await codes_left(info.context, [viewer.profile.key for viewer in viewers])

    @derived
    def is_impersonated(self, info: Info) -> bool:
        """Whether the request is sent by a staff member in the viewer's place."""
        return info.context.actor.behind is not None

    @batched
    async def impersonated_by(viewers: list["Viewer"], info: Info) -> list[str | None]:
        """Name of the staff member who acts in the viewer's place; null when nobody does."""
        behind = info.context.actor.behind
        [profile] = await queries.profiles(info.context, [behind]) if behind else [None]
        return [profile.name if profile else None] * len(viewers)

    def _rights(self, info: Info) -> Rights:
        return rules.NONE if must_set_up(info, self.profile) else self.profile.rights


def own(info: Info, text: str | None, mask: Callable[[str], str]) -> str | None:
    """Something of the viewer's own: in clear for themselves, masked for staff who act in their place."""
    return masking.shown(text, mask, in_clear=info.context.actor.behind is None)


async def viewer_of(info: Info, key: UUID | None) -> Viewer | None:
    """The viewer of an account."""
    if key is None:
        return None
    if info.context.actor.kind is ActorKind.APP:
        return await _app(info, key)
    [profile] = await queries.profiles(info.context, [key])
    return Viewer(profile=profile) if profile else None


async def _app(info: Info, key: UUID) -> Viewer | None:
    """An app as it sees itself."""
    [app] = await apps_by_key(info.context, [key])
    if app is None:
        return None
    actor = info.context.actor
    rights = Rights(actor.permissions, dict(actor.within))
    profile = Profile(
        key, actor.kind, app.name, None, None, actor.permissions, app.is_active, app.created_at, rights, False
    )
    return Viewer(profile=profile)
