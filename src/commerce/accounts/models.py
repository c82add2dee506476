"""Tables of the accounts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Index, Text, UniqueConstraint, Uuid
from sqlmodel import Field

from commerce.accounts.values import AccountKind, ContactKind, IdentityKind, Purpose, SignInMethod
from commerce.kit.db import Table, choice, document, instant
from commerce.kit.ids import secret_key
from commerce.kit.sealing import index_of, sealed


class Account(Table, table=True):
    """Somebody who can sign in. How they do it, by which address, phone or provider, stands in their identities."""

    __tablename__ = "accounts_account"

    kind: AccountKind = choice(nullable=False, index=True)
    name: bytes | None = sealed("name", default=None, nullable=True)
    password_hash: str | None = None
    is_active: bool = True
    permissions: list[str] = Field(sa_type=ARRAY(Text))
    """What a staff member may do everywhere, beside what their roles allow."""
    created_at: datetime = instant(nullable=False)
    merged_into_id: UUID | None = Field(default=None, foreign_key="accounts_account.id", index=True)
    """The account that took this one's place, when both turned out to be one person's."""


class Identity(Table, table=True):
    """Something that proves who somebody is, and is proven: an e-mail address, a phone, or what a provider vouches for.

    What nobody has shown to be theirs is not here, so whatever is here has an owner.
    """

    __tablename__ = "accounts_identity"
    __table_args__ = (UniqueConstraint("provider", "subject_index"),)

    account_id: UUID = Field(foreign_key="accounts_account.id", index=True)
    kind: IdentityKind = choice(nullable=False)
    provider: str
    """`email`, `phone`, or the name of a provider as it is configured."""
    subject: bytes = sealed("subject", nullable=False)
    """The address, the number in E.164 form, or what the provider calls the person."""
    subject_index: bytes = index_of("subject", label_in="provider", nullable=False)
    """Under the name of the provider as its label, so that an address also finds the orders that it was given for."""
    union: bytes | None = sealed("union", default=None, nullable=True)
    """The person over several apps of one provider, such as WeChat's unionid."""
    union_index: bytes | None = index_of("union", default=None, nullable=True, index=True)
    created_at: datetime = instant(nullable=False)


class AccountSession(Table, table=True):
    """One link in the chain of a sign-in: each refresh uses one up and adds the next to the same family.

    Whoever adds or revokes sessions holds the account's row, so that none slips through.
    """

    __tablename__ = "accounts_session"

    account_id: UUID = Field(foreign_key="accounts_account.id", index=True)
    family: UUID = Field(index=True)
    refresh_hash: str = Field(unique=True)
    method: SignInMethod = choice(nullable=False)
    client: str = ""
    behind_id: UUID | None = Field(default=None, foreign_key="accounts_account.id", index=True)
    """The staff member who acts as the account in this session."""
    behind_family: UUID | None = None
    """The sign-in of that staff member: this session ends with it."""
    reason: bytes | None = sealed("reason", default=None, nullable=True)
    """Why they do."""
    began_at: datetime = instant(nullable=False)
    """When the family began."""
    created_at: datetime = instant(nullable=False)
    expires_at: datetime = instant(nullable=False, index=True)
    used_at: datetime | None = instant(nullable=True, default=None)
    revoked_at: datetime | None = instant(nullable=True, default=None)


class Challenge(Table, table=True):
    """Something that somebody was asked to show: a code that was sent to them, or what a provider sends them back with.

    Its id is random: only whoever started it can end it. It is good for one purpose, once, for a few tries and minutes.
    """

    __tablename__ = "accounts_challenge"

    id: UUID = Field(default_factory=secret_key, primary_key=True)
    purpose: Purpose = choice(nullable=False)
    contact_kind: ContactKind | None = choice(default=None, nullable=True)
    contact: bytes | None = sealed("contact", default=None, nullable=True)
    contact_index: bytes | None = index_of("contact", default=None, nullable=True, index=True)
    account_id: UUID | None = Field(default=None, foreign_key="accounts_account.id", index=True)
    """Whose challenge it is, where it is not for whoever answers it."""
    code_digest: bytes | None = None
    """Keyed digest of the code: so few digits would be found by trying, if the table fell into wrong hands."""
    tries: int = 0
    hidden: bytes | None = sealed("challenge", default=None, nullable=True)
    """What is needed to go on, as a JSON document: a new password's hash, a name, a provider's nonce."""
    created_at: datetime = instant(nullable=False)
    expires_at: datetime = instant(nullable=False, index=True)
    used_at: datetime | None = instant(nullable=True, default=None)


