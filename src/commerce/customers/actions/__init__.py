"""What we do for customers."""

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
    "change_own",
    "deactivate",
    "note_presence",
    "seen",
    "set_note",
]
