"""Customers for tests."""

from collections.abc import Collection
from uuid import UUID

from commerce.accounts.actions import identities
from commerce.accounts.models import Account
from commerce.accounts.values import EMAIL, PHONE, AccountKind, IdentityKind, Proof
from commerce.customers import actions
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.ids import new_key
from commerce.shop import Shop
from tests.accounts.factory import PASSWORD, hashed
from tests.conftest import Client


async def make_customer(
    shop: Shop,
    email: str | None = "mia@example.com",
    phone: str | None = None,
    name: str | None = "Mia Park",
    channels: Collection[UUID] = (),
) -> UUID:
    """Somebody with an account, who signs in with the password of all tests."""
    async with shop.context().transaction() as session:
        account = Account(
            kind=AccountKind.CUSTOMER,
            name=session.vault.seal_any("name", name),
            password_hash=hashed(PASSWORD),
            permissions=[],
            created_at=session.now(),
        )
        session.add(account)
        await session.flush()
        if email is not None:
            identities.add(session, account.id, Proof(IdentityKind.EMAIL, EMAIL, email))
        if phone is not None:
            identities.add(session, account.id, Proof(IdentityKind.PHONE, PHONE, phone))
        await session.flush()
        for channel in channels:
            await actions.note_presence(session, account.id, channel)
    return account.id


def act_as(client: Client, person: UUID, behind: UUID | None = None) -> None:
    """Call as a customer who has signed in; `behind` is a staff member who acts in their place."""
    client.shop.acting = Actor(ActorKind.CUSTOMER, person, behind=behind)


def act_in(client: Client, channel: UUID, *permissions: Permission) -> None:
    """Call as a staff member who holds permissions in one channel only."""
    client.shop.acting = Actor(ActorKind.STAFF, new_key(), within={channel: frozenset(permissions)})
