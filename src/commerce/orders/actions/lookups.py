"""Orders of guests, seen by number and by a code that goes to the contact they were placed with."""

from uuid import UUID

from commerce.accounts.actions import challenges, codes
from commerce.accounts.errors import CodeRejected
from commerce.accounts.values import Contact, Purpose, Sent
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.jobs import later
from commerce.orders import queries
from commerce.orders.values import OrderInfo

DELIVER = "orders.deliver_code"
"""The job that sends a code, if it is to be sent at all."""
SENT = ("input", "code")


async def ask_to_see(session: Session, context: Context, number: str, contact: Contact) -> Sent:
    """Have a code ready for who wants to see an order. It leaves only if number and contact go together.

    That is decided by a job: the same is done, and answered, for every number and contact.
    """
    order = await queries.key_of(session, number.strip(), contact.provider, contact.address)
    hidden = {"order": str(order) if order else None}
    sent = await codes.put_by(session, context, contact, Purpose.ORDER_LOOKUP, hidden)
    later(session, DELIVER, challenge=str(sent.challenge))
    return sent


async def deliver(context: Context, challenge: UUID) -> None:
    """Send the code that was put by, if there is something to see with it."""
    async with context.transaction() as session:
        await codes.deliver(session, challenge, Purpose.ORDER_LOOKUP, if_known="order")


async def look_up(context: Context, challenge: UUID | None, code: str) -> OrderInfo:
    """The order that a code was sent for. The code is good for one look."""
    key = await challenges.check_code(context, challenge, code, Purpose.ORDER_LOOKUP, field=SENT)
    async with context.transaction() as session:
        answered = await challenges.take(session, key, Purpose.ORDER_LOOKUP, field=SENT)
        named = answered.hidden.get("order")
        [order] = await queries.orders_by_key(session, [UUID(named)]) if named else [None]
    if order is None:
        raise CodeRejected(*SENT)
    return order
