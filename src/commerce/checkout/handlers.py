"""How checkouts answer the facts of orders."""

from commerce.checkout import actions
from commerce.kit.context import Context
from commerce.kit.events import on
from commerce.orders.events import OrderCanceled
from commerce.orders.values import UNPAID


@on(OrderCanceled)
async def reopen(context: Context, event: OrderCanceled) -> None:
    if event.reason in UNPAID:
        async with context.transaction() as session:
            await actions.reopen(session, event.order_id)