class Totp(Table, table=True):
    """The second factor of an account: the secret that its authenticator app holds. Its key is the account's."""

    __tablename__ = "accounts_totp"

    secret: bytes = sealed("totp", nullable=False)
    confirmed_at: datetime | None = instant(nullable=True, default=None)
    """When a first code was shown; until then it is asked for by nobody."""
    last_step: int = Field(default=0, sa_type=BigInteger)
    """The time step of the code used last: each is good once."""


class RecoveryCode(Table, table=True):
    """A code that stands in for the authenticator app once."""

    __tablename__ = "accounts_recovery_code"

    account_id: UUID = Field(foreign_key="accounts_account.id", index=True)
    code_hash: str
    used_at: datetime | None = instant(nullable=True, default=None)


class Role(Table, table=True):
    """A set of permissions with a name, such as that of the support or of the warehouse."""

    __tablename__ = "accounts_role"

    name: str = Field(unique=True)
    permissions: list[str] = Field(sa_type=ARRAY(Text))
    created_at: datetime = instant(nullable=False)


class RoleGrant(Table, table=True):
    """A role that a staff member has: everywhere, or in one channel."""

    __tablename__ = "accounts_role_grant"
    __table_args__ = (UniqueConstraint("account_id", "role_id", "channel_id", postgresql_nulls_not_distinct=True),)

    account_id: UUID = Field(foreign_key="accounts_account.id", index=True)
    role_id: UUID = Field(foreign_key="accounts_role.id", index=True)
    channel_id: UUID | None = Field(default=None, foreign_key="channels_channel.id", index=True)


class Invitation(Table, table=True):
    """An invitation to join the staff; whoever holds its token has the address that it went to."""

    __tablename__ = "accounts_invitation"

    email: bytes = sealed("email", nullable=False)
    email_index: bytes = index_of("email", nullable=False, index=True)
    name: bytes = sealed("name", nullable=False)
    permissions: list[str] = Field(sa_type=ARRAY(Text))
    grants: list[dict[str, Any]] = document(nullable=False)
    """Roles by key, each with the key of a channel or without."""
    token_hash: str = Field(unique=True)
    invited_by_id: UUID | None = Field(default=None, foreign_key="accounts_account.id", index=True)
    """The staff member who wrote it; None for an app."""
    created_at: datetime = instant(nullable=False)
    expires_at: datetime = instant(nullable=False)
    accepted_at: datetime | None = instant(nullable=True, default=None)
    revoked_at: datetime | None = instant(nullable=True, default=None)


class App(Table, table=True):
    """A program of an integrator, with permissions of its own."""

    __tablename__ = "accounts_app"

    name: str
    permissions: list[str] = Field(sa_type=ARRAY(Text))
    channel_ids: list[UUID] | None = Field(default=None, sa_type=ARRAY(Uuid))
    """The channels that its permissions are for; null for all."""
    must_sign: bool = False
    """Whether its requests must be signed."""
    is_active: bool = True
    created_at: datetime = instant(nullable=False)


class AppToken(Table, table=True):
    """A secret of an app. Two may be good at the same time, while the app changes from one to the next."""

    __tablename__ = "accounts_app_token"

    app_id: UUID = Field(foreign_key="accounts_app.id", index=True)
    token_hash: str = Field(unique=True)
    signing: bytes = sealed("signing", nullable=False)
    """The key that its requests are signed with."""
    hint: str
    """The last characters, to tell tokens apart."""
    created_at: datetime = instant(nullable=False)
    expires_at: datetime | None = instant(nullable=True, default=None)
    revoked_at: datetime | None = instant(nullable=True, default=None)
    last_used_at: datetime | None = instant(nullable=True, default=None)


class AppUsage(Table, table=True):
    """What an app asked for on a day, in UTC."""

    __tablename__ = "accounts_app_usage"
    __table_args__ = (UniqueConstraint("app_id", "day"),)

    app_id: UUID = Field(foreign_key="accounts_app.id")
    day: date
    requests: int = Field(default=0, sa_type=BigInteger)
    points: int = Field(default=0, sa_type=BigInteger)
    refused: int = Field(default=0, sa_type=BigInteger)


class AppNonce(Table, table=True):
    """A signed request that was seen, so that it is not taken twice."""

    __tablename__ = "accounts_app_nonce"
    __table_args__ = (UniqueConstraint("app_id", "nonce"),)

    app_id: UUID = Field(foreign_key="accounts_app.id")
    nonce: str
    at: datetime = instant(nullable=False, index=True)


class Attempt(Table, table=True):
    """A try at something that is limited: it counts against a bucket, such as an address or an account.

    The bucket is kept as a keyed digest, so that whoever reads the table cannot find out whose it is by guessing.
    """

    __tablename__ = "accounts_attempt"
    __table_args__ = (Index("ix_accounts_attempt_bucket_created_at", "bucket", "created_at"),)

    bucket: str
    created_at: datetime = instant(nullable=False)
