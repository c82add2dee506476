"""When personal data is shown."""

from datetime import timedelta

from commerce.audit.errors import ReasonTooShort, TooManyReveals
from commerce.kit.errors import TooLong

SHORTEST_REASON = 10
LONGEST_REASON = 500
MOST_REVEALS = 60
SHOWING = ("personalDataReveal", "customerDataExport")
"""The mutations by which staff and apps come to see personal data in clear."""
WINDOW = timedelta(hours=1)


def checked_reason(text: str) -> str:
    """A reason that somebody can follow later."""
    reason = " ".join(text.split())
    if len(reason) < SHORTEST_REASON:
        raise ReasonTooShort("input", "reason", least=SHORTEST_REASON)
    if len(reason) > LONGEST_REASON:
        raise TooLong("input", "reason", most=LONGEST_REASON)
    return reason


def check_room(seen: int) -> None:
    """Nobody looks at everybody: so many in an hour."""
    if seen >= MOST_REVEALS:
        raise TooManyReveals(most=MOST_REVEALS)
