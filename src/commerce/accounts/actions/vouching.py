"""Whose account it is that a provider vouches for, where it vouches for several things at once."""

from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.actions import identities, notices
from commerce.accounts.models import Account
from commerce.accounts.queries import own
from commerce.accounts.queries.unions import note_union
from commerce.accounts.rules import letters
from commerce.accounts.values import Proof, Two, Vouched
from commerce.kit.context import Context
from commerce.kit.db import Session

CODE, PHONE_CODE = "code", "phoneCode"


async def owner_or_new(session: Session, context: Context, vouched: Vouched) -> Account | Two | None:
    """The account of somebody who came by a provider, held; a new one if nothing of them is known. None if it is closed.

    They are known by what the provider calls them, else by what it calls them over all its apps, else by their phone.
    `Two` when the phone that they have shown is that of another account than the one that they come by. To an account
    that asks for a second factor nothing is added before that was shown.
    """
    await hold(session, vouched)
    known = await queries.owner_of(session, vouched.proof.provider, vouched.proof.subject)
    joined = known or await _owner_of_union(session, vouched.proof)
    phone_owner = await _owner(session, vouched.phone)
    owner = joined or phone_owner
    account = await _held(session, owner) if owner else await identities.open_account(session, vouched.proof)
    if account is None:
        return None
    if phone_owner not in (None, account.id):
        return Two(account.id, phone_owner, PHONE_CODE)
    if owner is None:
        await _add_contacts(session, account.id, vouched, is_new=True)
    elif not await queries.has_second_factor(session, account.id):
        await _add(session, context, account.id, vouched, is_new=known is None)
    return account


async def _add(session: Session, context: Context, account: UUID, vouched: Vouched, *, is_new: bool) -> None:
    """Add what they have shown to an account that was there, whose owner is told if it is anything new."""
    before = await own.identities(session, account)
    await _add_proof(session, account, vouched.proof, is_new=is_new)
    if await _add_contacts(session, account, vouched, is_new=is_new) or is_new:
        await notices.tell(session, context, before, letters.IDENTITY_ADDED)


async def link(session: Session, account: UUID, vouched: Vouched) -> Two | None:
    """Give what a provider vouches for to an account that is held. `Two` if any of it is another account's."""
    await hold(session, vouched)
    known = await queries.owner_of(session, vouched.proof.provider, vouched.proof.subject)
    owners = {
        await _owner(session, vouched.phone): PHONE_CODE,
        await _owner_of_union(session, vouched.proof): CODE,
        known: CODE,
    }
    for other in reversed(owners):
        if other not in (None, account):
            return Two(account, other, owners[other])
    await _add_proof(session, account, vouched.proof, is_new=known is None)
    await _add_contacts(session, account, vouched, is_new=known is None)
    return None


async def hold(session: Session, vouched: Vouched) -> None:
    """Have those who prove any of it wait for each other. In the order of names, so that none wait in a circle."""
    proof = vouched.proof
    subjects = {(one.provider, one.subject) for one in (proof, vouched.phone, vouched.email) if one is not None}
    if proof.union is not None:
        subjects.add(("union", proof.union))
    for provider, subject in sorted(subjects):
        await queries.hold_subject(session, provider, subject)


async def _held(session: Session, key: UUID) -> Account | None:
    account = await queries.lock_account(session, key)
    if account is not None and account.merged_into_id is not None:  # while we waited for it
        account = await queries.lock_account(session, account.merged_into_id)
    return account if account is not None and account.is_active else None


async def _add_proof(session: Session, account: UUID, proof: Proof, *, is_new: bool) -> None:
    if is_new:
        identities.add(session, account, proof)
        await session.flush()
    elif proof.union is not None and await _owner_of_union(session, proof) is None:
        await note_union(session, proof)


async def _add_contacts(session: Session, account: UUID, vouched: Vouched, *, is_new: bool) -> bool:
    """An e-mail address is taken over once, when the provider first vouches for somebody: whoever removes it later has
    done so for good. A phone is shown by a code of its own each time. Whether any was added.
    """
    contacts = [one for one in (vouched.phone, vouched.email if is_new else None) if one is not None]
    free = [one for one in contacts if await _owner(session, one) is None]
    for contact in free:
        identities.add(session, account, contact)
    await session.flush()
    return bool(free)


async def _owner(session: Session, proof: Proof | None) -> UUID | None:
    return await queries.owner_of(session, proof.provider, proof.subject) if proof is not None else None


async def _owner_of_union(session: Session, proof: Proof) -> UUID | None:
    return await queries.owner_of_union(session, proof.provider, proof.union) if proof.union is not None else None
