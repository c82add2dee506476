"""What we do with accounts: let in, keep out, hire and dismiss."""

from commerce.accounts.actions import codes, providers
from commerce.accounts.actions.merging import merge
from commerce.accounts.actions.passwords import ask_reset, change_password, change_password_by_code, reset, sign_up
from commerce.accounts.actions.sessions import (
    actor_by_cookie,
    actor_from,
    refresh,
    revoke,
    sign_in,
    sign_in_by_code,
    sign_out,
)
from commerce.accounts.actions.staff import create_staff, make_admin, update_staff

__all__ = [
    "actor_by_cookie",
    "actor_from",
    "ask_reset",
    "change_password",
    "change_password_by_code",
    "codes",
    "create_staff",
    "make_admin",
    "merge",
    "providers",
    "refresh",
    "reset",
    "revoke",
    "sign_in",
    "sign_in_by_code",
    "sign_out",
    "sign_up",
    "update_staff",
]
