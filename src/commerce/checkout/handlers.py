"""How checkouts answer the facts of orders, and what they do for people."""

from typing import Any
from uuid import UUID

from commerce.checkout import actions
from commerce.kit.context import Context
from commerce.kit.db import Reads, Session
from commerce.kit.events import on
from commerce.kit.people import erased, exported
from commerce.orders.events import OrderCanceled
from commerce.orders.values import UNPAID


@on(OrderCanceled)
async def reopen(context: Context, event: OrderCanceled) -> None:
    if event.reason in UNPAID:
        async with context.transaction() as session:
            await actions.reopen(session, event.order_id)


@exported("checkouts")
async def export(reads: Reads, person: UUID) -> Any:
    return await actions.export(reads, person)


@erased("checkouts", "checkout_checkout")
async def forget(session: Session, person: UUID) -> None:
    await actions.forget(session, person)
