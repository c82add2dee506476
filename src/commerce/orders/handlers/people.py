"""Orders and the people whose they are."""

from typing import Any
from uuid import UUID

from commerce.accounts.events import IdentityProven
from commerce.kit.context import Context
from commerce.kit.db import Reads, Session
from commerce.kit.events import on
from commerce.kit.jobs import job_named
from commerce.kit.people import Revealed, erased, exported, held, merged, revealed
from commerce.orders import actions
from commerce.orders.actions.lookups import DELIVER
from commerce.orders.events import OrderPaid, OrderPlaced


@on(IdentityProven)
async def claim_proven(context: Context, event: IdentityProven) -> None:
    """Whoever has shown that a contact is theirs gets what was ordered with it."""
    await actions.claim_proven(context, event.identity)


@on(OrderPlaced)
async def claim_placed(context: Context, event: OrderPlaced) -> None:
    """Also what a guest orders later, or at the same moment."""
    await actions.claim_placed(context, event.order_id)


@on(OrderPaid)
async def note_buyer(context: Context, event: OrderPaid) -> None:
    """Who has bought in a channel is known there."""
    await actions.note_buyer(context, event.order_id)


@job_named(DELIVER)
async def deliver_code(context: Context, arguments: dict[str, Any]) -> None:
    await actions.deliver(context, UUID(arguments["challenge"]))


@exported("orders")
async def export(reads: Reads, person: UUID) -> Any:
    return await actions.export(reads, person)


@erased("orders", "orders_order")
async def forget(session: Session, person: UUID) -> None:
    await actions.forget(session, person)


@merged("orders")
async def hand_over(session: Session, source: UUID, target: UUID) -> None:
    await actions.hand_over(session, source, target)


@held("orders")
async def what_holds(reads: Reads, person: UUID) -> str | None:
    return await actions.what_holds(reads, person)


@revealed("order")
async def reveal(context: Context, key: UUID) -> Revealed | None:
    return await actions.reveal(context, key)
