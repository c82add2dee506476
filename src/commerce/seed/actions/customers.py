"""Somebody to buy as."""

from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.actions import hashing, identities
from commerce.accounts.values import EMAIL as BY_EMAIL
from commerce.accounts.values import IdentityKind, Proof
from commerce.channels import queries as channels
from commerce.customers import actions as customers
from commerce.customers.values import ConsentPurpose
from commerce.directory.values import Address
from commerce.kit.context import Context
from commerce.kit.db import Session

EMAIL = "customer@example.com"
PASSWORD = "pine-and-harbor"  # noqa: S105  (printed at every start of the demo, which runs in development only)
HOME = Address(
    name="Mia Park",
    country="US",
    lines=("1 Pier St",),
    city="Newark",
    region="US-NJ",
    postal_code="07102",
    phone="+12015550123",
)


async def let_demo_customer_in(context: Context) -> None:
    """A customer with an address and a consent, whose password everybody knows: never where it matters."""
    password_hash = await hashing.hash_of(PASSWORD)
    async with context.transaction() as session:
        await queries.hold_subject(session, BY_EMAIL, EMAIL)
        if await queries.owner_of(session, BY_EMAIL, EMAIL) is None:
            proof = Proof(IdentityKind.EMAIL, BY_EMAIL, EMAIL, name=HOME.name)
            account = await identities.open_account(session, proof, password_hash=password_hash)
            await _settle(session, account.id)


async def _settle(session: Session, customer: UUID) -> None:
    await customers.add_address(session, customer, HOME, shipping=True, billing=True)
    await customers.grant(session, customer, ConsentPurpose.PERSONALIZATION, "demo", {"client": "", "actor": "SYSTEM"})
    for market in await channels.markets(session):
        await customers.note_presence(session, customer, market.key)
