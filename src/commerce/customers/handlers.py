"""What becomes of customers, by the queue and by the clock."""

from typing import Any
from uuid import UUID

from commerce.accounts import queries as accounts
from commerce.accounts.values import AccountKind
from commerce.channels.values import Selling
from commerce.customers import actions
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.jobs import job_named, later
from commerce.kit.people import arriving

NOTE_PRESENCE = "customers.note_presence"


@arriving
def note_arrival(context: Context, session: Session, account: UUID) -> None:
    """Whoever signs in is known in the channel from then on."""
    if context.holds(Selling):
        later(session, NOTE_PRESENCE, person=str(account), channel=str(context[Selling].market.key))


@job_named(NOTE_PRESENCE)
async def note_presence(context: Context, arguments: dict[str, Any]) -> None:
    """Staff that signs in to work is nobody's customer by that."""
    person, channel = UUID(arguments["person"]), UUID(arguments["channel"])
    [profile] = await accounts.profiles(context, [person])
    if profile is not None and profile.kind == AccountKind.CUSTOMER:
        async with context.transaction() as session:
            await actions.note_presence(session, person, channel)
