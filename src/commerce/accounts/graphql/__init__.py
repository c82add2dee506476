"""Sign-in and staff, as the API says them."""

from commerce.accounts.graphql.sessions import SessionsMutation, SessionsQuery, Viewer
from commerce.accounts.graphql.staff import StaffMember, StaffMutation, StaffQuery, staff_member

__all__ = ["AccountsMutation", "AccountsQuery", "StaffMember", "Viewer", "staff_member"]


class AccountsQuery(SessionsQuery, StaffQuery):
    pass


class AccountsMutation(SessionsMutation, StaffMutation):
    pass
