"""What we do with accounts: let in, keep out, hire and dismiss."""

from commerce.accounts.actions import codes, providers
from commerce.accounts.actions.passwords import change_password
from commerce.accounts.actions.sessions import actor_from, refresh, sign_in, sign_in_by_code, sign_out
from commerce.accounts.actions.staff import create_staff, make_admin, update_staff

__all__ = [
    "actor_from",
    "change_password",
    "codes",
    "create_staff",
    "make_admin",
    "providers",
    "refresh",
    "sign_in",
    "sign_in_by_code",
    "sign_out",
    "update_staff",
]
