"""What customers do with carts."""

from commerce.cart.actions.carts import (
    add_lines,
    contents,
    create,
    filled,
    lock,
    move,
    set_note,
    set_quantities,
)
from commerce.cart.actions.merging import merge, merged
from commerce.cart.actions.people import drop, export, forget, hand_over

__all__ = [
    "add_lines",
    "contents",
    "create",
    "drop",
    "export",
    "filled",
    "forget",
    "hand_over",
    "lock",
    "merge",
    "merged",
    "move",
    "set_note",
    "set_quantities",
]
