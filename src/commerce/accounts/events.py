"""What happened to accounts."""

from dataclasses import dataclass
from uuid import UUID

from commerce.kit.events import Event


@dataclass(frozen=True)
class AccountsMerged(Event):
    """Two accounts turned out to be one person's: all of the first is the second's now."""

    absorbed: UUID
    survivor: UUID


@dataclass(frozen=True)
class IdentityRemoved(Event):
    """Somebody has taken a way to sign in off their account."""

    account: UUID
    identity: UUID


@dataclass(frozen=True)
class PasswordSet(Event):
    """An account has another password."""

    account: UUID


@dataclass(frozen=True)
class IdentityProven(Event):
    """Somebody has shown that an address, a phone or an account elsewhere is theirs, and it was added to their account."""

    account: UUID
    identity: UUID


@dataclass(frozen=True)
class ImpersonationBegun(Event):
    """A staff member has begun to act as a customer."""

    account: UUID
    staff: UUID
    session: UUID
