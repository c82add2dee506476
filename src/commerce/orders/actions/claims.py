"""Whose the orders of guests are: theirs who have proven the address or the phone that they were placed with."""

from uuid import UUID

from commerce.accounts import queries as accounts
from commerce.accounts.values import EMAIL, PHONE
from commerce.customers import actions as customers
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.orders import queries

LOOKS = 5
"""How often the owner of a contact is looked up anew who has changed in between."""


async def claim_proven(context: Context, identity: UUID) -> None:
    """Give an account all orders without an owner that were placed with what it has just proven to be its own."""
    for _ in range(LOOKS):
        proven = await accounts.contact_of(context, identity)
        if proven is None:  # no contact, or nobody's any more
            return
        async with context.transaction() as session:
            if await _holds(session, proven.account) and await accounts.contact_of(session, identity) == proven:
                await _give(session, proven.account, proven.provider, proven.subject)
                return
    raise LookupError("the owner of the contact keeps changing")


async def claim_placed(context: Context, order_key: UUID) -> None:
    """Give an order that a guest has placed to who has proven its address or phone before.

    An order of somebody stays theirs, whatever address it goes to; if they are somebody else by now, it follows them.
    """
    [order] = await queries.orders_by_key(context, [order_key])
    if order is None:
        return
    async with context.transaction() as session:
        if order.customer_key is not None:
            await queries.follow_owner(session, order_key)
            return
        for provider, sealed in ((EMAIL, order.email), (PHONE, order.phone)):
            contact = session.vault.open_any(provider, sealed)
            owner = await accounts.owner_of(session, provider, contact) if contact is not None else None
            if owner is not None and contact is not None and await _holds(session, owner):
                await _give(session, owner, provider, contact)
                return


async def note_buyer(context: Context, order_key: UUID) -> None:
    """Have whose order was paid for known in its channel.

    Not before: whoever knows somebody's address can order with it, and would have the staff of a channel see them.
    """
    [order] = await queries.orders_by_key(context, [order_key])
    if order is None or order.customer_key is None:
        return
    async with context.transaction() as session:
        if await _holds(session, order.customer_key):
            await customers.note_presence(session, order.customer_key, order.channel_key)


async def _holds(session: Session, account: UUID) -> bool:
    """Hold an account, so that it is not merged or forgotten meanwhile; whether no other has taken its place."""
    held = await accounts.lock_account(session, account)
    return held is not None and held.merged_into_id is None


async def _give(session: Session, account: UUID, provider: str, contact: str) -> None:
    for channel in await queries.claim(session, account, provider, session.vault.indexes(provider, contact)):
        await customers.note_presence(session, account, channel)
