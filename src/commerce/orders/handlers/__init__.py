"""How orders answer the facts of others, and what they do by the clock and for people."""

from commerce.orders.handlers import people as _people  # noqa: F401  (registered by being imported)
from commerce.orders.handlers.course import expire, sweep_overdue

__all__ = ["expire", "sweep_overdue"]
