"""Every statement about payments."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, bindparam, func, not_, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from commerce.kit.db import Reads, Row, Session, among, grouped
from commerce.kit.ids import new_key
from commerce.kit.reference import remembered
from commerce.payments.models import (
    Payment,
    PaymentAttempt,
    PaymentEvent,
    PaymentOption,
    Refund,
    WebhookMessage,
)
from commerce.payments.values import EventSource, EventType, Fact, OptionInfo, Payable, RefundStatus, Standing

_options = (
    select(col(PaymentOption.id), col(PaymentOption.code), col(PaymentOption.name), col(PaymentOption.instructions))
    .where(
        col(PaymentOption.channel_id) == bindparam("channel"),
        col(PaymentOption.is_active),
        not_(col(PaymentOption.is_test)) | not_(bindparam("is_live", type_=Boolean)),
    )
    .order_by(col(PaymentOption.position), col(PaymentOption.code))
)
_option_codes = select(col(PaymentOption.code)).where(col(PaymentOption.channel_id) == bindparam("channel"))
_payments = (
    select(
        col(Payment.payable_id),
        col(Payment.id),
        col(Payment.option_name),
        col(Payment.currency),
        col(Payment.amount),
        col(Payment.captured),
        col(Payment.refunded),
        col(Payment.status),
        col(Payment.captured_at),
        col(Payment.action),
        col(Payment.option_code),
    )
    .where(col(Payment.payable_kind) == bindparam("kind"), among(Payment.payable_id))
    .order_by(col(Payment.created_at), col(Payment.id))
)
_refunds = (
    select(
        col(Payment.payable_id),
        col(Refund.id),
        col(Refund.amount),
        col(Refund.currency),
        col(Refund.status),
        col(Refund.reason),
        col(Refund.created_at),
    )
    .join(Refund, col(Refund.payment_id) == col(Payment.id))
    .where(col(Payment.payable_kind) == bindparam("kind"), among(Payment.payable_id))
    .order_by(col(Refund.created_at), col(Refund.id))
)
_facts = select(col(PaymentEvent.type), col(PaymentEvent.reference), col(PaymentEvent.amount)).where(
    col(PaymentEvent.payment_id) == bindparam("payment")
)
_status = (
    select(col(Payment.id), col(Payment.status), col(Payment.action), col(Payment.created_at))
    .where(col(Payment.payable_kind) == bindparam("kind"), col(Payment.payable_id) == bindparam("key"))
    .order_by(col(Payment.created_at).desc())
    .limit(1)
)


@remembered
async def options(reads: Reads, channel_key: UUID, *, is_live: bool) -> tuple[OptionInfo, ...]:
    """The ways to pay that a channel offers, in display order; no test payments where it takes real money."""
    return tuple(OptionInfo(*row) for row in await reads.rows(_options, channel=channel_key, is_live=is_live))


async def option_codes(reads: Reads, channel_key: UUID) -> set[str]:
    """The codes of all ways to pay that a channel has, also of those that it does not offer at present."""
    return {row[0] for row in await reads.rows(_option_codes, channel=channel_key)}


async def add_option(session: Session, option: PaymentOption) -> bool:
    """Keep a new way to pay; False when its channel has it by now."""
    try:
        async with session.begin_nested():
            session.add(option)
    except IntegrityError:
        return False
    return True


async def payments_of(reads: Reads, kind: str, keys: Sequence[UUID]) -> list[list[Row]]:
    """The payments of several payables of a kind, oldest first."""
    return grouped(await reads.rows(_payments, kind=kind, keys=list(keys)), keys)


async def refunds_of(reads: Reads, kind: str, keys: Sequence[UUID]) -> list[list[Row]]:
    """The refunds of several payables of a kind, oldest first."""
    return grouped(await reads.rows(_refunds, kind=kind, keys=list(keys)), keys)


async def latest_status(reads: Reads, payable: Payable) -> Standing | None:
    """How the latest payment of a payable stands."""
    rows = await reads.rows(_status, kind=payable.kind, key=payable.key)
    return Standing(*rows[0]) if rows else None


async def lock_payment(session: Session, key: UUID) -> Payment:
    """The payment, held until the transaction ends: all that happens to it happens one after the other."""
    return await session.get_one(Payment, key, with_for_update=True, populate_existing=True)


async def lock_with_attempt(session: Session, key: UUID) -> tuple[Payment, PaymentAttempt]:
    """A payment and its latest attempt, held until the transaction ends."""
    statement = (
        select(Payment, PaymentAttempt)
        .join(PaymentAttempt, col(PaymentAttempt.payment_id) == col(Payment.id))
        .where(col(Payment.id) == key)
        .order_by(col(PaymentAttempt.sent_at).desc(), col(PaymentAttempt.id).desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    payment, attempt = (await session.execute(statement)).one()
    return payment, attempt


async def lock_payments_of(session: Session, payable: Payable) -> list[Payment]:
    """The payments of a payable, held until the transaction ends, in key order."""
    statement = (
        select(Payment)
        .where(col(Payment.payable_kind) == payable.kind, col(Payment.payable_id) == payable.key)
        .order_by(col(Payment.id))
        .with_for_update()
    )
    return list((await session.execute(statement)).scalars())


async def add_event(
    session: Session, key: UUID, kind: EventType, reference: str, amount: int, source: EventSource
) -> list[Fact]:
    """Note what happened, unless it is known; all that is known of the payment."""
    new = (
        insert(PaymentEvent)
        .values(
            id=new_key(),
            payment_id=key,
            type=kind,
            reference=reference,
            amount=amount,
            source=source,
            occurred_at=session.now(),
        )
        .on_conflict_do_nothing()
        .returning(col(PaymentEvent.type), col(PaymentEvent.reference), col(PaymentEvent.amount))
        .cte("new")
    )
    rows = await session.rows(union_all(_facts, select(new)), payment=key)
    return [Fact(EventType(row[0]), row[1], row[2]) for row in rows]


async def attempt_of(session: Session, payment_key: UUID) -> PaymentAttempt:
    """The latest attempt of a payment."""
    statement = (
        select(PaymentAttempt)
        .where(col(PaymentAttempt.payment_id) == payment_key)
        .order_by(col(PaymentAttempt.sent_at).desc(), col(PaymentAttempt.id).desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one()


async def payment_by_ref(reads: Reads, provider: str, merchant_ref: str) -> UUID | None:
    rows = await reads.rows(_by_ref, provider=provider, ref=merchant_ref)
    return rows[0][0] if rows else None


_by_ref = select(col(PaymentAttempt.payment_id)).where(
    col(PaymentAttempt.provider) == bindparam("provider"), col(PaymentAttempt.merchant_ref) == bindparam("ref")
)


async def claim_due_attempts(session: Session, now: datetime, until: datetime, most: int) -> list[UUID]:
    """Payments with an attempt that is due for a look; nobody else looks at them before `until`."""
    due = (
        select(col(PaymentAttempt.id))
        .where(col(PaymentAttempt.next_check_at) <= now)
        .order_by(col(PaymentAttempt.next_check_at))
        .limit(most)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    statement = (
        update(PaymentAttempt)
        .where(col(PaymentAttempt.id).in_(due))
        .values(next_check_at=until, checks=col(PaymentAttempt.checks) + 1)
        .returning(col(PaymentAttempt.payment_id))
        .execution_options(synchronize_session=False)
    )
    return list((await session.execute(statement)).scalars())


async def claim_due_refunds(session: Session, now: datetime, until: datetime, most: int) -> list[UUID]:
    """Refunds that are due for a look or were never sent; nobody else looks at them before `until`."""
    due = (
        select(col(Refund.id))
        .where(col(Refund.status) == RefundStatus.PENDING, col(Refund.next_check_at) <= now)
        .order_by(col(Refund.next_check_at))
        .limit(most)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    statement = (
        update(Refund)
        .where(col(Refund.id).in_(due))
        .values(next_check_at=until)
        .returning(col(Refund.id))
        .execution_options(synchronize_session=False)
    )
    return list((await session.execute(statement)).scalars())


async def store_message(session: Session, provider: str, message_id: str, merchant_ref: str) -> bool:
    """Keep a provider's message; False when it came before."""
    statement = (
        insert(WebhookMessage)
        .values(
            id=new_key(),
            provider=provider,
            message_id=message_id,
            merchant_ref=merchant_ref,
            received_at=session.now(),
        )
        .on_conflict_do_nothing()
        .returning(col(WebhookMessage.id))
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def forget(session: Session, kind: str, keys: Sequence[UUID]) -> None:
    """Remove what customers were told to do, and what staff wrote about refunds."""
    own = col(Payment.payable_kind) == kind, col(Payment.payable_id).in_(keys)
    options = {"synchronize_session": False}
    await session.execute(update(Payment).where(*own).values(action=None).execution_options(**options))
    refunds = update(Refund).where(col(Refund.payment_id).in_(select(col(Payment.id)).where(*own)))
    await session.execute(refunds.values(reason=None).execution_options(**options))


async def sums_of(session: Session, payable: Payable) -> tuple[int, int]:
    """What was captured and refunded for a payable over all its payments, in minor units."""
    statement = select(
        func.coalesce(func.sum(col(Payment.captured)), 0), func.coalesce(func.sum(col(Payment.refunded)), 0)
    ).where(col(Payment.payable_kind) == payable.kind, col(Payment.payable_id) == payable.key)
    captured, refunded = (await session.execute(statement)).one()
    return int(captured), int(refunded)
