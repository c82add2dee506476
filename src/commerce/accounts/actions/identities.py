"""Whose an address, a phone or an account elsewhere is."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.actions import challenges, notices, proving
from commerce.accounts.errors import CodeRejected, IdentityTaken, LastIdentity, NotMerged
from commerce.accounts.events import IdentityProven, IdentityRemoved
from commerce.accounts.models import Account, Identity
from commerce.accounts.queries import own
from commerce.accounts.rules import letters
from commerce.accounts.rules import merging as rules
from commerce.accounts.values import AccountKind, IdentityKind, Offer, OwnIdentity, Proof, Purpose, Two
from commerce.kit import ids
from commerce.kit.actor import Actor
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.errors import NotFound
from commerce.kit.events import record

OFFERED_FOR = timedelta(minutes=10)


async def owner_or_new(session: Session, proof: Proof, *, password_hash: str | None = None) -> Account | None:
    """The account of whoever has just proven something, held; a new one if it was nobody's. None if it is closed.

    Only a new one gets the password that was put by: an account that is there has its own, or has none for a reason.
    Two who prove the same at the same time wait for each other, and come to the same account.
    """
    await queries.hold_subject(session, proof.provider, proof.subject)
    owner = await queries.owner_of(session, proof.provider, proof.subject)
    if owner is None:
        return await open_account(session, proof, password_hash=password_hash)
    account = await queries.lock_account(session, owner)
    if account is not None and account.merged_into_id is not None:  # while we waited for it
        account = await queries.lock_account(session, account.merged_into_id)
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


async def link(session: Session, account: UUID, proof: Proof) -> Two | None:
    """Give what somebody has just proven to their account. `Two` if it is another account's."""
    await queries.hold_subject(session, proof.provider, proof.subject)
    owner = await queries.owner_of(session, proof.provider, proof.subject)
    held = await queries.lock_account(session, account)
    if held is None or not held.is_active:
        raise CodeRejected("input", "credential")
    if owner is None:
        add(session, account, proof)
        await session.flush()
    return None if owner in (None, account) else Two(account, owner)


async def offer_merge(session: Session, two: Two, *, is_signed_in: bool = False) -> Offer:
    """A challenge that lets whoever has proven to be both merge two accounts. `taken` tells them, after the commit.

    Refused without an offer where they could not be merged. `is_signed_in`: whether the first is the one that asks.
    """
    by = two.account if is_signed_in else None
    pair = await own.two(session, two.account, two.owner)
    try:
        rules.check_merged(pair, await own.guarded(session, [two.account, two.owner]), by)
    except NotMerged:
        raise IdentityTaken("input", "credential", merge_token=None, expires_at=None) from None
    hidden = {"other": str(two.owner), "is_signed_in": is_signed_in}
    key = await challenges.open_for(session, Purpose.MERGE, two.account, hidden, OFFERED_FOR)
    return Offer(key, session.now() + OFFERED_FOR)


def taken(offer: Offer, *field: str) -> IdentityTaken:
    """What somebody is told who has shown something of another account of theirs."""
    token = ids.encode("challenge", offer.challenge)
    return IdentityTaken(*field, merge_token=token, expires_at=offer.expires_at)


async def link_contact(context: Context, actor: Actor, challenge: UUID | None, code: str) -> UUID:
    """Add an address or phone to the caller's account, with a code that was sent there for it."""
    field = ("input", "credential", "code")
    key = await challenges.check_code(context, challenge, code, Purpose.IDENTITY_LINK, field=field)
    async with context.transaction() as session:
        answered = await challenges.take(session, key, Purpose.IDENTITY_LINK, field=field)
        if answered.contact is None or answered.account != actor.person or actor.person is None:
            raise CodeRejected(*field)
        known = await own.identities(session, actor.person)
        two = await link(session, actor.person, answered.contact.proof)
        outcome = await linked(session, context, known, two, answered.contact.proof)
    return settled(outcome, *field)


async def linked(
    session: Session, context: Context, known: Sequence[OwnIdentity], two: Two | None, proof: Proof
) -> UUID | Offer:
    """What came of linking, which its owner is told. It goes through `settled` after the commit."""
    if two is not None:
        return await offer_merge(session, two, is_signed_in=True)
    owner = await queries.owner_of(session, proof.provider, proof.subject)
    assert owner is not None
    now = await own.identities(session, owner)
    if len(now) > len(known):
        await notices.tell(session, context, known, letters.IDENTITY_ADDED)
    return next(one.key for one in now if (one.provider, one.subject) == (proof.provider, proof.subject))


def settled(outcome: UUID | Offer, *field: str) -> UUID:
    """The identity that was linked. IdentityTaken if it is another account's."""
    if isinstance(outcome, Offer):
        raise taken(outcome, *field)
    return outcome


async def unlink(session: Session, context: Context, actor: Actor, key: UUID) -> None:
    """Take a way to sign in off the caller's account. Never the last one, and never the address that staff works under."""
    account = await queries.lock_account(session, actor.id) if actor.id else None
    await proving.check_fresh(session, actor)
    known = await own.identities(session, account.id) if account else []
    gone = next((one for one in known if one.key == key), None)
    if account is None or gone is None:
        raise NotFound("input", "identityId")
    rest = [one for one in known if one.key != key]
    is_needed = account.kind == AccountKind.STAFF and not any(one.kind is IdentityKind.EMAIL for one in rest)
    if not rest or is_needed:
        raise LastIdentity("input", "identityId")
    await own.remove_identity(session, key)
    record(session, IdentityRemoved(account.id, key))
    await notices.tell(session, context, known, letters.IDENTITY_REMOVED)


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
