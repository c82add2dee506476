"""How orders answer the facts of payments, and what they do by the clock."""

from typing import Any
from uuid import UUID

from commerce.kit.context import Context
from commerce.kit.events import on
from commerce.kit.jobs import each, every, job_named
from commerce.orders import actions, queries
from commerce.orders.values import PAYABLE, Happening
from commerce.payments.events import PaymentCaptured, PaymentFailed, PaymentRefunded, PaymentRefundFailed


@on(PaymentCaptured)
async def follow_captured(context: Context, event: PaymentCaptured) -> None:
    """The money came: perhaps long after the customer left, perhaps after the order was called off."""
    if event.payable_kind == PAYABLE:
        await actions.follow(context, event.payable_id)


@on(PaymentRefunded)
async def follow_refunded(context: Context, event: PaymentRefunded) -> None:
    if event.payable_kind == PAYABLE:
        async with context.transaction() as session:
            order = await actions.lock(session, event.payable_id)
            await actions.follow_money(session, order)
            await actions.note(session, order, Happening.REFUNDED, "SYSTEM", str(event.refund_id))


@on(PaymentRefundFailed)
async def tell_of_failed_refund(context: Context, event: PaymentRefundFailed) -> None:
    """Nothing is tried by itself again: staff sees it and decides."""
    if event.payable_kind == PAYABLE:
        async with context.transaction() as session:
            order = await actions.lock(session, event.payable_id)
            await actions.note(session, order, Happening.REFUND_FAILED, "SYSTEM", str(event.refund_id))


@on(PaymentFailed)
async def follow_failed(context: Context, event: PaymentFailed) -> None:
    if event.payable_kind == PAYABLE:
        async with context.transaction() as session:
            await actions.payment_failed(session, await actions.lock(session, event.payable_id))


@job_named("orders.expire")
async def expire(context: Context, arguments: dict[str, Any]) -> None:
    await actions.expire(context, UUID(arguments["order_id"]))


@every("* * * * *")
async def sweep_overdue(context: Context) -> None:
    """Find unpaid orders whose job was lost, or whose payment was not known when it came."""
    await each(context, await queries.overdue(context, context.now()), actions.expire)
