"""Codes that are sent to people, and how often."""

import secrets
from datetime import timedelta
from uuid import UUID

DIGITS = 6
LIFE = timedelta(minutes=5)
MOST_TRIES = 5


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def bound(key: UUID, code: str) -> str:
    """A code together with what it was sent for; spaces that people type in between do not count."""
    return f"{key}:{''.join(code.split())}"
