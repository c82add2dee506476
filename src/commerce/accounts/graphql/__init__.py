"""Sign-in and staff, as the API says them."""

from commerce.accounts.graphql.providers import ProvidersMutation, ProvidersQuery
from commerce.accounts.graphql.sessions import SessionsMutation, SessionsQuery
from commerce.accounts.graphql.staff import StaffMember, StaffMutation, StaffQuery, staff_member

__all__ = ["AccountsMutation", "AccountsQuery", "StaffMember", "staff_member"]


class AccountsQuery(ProvidersQuery, SessionsQuery, StaffQuery):
    pass


class AccountsMutation(ProvidersMutation, SessionsMutation, StaffMutation):
    pass
