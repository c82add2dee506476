"""Sign-in and staff, as the API says them."""

from commerce.accounts.graphql import errors as _errors  # noqa: F401  (types of refusals are registered by being imported)
from commerce.accounts.graphql.apps import App, AppsMutation, AppsQuery
from commerce.accounts.graphql.codes import CodesMutation
from commerce.accounts.graphql.factors import FactorsMutation
from commerce.accounts.graphql.identities import IdentitiesMutation
from commerce.accounts.graphql.impersonation import ImpersonationMutation
from commerce.accounts.graphql.invitations import InvitationsMutation, InvitationsQuery
from commerce.accounts.graphql.passwords import PasswordsMutation
from commerce.accounts.graphql.providers import ProvidersMutation, ProvidersQuery
from commerce.accounts.graphql.roles import ChannelPermissions, RolesMutation, RolesQuery, StaffRole
from commerce.accounts.graphql.sessions import SessionsMutation, SessionsQuery
from commerce.accounts.graphql.staff import StaffMember, StaffMutation, StaffQuery, staff_member
from commerce.accounts.graphql.viewer import Viewer

__all__ = [
    "AccountsMutation",
    "AccountsQuery",
    "App",
    "ChannelPermissions",
    "StaffMember",
    "StaffRole",
    "Viewer",
    "staff_member",
]


class AccountsQuery(AppsQuery, ProvidersQuery, SessionsQuery, StaffQuery, RolesQuery, InvitationsQuery):
    pass


class AccountsMutation(
    AppsMutation,
    CodesMutation,
    FactorsMutation,
    ImpersonationMutation,
    IdentitiesMutation,
    InvitationsMutation,
    PasswordsMutation,
    ProvidersMutation,
    RolesMutation,
    SessionsMutation,
    StaffMutation,
):
    pass
