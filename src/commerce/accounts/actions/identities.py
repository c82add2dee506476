"""Whose an address, a phone or an account elsewhere is."""

from datetime import timedelta
from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.actions import challenges
from commerce.accounts.errors import IdentityTaken
from commerce.accounts.events import IdentityProven
from commerce.accounts.models import Account, Identity
from commerce.accounts.values import AccountKind, Offer, Proof, Purpose, Two
from commerce.kit import ids
from commerce.kit.db import Session
from commerce.kit.events import record

OFFERED_FOR = timedelta(minutes=10)


async def owner_or_new(session: Session, proof: Proof, *, password_hash: str | None = None) -> Account | None:
    """The account of whoever has just proven something, held; a new one if it was nobody's. None if it is closed.

    Only a new one gets the password that was put by: an account that is there has its own, or has none for a reason. Two who prove the same at the same time wait for each other, and come to the same account.
    """
    await queries.hold_subject(session, proof.provider, proof.subject)
    owner = await queries.owner_of(session, proof.provider, proof.subject)
    if owner is None and proof.union is not None:
        owner = await queries.owner_of_union(session, proof.provider, proof.union)
        if owner is not None:
            add(session, owner, proof)
    if owner is None:
        return await open_account(session, proof, password_hash=password_hash)
    account = await queries.lock_account(session, owner)
    return account if account is not None and account.is_active else None


async def open_account(session: Session, proof: Proof, *, password_hash: str | None = None) -> Account:
    """A new account of a customer, with its first identity. The caller holds the subject, and knows that it is free."""
    account = Account(
        kind=AccountKind.CUSTOMER,
        name=session.vault.seal_any("name", proof.name),
        password_hash=password_hash,
        permissions=[],
        created_at=session.now(),
    )
    session.add(account)
    await session.flush()
    add(session, account.id, proof)
    await session.flush()
    return account


def add(session: Session, account: UUID, proof: Proof) -> Identity:
    """Give an account what was proven. Whoever calls this holds the subject, and knows that it is free."""
    vault = session.vault
    identity = Identity(
        account_id=account,
        kind=proof.kind,
        provider=proof.provider,
        subject=vault.seal("subject", proof.subject),
        subject_index=vault.index(proof.provider, proof.subject),
        union=vault.seal_any("union", proof.union),
        union_index=vault.index("union", proof.union) if proof.union is not None else None,
        created_at=session.now(),
    )
    session.add(identity)
    record(session, IdentityProven(account, identity.id))
    return identity


async def offer_merge(session: Session, two: Two) -> Offer:
    """A challenge that lets whoever has proven to be both merge two accounts. `taken` tells them, after the commit."""
    hidden = {"other": str(two.owner), "is_signed_in": False}
    key = await challenges.open_for(session, Purpose.MERGE, two.account, hidden, OFFERED_FOR)
    return Offer(key, session.now() + OFFERED_FOR)


def taken(offer: Offer, *field: str) -> IdentityTaken:
    """What somebody is told who has shown something of another account of theirs."""
    token = ids.encode("challenge", offer.challenge)
    return IdentityTaken(*field, merge_token=token, expires_at=offer.expires_at)
