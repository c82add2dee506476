"""How checkouts answer the facts of orders."""

from commerce.checkout import actions
from commerce.kit.context import Context
from commerce.kit.events import on
from commerce.orders.events import OrderCanceled, OrderPaid


@on(OrderPaid)
async def finish(context: Context, event: OrderPaid) -> None:
    async with context.transaction() as session:
        await actions.finish(session, event.order_id)


@on(OrderCanceled)
async def reopen(context: Context, event: OrderCanceled) -> None:
    async with context.transaction() as session:
        await actions.reopen(session, event.order_id)
