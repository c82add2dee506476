"""What only somebody may do who has just signed in: a token that was left lying about is not enough."""

from datetime import datetime, timedelta

FRESH = timedelta(minutes=15)


def is_fresh(began_at: datetime | None, now: datetime) -> bool:
    """Whether a sign-in is so recent that nobody is asked again who they are. Renewed tokens do not make it so."""
    return began_at is not None and now - began_at <= FRESH
