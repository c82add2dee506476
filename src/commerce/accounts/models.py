"""Tables of the accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Text
from sqlmodel import Field

from commerce.accounts.values import AccountKind
from commerce.kit.db import Table, choice, instant


class Account(Table, table=True):
    """Somebody who can sign in. The e-mail address is kept in its normal form."""

    __tablename__ = "accounts_account"

    kind: AccountKind = choice(nullable=False, index=True)
    email: str = Field(unique=True)
    name: str
    password_hash: str | None = None
    is_active: bool = True
    permissions: list[str] = Field(sa_type=ARRAY(Text))
    created_at: datetime = instant(nullable=False)


class AccountSession(Table, table=True):
    """One link in the chain of a sign-in: each refresh uses one up and adds the next to the same family.

    Whoever adds or revokes sessions holds the account's row, so that none slips through.
    """

    __tablename__ = "accounts_session"

    account_id: UUID = Field(foreign_key="accounts_account.id", index=True)
    family: UUID = Field(index=True)
    refresh_hash: str = Field(unique=True)
    client: str = ""
    created_at: datetime = instant(nullable=False)
    expires_at: datetime = instant(nullable=False, index=True)
    used_at: datetime | None = instant(nullable=True, default=None)
    revoked_at: datetime | None = instant(nullable=True, default=None)


class Attempt(Table, table=True):
    """A try at a password that counts against a bucket: an address or an account, each kept as a hash."""

    __tablename__ = "accounts_attempt"
    __table_args__ = (Index("ix_accounts_attempt_bucket_created_at", "bucket", "created_at"),)

    bucket: str
    created_at: datetime = instant(nullable=False)
