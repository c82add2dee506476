"""Sign-in and staff, as the API says them."""

from commerce.accounts.graphql.invitations import InvitationsMutation, InvitationsQuery
from commerce.accounts.graphql.roles import ChannelPermissions, RolesMutation, RolesQuery, StaffRole
from commerce.accounts.graphql.sessions import SessionsMutation, SessionsQuery, Viewer
from commerce.accounts.graphql.staff import StaffMember, StaffMutation, StaffQuery, staff_member

__all__ = [
    "AccountsMutation",
    "AccountsQuery",
    "ChannelPermissions",
    "StaffMember",
    "StaffRole",
    "Viewer",
    "staff_member",
]


class AccountsQuery(SessionsQuery, StaffQuery, RolesQuery, InvitationsQuery):
    pass


class AccountsMutation(SessionsMutation, StaffMutation, RolesMutation, InvitationsMutation):
    pass
