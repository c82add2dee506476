"""Accounts for tests."""

from collections.abc import Collection
from functools import cache

from commerce.accounts.actions import identities
from commerce.accounts.models import Account
from commerce.accounts.rules import passwords
from commerce.accounts.values import EMAIL, AccountKind, IdentityKind, Proof
from commerce.kit.actor import Permission
from commerce.shop import Shop

PASSWORD = "harbor-and-pine"


@cache
def hashed(password: str) -> str:
    return passwords.hash_of(password)


async def make_staff(
    shop: Shop,
    email: str = "ada@example.com",
    name: str = "Ada",
    permissions: Collection[Permission] = tuple(Permission),
    password: str = PASSWORD,
    is_active: bool = True,
) -> Account:
    async with shop.context().transaction() as session:
        account = Account(
            kind=AccountKind.STAFF,
            name=session.vault.seal("name", name),
            password_hash=hashed(password),
            is_active=is_active,
            permissions=list(permissions),
            created_at=session.now(),
        )
        session.add(account)
        await session.flush()
        identities.add(session, account.id, Proof(IdentityKind.EMAIL, EMAIL, email))
    return account
