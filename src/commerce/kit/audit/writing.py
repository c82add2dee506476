"""Writing deeds down, last of all in a transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, text
from sqlmodel import col

from commerce.kit.audit.entries import NOTHING, AuditEntry, Deed, content_of, digest_of
from commerce.kit.db import Session

_LOCK = 0x617564_6974  # "audit"
_settle = text("set constraints all immediate")
_one_at_a_time = text(f"select pg_advisory_xact_lock({_LOCK})")
last_of = select(col(AuditEntry.position), col(AuditEntry.digest)).order_by(col(AuditEntry.position).desc()).limit(1)
_write = insert(AuditEntry)


def note(session: Session, deed: Deed) -> None:
    """Write a deed down when this transaction commits, whoever's transaction it is."""
    session.deeds.append(deed)


def add_facts(session: Session, **facts: Any) -> None:
    """Say more of the deed that this transaction is part of. Never anything of a person."""
    session.told_of_deed.update(facts)


async def write_down(session: Session, deed: Deed | None) -> None:
    """Write down what was noted, and the deed that this transaction is part of if it changed anything or has more to say.

    Whoever writes waits for whoever wrote before to commit, so that there is neither a gap nor a fork. This comes last:
    all that PostgreSQL had put off is done before, so that nobody who holds the log waits for anything else.
    """
    deeds = list(session.deeds)
    if deed is not None:
        await session.flush()
        deeds += [_part_of(session, deed)] if session.written or session.told_of_deed else []
    if deeds:
        await session.execute(_settle)
        await session.execute(_one_at_a_time)
        await _append(session, deeds)


def _part_of(session: Session, deed: Deed) -> Deed:
    """What one transaction does of a deed. A deed may take several, and each is written down by itself."""
    facts = {**deed.facts, **session.told_of_deed, "wrote": sorted(session.written)}
    return Deed(deed.actor, deed.operation, session.answer or deed.subject, deed.channel, facts)


async def _append(session: Session, deeds: Sequence[Deed]) -> None:
    rows = await session.rows(last_of)
    position, previous = rows[0] if rows else (0, NOTHING)
    entries = []
    for deed in deeds:
        position += 1
        entry = _entry(session, deed, position, previous)
        entries.append(entry)
        previous = entry["digest"]
    await session.execute(_write, entries)


def _entry(session: Session, deed: Deed, position: int, previous: bytes) -> dict[str, Any]:
    actor = deed.actor
    entry: dict[str, Any] = {
        "position": position,
        "at": session.now(),
        "actor_kind": str(actor.kind),
        "actor_id": actor.id,
        "behind_id": actor.behind,
        "session_id": actor.session,
        "operation": deed.operation,
        "subject": deed.subject,
        "channel_id": deed.channel,
        "facts": deed.facts,
        "key": session.notary.name,
        "previous": bytes(previous),
    }
    digest = digest_of(content_of(entry))
    return {**entry, "digest": digest, "seal": session.notary.seal(digest)}
