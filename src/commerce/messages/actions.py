"""Writing to people."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from commerce.i18n.messages import translate
from commerce.kit import ids, people
from commerce.kit.context import Context
from commerce.kit.db import Row, Session
from commerce.kit.jobs import later
from commerce.messages import queries
from commerce.messages.errors import NotCarried
from commerce.messages.models import Message
from commerce.messages.providers import Carriers
from commerce.messages.values import Kept, Letter, MessageKind, MessageState, Permit, Recipient, Written

CARRY = "messages.carry"
"""The job that takes one message to its carrier."""
PATIENCE = 20.0
"""Seconds after which a carrier that does not answer is given up for now."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600))
"""After each try but the last: a code still comes in time, and a mail server may be away for an hour."""
MOST_TRIES = len(PAUSES) + 1
NO_ROOM = timedelta(seconds=3)
"""After what time it is looked at least whether the carrier has room; the longer a message has waited, the later."""
KEPT_FOR = timedelta(days=30)

log = structlog.get_logger()


async def send(
    session: Session, recipient: Recipient, letter: Letter, locales: Sequence[str], permit: Permit | None = None
) -> None:
    """Write to somebody, in the first of these languages that we speak. It leaves once the transaction has committed.

    What takes a permit does not leave unless it is allowed at that moment.
    """
    facts = dict(letter.facts)
    content = {
        "template": letter.template,
        "facts": facts,
        "subject": translate(letter.subject, locales).format_map(facts),
        "text": translate(letter.text, locales).format_map(facts),
        "locales": list(locales),
        "life": letter.life.total_seconds() if letter.life else None,
    }
    sealed = session.vault.seal_document("message", content)
    assert sealed is not None
    message = Message(
        kind=recipient.kind,
        recipient=session.vault.seal("contact", recipient.address),
        recipient_index=session.vault.index("contact", recipient.address),
        content=sealed,
        person_id=permit.person if permit else None,
        purpose=permit.purpose if permit else None,
        created_at=session.now(),
    )
    session.add(message)
    later(session, CARRY, key=str(message.id))


def written(context: Context, row: Row) -> Written:
    """A message as it was written, from its row."""
    key, kind, recipient, sealed = row[:4]
    content = context.vault.open_document("message", sealed)
    assert content is not None
    return Written(
        recipient=Recipient(MessageKind(kind), context.vault.open("contact", recipient)),
        template=content["template"],
        facts=content["facts"],
        subject=content["subject"],
        text=content["text"],
        locales=content["locales"],
        reference=ids.encode("message", key),
        written_at=row[5],
        until=row[5] + timedelta(seconds=life) if (life := content.get("life")) else None,
    )


async def carry(context: Context, key: UUID) -> None:
    """Take a message to its carrier, once. A carrier that fails is tried again after pauses that grow."""
    row = await queries.queued(context, key)
    if row is None:
        return
    person, purpose = row[-2:]
    if purpose is not None and not await people.is_allowed(context, person, purpose):
        async with context.transaction() as session:
            await queries.note(session, key, state=MessageState.WITHHELD)
        return
    message, tries = written(context, row), row[6] + 1
    if message.until is not None and context.now() >= message.until:
        await _note(context, key, message, tries, NotCarried("too late", is_final=True))
        return
    room = context[Carriers].room[message.recipient.kind]
    if room.locked():
        async with context.transaction() as session:
            later(session, CARRY, max(NO_ROOM, (session.now() - message.written_at) / 4), key=str(key))
        return
    async with room:
        fault = await _take(context, message)
    await _note(context, key, message, tries, fault)


async def _take(context: Context, message: Written) -> NotCarried | None:
    """Take a message to its carrier; why that did not happen, without what a carrier's trace may hold."""
    try:
        async with asyncio.timeout(PATIENCE):
            await context[Carriers][message.recipient.kind].carry(message)
    except NotCarried as fault:
        return fault
    except Exception as error:  # noqa: BLE001  (whatever a carrier or the network does)
        return NotCarried(type(error).__name__)
    return None


async def _note(context: Context, key: UUID, message: Written, tries: int, fault: NotCarried | None) -> None:
    """Write down what came of a try, and have the next one made if there is to be one."""
    if fault is None:
        async with context.transaction() as session:
            await queries.note(session, key, state=MessageState.SENT, sent_at=session.now(), fault=None)
        return
    is_final = fault.is_final or tries >= MOST_TRIES
    state = MessageState.FAILED if is_final else MessageState.QUEUED
    async with context.transaction() as session:
        await queries.note(session, key, state=state, fault=fault.reason[:200])
        if not is_final:
            later(session, CARRY, PAUSES[tries - 1], key=str(key))
    log.warning("message not carried", message=message.reference, reason=fault.reason, is_final=is_final)


async def latest(context: Context, most: int) -> list[Kept]:
    """The messages written last, newest first, as they were written and what became of them."""
    rows = await queries.latest(context, most)
    return [Kept(written(context, row), MessageState(row[4]), row[6]) for row in rows]


async def forget_old(context: Context) -> None:
    """Forget messages after a month."""
    async with context.transaction() as session:
        await queries.forget(session, session.now() - KEPT_FOR)


async def forget_recipient(session: Session, address: str) -> None:
    """Forget what was written to somebody: their address or number is theirs no more, or they are to be forgotten."""
    await queries.forget_recipient(session, session.vault.indexes("contact", address))
