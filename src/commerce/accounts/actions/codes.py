"""Codes that are sent to people: who may have how many, and what they are good for."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from commerce.accounts.actions import challenges, tries
from commerce.accounts.queries import challenges as queries
from commerce.accounts.rules import emails, letters, phones
from commerce.accounts.rules import tries as tries_rules
from commerce.accounts.values import Caller, CodeLimits, Contact, ContactKind, Purpose, Sent
from commerce.kit import ids
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.messages import actions as messages
from commerce.messages.values import Letter, MessageKind, Recipient

Write = Callable[[str], Letter]
"""Makes the letter that a code is in."""


def contact_of(email: str | None, phone: str | None, country: str | None, *field: str) -> Contact:
    """Where to write to, in its normal form; INVALID for what is no address or number."""
    if email is not None:
        return Contact(ContactKind.EMAIL, emails.checked_email(email, *field, "email"))
    return Contact(ContactKind.PHONE, phones.checked_phone(phone or "", country, *field, "phone"))


async def send(
    session: Session,
    context: Context,
    contact: Contact,
    purpose: Purpose,
    account: UUID | None = None,
    *,
    hidden: dict[str, Any] | None = None,
    write: Write | None = None,
    field: tuple[str, ...] = ("input", "to"),
) -> Sent:
    """Send a code to a contact. LIMIT_EXCEEDED if it has had enough of them, or the address that asks for it has."""
    limits = tries_rules.buckets_of_code(contact, context[Caller].address, context[CodeLimits].per_address)
    await tries.count_within(session, limits, *field)
    opened, code = await challenges.open_with_code(session, purpose, contact, account, hidden)
    letter = write(code) if write else letters.with_code(purpose, code)
    await messages.send(session, Recipient(MessageKind(contact.kind), contact.address), letter, context.locales)
    session.answer = ids.encode("challenge", opened.id)
    return Sent(opened.id, opened.expires_at, opened.created_at + tries_rules.RESEND)


async def put_by(
    session: Session, context: Context, contact: Contact, purpose: Purpose, hidden: dict[str, Any]
) -> Sent:
    """Have a code ready that `deliver` sends later, if at all: what is done here is the same either way."""
    limits = tries_rules.buckets_of_code(contact, context[Caller].address, context[CodeLimits].per_address)
    await tries.count_within(session, limits, "input", "to")
    kept = {**hidden, "locales": list(context.locales)}
    opened, _ = await challenges.open_with_code(session, purpose, contact, None, kept, keeps_code=True)
    session.answer = ids.encode("challenge", opened.id)
    return Sent(opened.id, opened.expires_at, opened.created_at + tries_rules.RESEND)


async def deliver(session: Session, challenge: UUID, purpose: Purpose, *, if_known: str) -> None:
    """Send a code that was put by, while it is good; nothing if what it is for is not known."""
    found = await challenges.put_by(session, challenge, purpose)
    if found is None or found.contact is None or found.hidden.get(if_known) is None:
        return
    recipient = Recipient(MessageKind(found.contact.kind), found.contact.address)
    letter = letters.with_code(purpose, found.hidden["code"])
    await messages.send(session, recipient, letter, found.hidden["locales"])


async def sent(context: Context, key: UUID) -> Sent | None:
    """The code that was sent with a challenge."""
    row = await queries.sent(context, key)
    return Sent(key, row[1], row[0] + tries_rules.RESEND) if row else None
