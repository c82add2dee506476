"""Invitations to the staff: how they are written and how long they are good."""

import hashlib
import secrets
from datetime import datetime, timedelta

from commerce.accounts.values import InvitationStatus
from commerce.kit.errors import spoken
from commerce.messages.values import Letter

LIFE = timedelta(days=7)
KEPT_FOR = timedelta(days=30)
"""How long after its end an invitation is still listed."""
SUBJECT = spoken("You are invited to join the staff")
WITH_LINK = spoken(
    "Hello {name}, you are invited to join the staff. Choose a password here: {link} The invitation is good once, for {days} days."
)
WITH_TOKEN = spoken(
    "Hello {name}, you are invited to join the staff. Choose a password with this code: {token} The invitation is good once, for {days} days."
)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """A token as it is kept. It is random enough for a fast hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def letter(name: str, token: str, page: str | None) -> Letter:
    """What the invited person is written. The token stands behind `#`, which no server writes into its log."""
    facts = {"name": name, "token": token, "days": str(LIFE.days)}
    if page is None:
        return Letter("staff_invitation", SUBJECT, WITH_TOKEN, facts)
    return Letter("staff_invitation", SUBJECT, WITH_LINK, {**facts, "link": f"{page}#invitation={token}"})


def state_of(
    accepted_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, now: datetime
) -> InvitationStatus:
    """What became of an invitation."""
    if accepted_at is not None:
        return InvitationStatus.ACCEPTED
    if revoked_at is not None:
        return InvitationStatus.REVOKED
    return InvitationStatus.OPEN if expires_at > now else InvitationStatus.EXPIRED
