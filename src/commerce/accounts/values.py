"""People and their sign-ins as others see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from commerce.kit import masking
from commerce.kit.actor import ActorKind, Permission

Hidden = masking.Hidden


class AccountKind(StrEnum):
    """Whose account it is. Staff are customers too, if they like."""

    CUSTOMER = "CUSTOMER"
    STAFF = "STAFF"


class ContactKind(StrEnum):
    """Where somebody is written to."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"


class IdentityKind(StrEnum):
    """What proves who somebody is."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    WECHAT = "WECHAT"
    OIDC = "OIDC"


class SignInMethod(StrEnum):
    """How somebody signed in."""

    PASSWORD = "PASSWORD"  # noqa: S105  (the name of a way)
    CODE = "CODE"
    WECHAT = "WECHAT"
    OIDC = "OIDC"
    INVITATION = "INVITATION"
    IMPERSONATION = "IMPERSONATION"


class ProviderKind(StrEnum):
    """How a provider shows who somebody is."""

    WECHAT_MINI = "WECHAT_MINI"
    WECHAT_WEB = "WECHAT_WEB"
    OIDC = "OIDC"


class Purpose(StrEnum):
    """What a challenge is for. The answer to one is good for nothing else."""

    SIGN_IN = "SIGN_IN"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105  (the name of a purpose)
    IDENTITY_LINK = "IDENTITY_LINK"
    ORDER_LOOKUP = "ORDER_LOOKUP"
    SECOND_FACTOR = "SECOND_FACTOR"
    PROVIDER = "PROVIDER"
    MERGE = "MERGE"


ACCESS, REFRESH = COOKIES = ("access", "refresh")
"""Cookies in which a browser keeps its tokens."""
EMAIL = "email"
PHONE = "phone"
"""Providers of identities that are contacts; also the labels under which orders find the same contact."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do: everywhere, and in single channels."""

    everywhere: frozenset[Permission] = frozenset()
    within: dict[UUID, frozenset[Permission]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role by its key, given everywhere or in one channel."""

    role: UUID
    channel: UUID | None = None


@dataclass(frozen=True, slots=True)
class RoleProfile:
    """A role and what it allows."""

    key: UUID
    name: str
    permissions: frozenset[Permission]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """A role that somebody has, and where."""

    role: RoleProfile
    channel: UUID | None


class InvitationStatus(StrEnum):
    """What became of an invitation."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class InvitationProfile:
    """An invitation without its secret."""

    key: UUID
    email: str
    name: str
    permissions: frozenset[Permission]
    grants: tuple[Grant, ...]
    invited_by: UUID | None
    created_at: datetime
    expires_at: datetime
    state: InvitationStatus


@dataclass(frozen=True, slots=True)
class Reach:
    """What an app may do, and in which channels; None for all of them."""

    permissions: Sequence[Permission]
    channels: Sequence[UUID] | None


@dataclass(frozen=True, slots=True)
class AppProfile:
    """An app of an integrator, without its secrets."""

    key: UUID
    name: str
    reach: Reach
    must_sign: bool
    is_active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AppTokenProfile:
    """A token of an app, without what it says."""

    key: UUID
    app: UUID
    hint: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class AppCaller:
    """An app as a request comes from it."""

    key: UUID
    reach: Reach
    must_sign: bool
    token: UUID
    expires_at: datetime | None
    secret: bytes = field(repr=False)
    """The token, sealed."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What an app asked for on a day."""

    day: date
    requests: int
    points: int
    refused: int


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as it came: what an app signs of it."""

    method: str
    target: str
    """Path and query."""
    body: bytes = field(repr=False)
    was_seen: bool = False
    """Whether its signature was looked at before, for a stream that has gone on since."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a request says of its signature."""

    token: UUID
    timestamp: str
    nonce: str
    value: str


@dataclass(frozen=True, slots=True)
class StaffRules:
    """How this shop lets its staff in."""

    page: str | None = None
    """Address of the merchant's page that takes invitations; None where there is none yet."""
    needs_second_factor: bool = False
    """Whether staff may do nothing before they have set up a second factor."""
    issuer: str = "Commerce"
    """Under which name authenticator apps list the shop."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An account without its secrets."""

    key: UUID
    kind: AccountKind | ActorKind
    name: str | None
    email: str | None
    phone: str | None
    permissions: frozenset[Permission]
    """What was given to them directly, beside their roles."""
    is_active: bool
    created_at: datetime
    rights: "Rights"
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Credential:
    """What a password is checked against."""

    account: UUID
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody who has signed in is and may do: everywhere, and in single channels."""

    kind: AccountKind
    rights: Rights
    behind: UUID | None
    """The staff member who acts in their place."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from."""

    address: str
    client: str = ""
    refresh_cookie: str | None = field(default=None, repr=False)
    """The refresh token that a page of ours keeps in a cookie."""
    has_cookies: bool = False
    """Whether it is known by cookies, and no token was sent in a header."""


@dataclass(frozen=True, slots=True, repr=False)
class TokenKeys:
    """The key pair that signs access tokens, and its name."""

    kid: str
    private: Ed25519PrivateKey
    public: Ed25519PublicKey
    verifying: Mapping[str, Ed25519PublicKey]
    """All keys whose tokens are taken, by their names: its own, those before it and those to come."""
    refreshing: bytes
    """Makes the refresh token that follows one, for who may have to ask for it twice."""


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
class Halted:
    """The outcome of a sign-in that wants a second factor: the challenge to answer."""

    challenge: UUID


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody has just shown to be theirs."""

    kind: IdentityKind
    provider: str
    subject: str = field(repr=False)
    union: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a code is sent, in its normal form."""

    kind: ContactKind
    address: str = field(repr=False)

    @property
    def provider(self) -> str:
        return EMAIL if self.kind is ContactKind.EMAIL else PHONE

    @property
    def proof(self) -> Proof:
        """What somebody has shown who knows the code that was sent there."""
        return Proof(IdentityKind(self.kind), self.provider, self.address)


@dataclass(frozen=True, slots=True)
class ProvenContact:
    """An address or phone that somebody has shown to be theirs."""

    account: UUID
    provider: str
    subject: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """A challenge that was met: by whom it was started for, and what was put by to go on with."""

    key: UUID
    account: UUID | None
    contact: Contact | None
    hidden: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """Somebody who was sent to a provider's page: what only we know of it, and what they must come back with."""

    return_url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """What somebody brings from a provider."""

    code: str
    phone_code: str | None = None
    """A second code that stands for their phone number, where a provider has such."""
    visit: Visit | None = None
    """How they were sent there; None if they were not sent by us."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a provider vouches for."""

    proof: Proof
    phone: Proof | None = None
    """A phone that is theirs: who owns it already is the same person."""
    email: Proof | None = None
    """An address that the provider has seen to be theirs: it is taken if it is nobody's, and joins nobody."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a provider vouches for of whoever sent this field."""

    vouched: Vouched
    field: tuple[str, ...]
    counted: tuple[UUID, ...]
    """The tries that it counts as until they have come in."""


@dataclass(frozen=True, slots=True)
class ReturnPlaces:
    """Where people may be sent back to who were sent to a provider."""

    origins: tuple[str, ...]
    is_open: bool = False
    """Whether any place will do, as at a developer's desk."""


@dataclass(frozen=True, slots=True)
class Started:
    """A way to a provider's page, and the challenge to come back with."""

    challenge: UUID
    address: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Two:
    """Two accounts that turn out to be one person's: the one that was come by, and the one that owns what was shown."""

    account: UUID
    owner: UUID
    by: str = ""
    """The code that has shown it, where there were two."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer to merge two accounts, to whoever has shown to be both."""

    challenge: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OwnIdentity:
    """A way to sign in, as its owner sees it."""

    key: UUID
    kind: IdentityKind
    provider: str
    subject: str = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A sign-in, as its owner sees it."""

    key: UUID
    method: SignInMethod
    client: str
    began_at: datetime
    used_at: datetime
    is_impersonated: bool
    is_current: bool
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where tries are counted, and how many it takes in a while. Several may count the same tries, by other measures."""

    name: str = field(repr=False)
    """Whose tries: it holds an address or a number, and is kept as a keyed digest only."""
    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """How many codes may be asked for, where the operator decides."""

    per_address: int
    """From one address in an hour."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A challenge whose code is on its way."""

    challenge: UUID
    expires_at: datetime
    resend_at: datetime
