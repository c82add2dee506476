"""What we do for customers."""

from commerce.customers.actions.addresses import add_address, change_address, remove_address
from commerce.customers.actions.consents import grant, withdraw
from commerce.customers.actions.groups import add_members, change_group, create_group, remove_group, remove_members
from commerce.customers.actions.people import (
    READERS,
    activate,
    change_own,
    deactivate,
    note_presence,
    seen,
    set_note,
)
from commerce.customers.actions.requests import (
    ERASE,
    EXPORT,
    cancel_erasure,
    check_on_behalf,
    due_erasures,
    erase,
    export_url,
    forget_old_exports,
    gather,
    obstacles,
    open_export,
    request_erasure,
    request_export,
)

__all__ = [
    "ERASE",
    "EXPORT",
    "READERS",
    "activate",
    "add_address",
    "add_members",
    "cancel_erasure",
    "change_address",
    "change_group",
    "change_own",
    "check_on_behalf",
    "create_group",
    "deactivate",
    "due_erasures",
    "erase",
    "export_url",
    "forget_old_exports",
    "gather",
    "grant",
    "note_presence",
    "obstacles",
    "open_export",
    "remove_address",
    "remove_group",
    "remove_members",
    "request_erasure",
    "request_export",
    "seen",
    "set_note",
    "withdraw",
]
