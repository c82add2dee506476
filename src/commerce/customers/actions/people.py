"""What we know of somebody."""

from uuid import UUID

from commerce.accounts import queries as accounts
from commerce.accounts.models import Account
from commerce.accounts.rules import emails
from commerce.accounts.values import AccountKind
from commerce.customers import queries, rules
from commerce.customers.errors import AlreadyErased, StaffIsManagedElsewhere
from commerce.customers.models import Customer
from commerce.customers.values import UNSET, Unset
from commerce.kit.actor import Actor, Permission
from commerce.kit.db import Reads, Session
from commerce.kit.errors import NotFound, RequestError

READERS = (Permission.CUSTOMERS_READ, Permission.CUSTOMERS_WRITE)
"""Whoever may change customers sees them too."""


async def note_presence(session: Session, person: UUID, channel: UUID) -> None:
    """Have somebody known in a channel in which they do something, so that its staff sees them.

    Whoever is forgotten, or becomes part of another account, is known nowhere from then on: it is found out here.
    """
    if await queries.is_present(session, person, channel):
        return
    await queries.present(session, person, channel)
    await _check_there(session, person)


async def _check_there(session: Session, person: UUID) -> None:
    """Refuse somebody who is forgotten or part of another account by now, though they were not when they asked."""
    if not await queries.is_there(session, person):
        raise RequestError("UNAUTHENTICATED", "Sign in first.")


async def seen(reads: Reads, actor: Actor, keys: list[UUID]) -> set[UUID]:
    """The customers among these keys that a caller may see: themselves, and those of the channels that they see to."""
    own = {actor.person} & set(keys) if actor.person else set()
    if not actor.may_somewhere(READERS):
        return own
    return own | await queries.customers_visible(reads, keys, actor.channels(READERS))


async def check_changeable(session: Session, actor: Actor, customer: UUID, *field: str) -> None:
    """NOT_FOUND for a customer that the caller may not change."""
    channels = actor.channels([Permission.CUSTOMERS_WRITE])
    if not await queries.customers_visible(session, [customer], channels):
        raise NotFound(*(field or ("input", "customerId")))


async def change_own(
    session: Session, person: UUID, *, name: str | Unset | None = UNSET, locale: str | Unset | None = UNSET
) -> None:
    """Change what somebody tells of themselves."""
    account = await accounts.lock_account(session, person)
    assert account is not None
    customer = await held(session, person)
    if not isinstance(name, Unset):
        named = emails.checked_name(name, "input", "name") if name is not None else None
        account.name = session.vault.seal_any("name", named)
    if not isinstance(locale, Unset):
        customer.locale = locale


async def set_note(session: Session, actor: Actor, customer: UUID, note: str | None) -> None:
    """Keep what the staff should know of a customer."""
    await check_changeable(session, actor, customer)
    text = rules.checked_note(note, "input", "note")
    kept = await held(session, customer, "input", "customerId")
    kept.note = session.vault.seal_any("note", text)


async def held(session: Session, key: UUID, *field: str) -> Customer:
    """A customer, held until the transaction ends. Nothing is kept any more of one who was erased, be it just now, nor
    with an account that became part of another.
    """
    customer = await queries.lock_customer(session, key)
    if customer.erased_at is not None:
        raise AlreadyErased(*(field or ("input",)))
    await _check_there(session, key)
    return customer


async def deactivate(session: Session, actor: Actor, customer: UUID) -> None:
    """Keep a customer out: all their sessions end at once."""
    account = await _account(session, actor, customer)
    account.is_active = False
    await accounts.revoke_all(session, account.id)


async def activate(session: Session, actor: Actor, customer: UUID) -> None:
    """Let a customer in again."""
    account = await _account(session, actor, customer)
    await held(session, customer, "input", "customerId")
    account.is_active = True


async def _account(session: Session, actor: Actor, customer: UUID) -> Account:
    await check_changeable(session, actor, customer)
    account = await accounts.lock_account(session, customer)
    assert account is not None
    if account.kind == AccountKind.STAFF:
        raise StaffIsManagedElsewhere("input", "customerId")
    return account
