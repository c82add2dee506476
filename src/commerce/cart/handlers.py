"""What carts do by the clock and for people."""

from typing import Any
from uuid import UUID

from commerce.cart import actions, queries
from commerce.kit.context import Context
from commerce.kit.db import Reads, Session
from commerce.kit.jobs import every
from commerce.kit.people import erased, exported, merged

AT_ONCE = 500
"""Carts that go in one statement, so that no statement takes long."""


@every("17 3 * * *")
async def drop_idle_carts(context: Context) -> None:
    """Remove carts that nobody touched for thirty days."""
    dropped = AT_ONCE
    while dropped == AT_ONCE:
        async with context.transaction() as session:
            dropped = await queries.drop_idle(session, context.now(), AT_ONCE)


@exported("carts")
async def export(reads: Reads, person: UUID) -> Any:
    return await actions.export(reads, person)


@erased("carts", "cart_cart")
async def forget(session: Session, person: UUID) -> None:
    await actions.forget(session, person)


@merged("carts")
async def hand_over(session: Session, source: UUID, target: UUID) -> None:
    await actions.hand_over(session, source, target)
