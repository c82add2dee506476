"""Accounts for tests."""

from collections.abc import Collection
from functools import cache
from uuid import UUID

from commerce.accounts.actions import identities
from commerce.accounts.models import Account, Role, RoleGrant
from commerce.accounts.rules import passwords
from commerce.accounts.values import EMAIL, AccountKind, IdentityKind, Proof
from commerce.kit.actor import Permission
from commerce.messages import actions as messages
from commerce.messages import queries
from commerce.messages.values import Written
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


async def make_customer(
    shop: Shop, email: str = "cleo@example.com", name: str = "Cleo", password: str = PASSWORD, is_active: bool = True
) -> Account:
    proof = Proof(IdentityKind.EMAIL, EMAIL, email, name=name)
    async with shop.context().transaction() as session:
        account = await identities.open_account(session, proof, password_hash=hashed(password))
        account.is_active = is_active
    return account


async def make_role(shop: Shop, name: str = "Support", permissions: Collection[Permission] = ()) -> Role:
    async with shop.context().transaction() as session:
        role = Role(name=name, permissions=list(permissions), created_at=session.now())
        session.add(role)
    return role


async def give_role(shop: Shop, account: Account, role: Role, channel: UUID | None = None) -> None:
    async with shop.context().transaction() as session:
        session.add(RoleGrant(account_id=account.id, role_id=role.id, channel_id=channel))


async def letters(shop: Shop) -> list[Written]:
    """All that was written to people, the latest first."""
    context = shop.context()
    return [messages.written(context, row) for row in await queries.latest(context, 50)]
