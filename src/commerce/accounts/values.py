"""People and their sign-ins as others see them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from commerce.kit.actor import Permission


class AccountKind(StrEnum):
    """Whose account it is."""

    STAFF = "STAFF"


class Hidden(str):
    """A text that never shows itself by accident: not in traces, and not in the hash of an idempotent request."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[hidden]"


@dataclass(frozen=True, slots=True)
class Profile:
    """An account without its secrets."""

    key: UUID
    kind: AccountKind
    email: str
    name: str
    permissions: frozenset[Permission]
    is_active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Credential:
    """What a password is checked against."""

    account: UUID
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from."""

    address: str
    client: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class TokenKeys:
    """The key pair that signs access tokens, and its name."""

    kid: str
    private: Ed25519PrivateKey
    public: Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says: whose it is, and by which session."""

    account: UUID
    session: UUID
    until: datetime | None = field(default=None, compare=False)
    """When the token ends; known once it was read."""


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """What a client holds of its session."""

    access: str
    expires_at: datetime
    refresh: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The outcome of a sign-in or a refresh."""

    account: UUID
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where tries are counted, and how many it takes in a quarter of an hour."""

    name: str
    most: int
