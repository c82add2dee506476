"""Acting in the place of a customer."""

from datetime import timedelta

from commerce.kit.errors import Required, TooLong

LIFE = timedelta(minutes=30)
SHOWN_FOR = timedelta(days=90)
"""How long a customer sees among their sessions that it happened."""
LONGEST_REASON = 500


def checked_reason(text: str, *field: str) -> str:
    """A reason that somebody can follow later, on one line."""
    reason = " ".join(text.split())
    if not reason:
        raise Required(*field)
    if len(reason) > LONGEST_REASON:
        raise TooLong(*field, most=LONGEST_REASON)
    return reason
