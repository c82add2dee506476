"""Time is a dependency: whoever needs it is handed a clock."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers the present instant, in UTC."""


def system_clock() -> datetime:
    """The present instant of this machine, in UTC."""
    return datetime.now(UTC)
