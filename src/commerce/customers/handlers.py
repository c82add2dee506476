"""What becomes of customers, by the queue and by the clock."""

from typing import Any
from uuid import UUID

from commerce.accounts import queries as accounts
from commerce.accounts.values import AccountKind
from commerce.channels.values import Selling
from commerce.customers import actions, queries
from commerce.customers.actions import privacy
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.jobs import each, every, job_named, later
from commerce.kit.people import arriving, consented, erased, exported, merged, revealed

NOTE_PRESENCE = "customers.note_presence"

exported("customer")(privacy.tell)
erased("customer", "customers_customer", "customers_address", "customers_export")(privacy.forget)
merged("customer")(privacy.give)
revealed("customer")(privacy.reveal)
consented("customer")(queries.allows)


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
            if await queries.is_there(session, person):
                await actions.note_presence(session, person, channel)


@job_named(actions.EXPORT)
async def gather(context: Context, arguments: dict[str, Any]) -> None:
    await actions.gather(context, UUID(arguments["key"]))


@job_named(actions.ERASE)
async def erase(context: Context, arguments: dict[str, Any]) -> None:
    await actions.erase(context, UUID(arguments["key"]))


@every("35 * * * *")
async def see_to_requests(context: Context) -> None:
    """Forget those who could not be forgotten when their time had come, and archives that nobody fetches any more."""
    await each(context, await actions.due_erasures(context), actions.erase)
    await actions.forget_old_exports(context)
