"""Whoever sends a request, as they see themselves."""

from collections.abc import Callable
from uuid import UUID

import strawberry

from commerce.accounts import queries
from commerce.accounts.rules import staff as rules
from commerce.accounts.values import Profile
from commerce.kit import ids, masking
from commerce.kit.actor import Permission
from commerce.kit.graphql import ID, OWNER, Info, derived, object_type


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
    def permissions(self) -> list[Permission]:
        """What the viewer may do; empty for those who are not staff."""
        return rules.in_order(self.profile.permissions)


def own(info: Info, text: str | None, mask: Callable[[str], str]) -> str | None:
    """Something of the viewer's own: in clear for themselves, masked for staff who act in their place."""
    return mask(text) if text is not None and info.context.actor.behind is not None else text


async def viewer_of(info: Info, key: UUID | None) -> Viewer | None:
    """The viewer of an account."""
    if key is None:
        return None
    [profile] = await queries.profiles(info.context, [key])
    return Viewer(profile=profile) if profile else None
