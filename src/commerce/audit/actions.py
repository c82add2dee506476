"""Showing what is behind the masks, and signing how far the log has come."""

import structlog

from commerce.audit import queries, rules
from commerce.kit import ids, people
from commerce.kit.actor import Actor
from commerce.kit.audit import add_facts, proving
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.errors import NotFound
from commerce.kit.people import Revealed

log = structlog.get_logger()


async def reveal(context: Context, global_id: str, reason: str) -> Revealed:
    """The personal data of a thing in clear. It is given out when the reason stands in the audit log, and not before.

    What stands there is what counts: nobody sees more than so many in an hour, however many they ask for at once.
    """
    said, part = rules.checked_reason(reason), ids.split(global_id)
    look_up = people.reveals.get(part[0]) if part else None
    found = await look_up(context, part[1]) if look_up and part else None
    if found is None:
        raise NotFound("input", "id")
    async with context.transaction() as session:
        await check_room(session, context.actor)
        session.answer = global_id
        add_facts(session, reason=said)
    return found


async def check_room(session: Session, actor: Actor) -> None:
    """Refuse to show personal data to somebody who has seen enough of it, by whatever way."""
    assert actor.id is not None
    rules.check_room(await queries.deeds_since(session, actor.id, rules.SHOWING, session.now() - rules.WINDOW))


async def checkpoint(context: Context) -> None:
    """Sign how far the log has come. The line in the logs is a witness in another place."""
    async with context.transaction() as session:
        made = await proving.checkpoint(session)
    if made is not None:
        log.info(
            "audit checkpoint",
            position=made.position,
            digest=made.digest.hex(),
            signed_by=made.key,
            signature=made.signature.hex(),
        )
