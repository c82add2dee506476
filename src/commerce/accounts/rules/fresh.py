"""What only somebody may do who has just signed in: a token that was left lying about is not enough."""

from datetime import datetime, timedelta

from commerce.accounts.errors import NotShownLately

FRESH = timedelta(minutes=15)


def check_fresh(began_at: datetime | None, now: datetime) -> None:
    """Refuse a sign-in that began a while ago."""
    if began_at is None or now - began_at > FRESH:
        raise NotShownLately
