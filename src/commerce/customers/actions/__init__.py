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

__all__ = [
    "READERS",
    "activate",
    "add_address",
    "add_members",
    "change_address",
    "change_group",
    "change_own",
    "create_group",
    "deactivate",
    "grant",
    "note_presence",
    "remove_address",
    "remove_group",
    "remove_members",
    "seen",
    "set_note",
    "withdraw",
]
