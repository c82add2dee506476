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

__all__ = [
    "add_lines",
    "contents",
    "create",
    "filled",
    "lock",
    "merge",
    "merged",
    "move",
    "set_note",
    "set_quantities",
]
