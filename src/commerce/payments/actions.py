"""What we do with payments. What is written comes first; the provider is called between two transactions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from commerce.i18n.values import Texts
from commerce.kit import ids
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, Taken
from commerce.kit.events import record
from commerce.kit.jobs import each, later
from commerce.kit.money import Money
from commerce.payments import queries, rules
from commerce.payments.errors import TestPaymentsRefused
from commerce.payments.events import PaymentCaptured, PaymentFailed, PaymentRefunded, PaymentRefundFailed
from commerce.payments.models import Payment, PaymentAttempt, PaymentOption, Refund
from commerce.payments.providers import PaymentProvider, Providers
from commerce.payments.values import (
    AttemptState,
    CreateRequest,
    EventSource,
    EventType,
    Fact,
    OptionInfo,
    Outcome,
    OutcomeKind,
    Payable,
    PaymentStatus,
    RefundStatus,
    Ticket,
    WebhookResult,
)

log = structlog.get_logger()
PATIENCE = 15.0
"""Seconds that a provider has to answer."""
CLAIM = timedelta(seconds=30)
"""Nobody else looks for so long at what one worker has taken up."""
AT_A_TIME = 50


async def offer(
    session: Session,
    providers: Providers,
    channel_key: UUID,
    code: str,
    name: Texts,
    instructions: Texts,
    *,
    is_live: bool,
) -> PaymentOption:
    """Offer a way to pay in a channel: the code names the provider and its method, such as `test.card`."""
    provider, _, method = code.partition(".")
    if method not in providers[provider].methods:
        raise NotFound("input", "code")
    if is_live and providers[provider].is_test:
        raise TestPaymentsRefused("input", "code")
    known = await queries.option_codes(session, channel_key)
    if code in known:
        raise Taken("input", "code", value=code)
    option = PaymentOption(
        channel_id=channel_key,
        code=code,
        name=name,
        instructions=instructions,
        position=len(known),
        is_test=providers[provider].is_test,
    )
    if not await queries.add_option(session, option):  # another request was quicker
        raise Taken("input", "code", value=code)
    return option


async def open_payment(
    session: Session,
    payable: Payable,
    amount: Money,
    option: OptionInfo,
    *,
    subject: str,
    expires_at: datetime,
    token: str | None = None,
    return_url: str | None = None,
) -> Ticket:
    """Write down that an amount is to be charged, before anyone is asked to do it."""
    now = session.now()
    payment = Payment(
        payable_kind=payable.kind,
        payable_id=payable.key,
        option_code=option.code,
        option_name=option.name,
        currency=amount.currency,
        amount=amount.amount,
        created_at=now,
        expires_at=expires_at,
    )
    attempt = PaymentAttempt(
        payment_id=payment.id,
        provider=option.provider,
        merchant_ref="",
        sent_at=now,
        next_check_at=now + rules.SENDING_GRACE,
    )
    attempt.merchant_ref = ids.encode("pay", attempt.id)
    session.add(payment)
    await session.flush()
    session.add(attempt)
    request = CreateRequest(attempt.merchant_ref, amount, option.method, subject, token, return_url)
    return Ticket(payment.id, attempt.id, option.provider, request)


async def send(context: Context, ticket: Ticket) -> Outcome:
    """Ask the provider to charge. Outside any transaction; whatever goes wrong is an outcome."""
    request = ticket.request
    return await _ask(context, ticket.provider, request.merchant_ref, lambda provider: provider.create(request))


async def apply(session: Session, payment_key: UUID, outcome: Outcome, source: EventSource) -> Payment:
    """Note an outcome, and what follows from it. Telling the same outcome twice changes nothing."""
    payment, attempt = await queries.lock_with_attempt(session, payment_key)
    if outcome.amount is not None and outcome.amount != Money(payment.amount, payment.currency):
        log.error("payment.amount_differs", payment_id=str(payment_key))
        return payment
    if outcome.kind is OutcomeKind.UNKNOWN:
        return _unknown(session, payment, attempt)
    kind = rules.event_of(outcome)
    assert kind is not None
    facts = await queries.add_event(session, payment.id, kind, attempt.merchant_ref, payment.amount, source)
    _follow_attempt(session, payment, attempt, outcome)
    payment.action = _action(outcome) if outcome.action else payment.action
    if outcome.hold_for is not None:
        payment.expires_at = session.now() + outcome.hold_for
    _refold(session, payment, facts)
    return payment


def _unknown(session: Session, payment: Payment, attempt: PaymentAttempt) -> Payment:
    """Whatever it was before: it has to be looked at again, also when it had come to nothing."""
    if payment.status in rules.OPEN:
        payment.status = PaymentStatus.UNKNOWN
    if attempt.state == AttemptState.SENDING:
        attempt.state = AttemptState.UNKNOWN
    if payment.status not in rules.PAID:
        attempt.next_check_at = session.now() + rules.pause(attempt.checks)
    return payment


def _follow_attempt(session: Session, payment: Payment, attempt: PaymentAttempt, outcome: Outcome) -> None:
    if outcome.kind is OutcomeKind.SUCCEEDED:
        attempt.state, attempt.next_check_at = AttemptState.SUCCEEDED, None
    elif outcome.kind in (OutcomeKind.FAILED, OutcomeKind.NOT_FOUND):
        attempt.state, attempt.next_check_at = AttemptState.FAILED, None
        attempt.error_code = outcome.error_code
        if outcome.kind is OutcomeKind.NOT_FOUND:  # the call may still be on its way, and no message tell of it
            attempt.next_check_at = rules.next_look(session.now(), attempt.checks, payment.expires_at)
    else:
        attempt.state = AttemptState.OPEN
        attempt.next_check_at = session.now() + rules.pause(attempt.checks)


def _action(outcome: Outcome) -> dict[str, object]:
    assert outcome.action is not None
    return {
        "kind": outcome.action.kind,
        "url": outcome.action.url,
        "parameters": dict(outcome.action.parameters),
    }


def _refold(session: Session, payment: Payment, facts: Sequence[Fact]) -> None:
    """Recompute the sums from the events, and tell when the payment has come to something."""
    before = PaymentStatus(payment.status)
    sums = rules.fold(facts, payment.amount)
    payment.authorized, payment.captured = sums.authorized, sums.captured
    payment.refunded, payment.refund_pending = sums.refunded, sums.refund_pending
    payment.status = sums.status
    if sums.status in rules.PAID and before not in rules.PAID:
        payment.captured_at = session.now()
        record(session, PaymentCaptured(payment.id, payment.payable_kind, payment.payable_id))
    if sums.status in rules.FINAL and before not in rules.FINAL:
        record(session, PaymentFailed(payment.id, payment.payable_kind, payment.payable_id))


async def settle(context: Context, payment_key: UUID) -> PaymentStatus:
    """Ask the provider what became of a payment, and note the answer."""
    async with context.transaction() as session:
        payment, attempt = await queries.lock_with_attempt(session, payment_key)
        if payment.status in rules.PAID:
            return PaymentStatus(payment.status)
        provider, reference, sent_at = attempt.provider, attempt.merchant_ref, attempt.sent_at
    outcome = await _ask(context, provider, reference, lambda asked: asked.query(reference))
    if outcome.kind is OutcomeKind.NOT_FOUND and context.now() - sent_at < rules.SENDING_GRACE:
        return PaymentStatus.PROCESSING  # the call that creates it may still be under way
    async with context.transaction() as session:
        payment = await apply(session, payment_key, outcome, EventSource.QUERY)
        return PaymentStatus(payment.status)


async def close(context: Context, payable: Payable) -> bool:
    """Close what is open at the providers. True when nothing was or can be paid any more, False when it was paid."""
    async with context.transaction() as session:
        payments = await queries.lock_payments_of(session, payable)
        if any(payment.status in rules.PAID for payment in payments):
            return False
        open_ones = [
            (payment.id, await queries.attempt_of(session, payment.id))
            for payment in payments
            if payment.status not in rules.FINAL
        ]
    for payment_key, attempt in open_ones:
        outcome = await _cancel(context, attempt)
        async with context.transaction() as session:
            payment = await apply(session, payment_key, outcome, EventSource.QUERY)
            if payment.status not in rules.FINAL:
                return False
    return True


async def _cancel(context: Context, attempt: PaymentAttempt) -> Outcome:
    reference = attempt.merchant_ref
    return await _ask(context, attempt.provider, reference, lambda provider: provider.cancel(reference))


async def close_for_good(context: Context, payable: Payable) -> None:
    """Close what is open for something that was called off; LookupError, so that the job comes again, while it is not
    known to be closed. What is paid all the same goes back.
    """
    if await close(context, payable):
        return
    found = await queries.latest_status(context, payable)
    if found is not None and found.status not in rules.PAID:
        raise LookupError("the payment is not known to be closed yet")


async def request_refund(session: Session, payable: Payable, amount: Money, reason: str | None) -> list[UUID]:
    """Write down that money is to go back, at most what was captured; the keys of the refunds to send."""
    payments = await queries.lock_payments_of(session, payable)
    rules.check_refundable(
        amount,
        sum(payment.captured for payment in payments),
        sum(payment.refunded for payment in payments),
        sum(payment.refund_pending for payment in payments),
    )
    keys, rest = [], amount.amount
    for payment in payments:
        part = min(rest, payment.captured - payment.refunded - payment.refund_pending)
        if part > 0:
            keys.append(await _request_part(session, payment, part, reason))
            rest -= part
    return keys


async def _request_part(session: Session, payment: Payment, amount: int, reason: str | None) -> UUID:
    refund = Refund(
        payment_id=payment.id,
        merchant_ref="",
        amount=amount,
        currency=payment.currency,
        reason=reason,
        created_at=session.now(),
        next_check_at=session.now() + rules.SENDING_GRACE,
    )
    refund.merchant_ref = ids.encode("refund", refund.id)
    session.add(refund)
    await session.flush()
    facts = await queries.add_event(
        session, payment.id, EventType.REFUND_REQUEST, refund.merchant_ref, amount, EventSource.STAFF
    )
    _refold(session, payment, facts)
    return refund.id


async def refund_rest(session: Session, payable: Payable, reason: str | None) -> list[UUID]:
    """Write down that all that is left of the captured money is to go back."""
    payments = await queries.lock_payments_of(session, payable)
    rest = sum(payment.captured - payment.refunded - payment.refund_pending for payment in payments)
    if rest <= 0:
        return []
    return await request_refund(session, payable, Money(rest, payments[0].currency), reason)


async def send_refund(context: Context, refund_key: UUID) -> RefundStatus:
    """Ask the provider to send money back, and note the answer. Safe to repeat: the reference stays the same."""
    async with context.transaction() as session:
        refund = await session.get_one(Refund, refund_key)
        attempt = await queries.attempt_of(session, refund.payment_id)
    if refund.status != RefundStatus.PENDING:
        return RefundStatus(refund.status)
    reference, own, amount = attempt.merchant_ref, refund.merchant_ref, Money(refund.amount, refund.currency)
    outcome = await _ask(context, attempt.provider, own, lambda provider: provider.refund(reference, own, amount))
    async with context.transaction() as session:
        return await _apply_refund(session, refund_key, outcome)


async def _apply_refund(session: Session, refund_key: UUID, outcome: Outcome) -> RefundStatus:
    refund = await session.get_one(Refund, refund_key)
    payment = await queries.lock_payment(session, refund.payment_id)
    await session.refresh(refund)
    if refund.status != RefundStatus.PENDING:
        return RefundStatus(refund.status)
    if outcome.kind is OutcomeKind.SUCCEEDED:
        refund.status, refund.next_check_at, kind = RefundStatus.SUCCEEDED, None, EventType.REFUND_SUCCESS
        record(session, PaymentRefunded(payment.id, refund.id, payment.payable_kind, payment.payable_id))
    elif outcome.kind in (OutcomeKind.FAILED, OutcomeKind.NOT_FOUND):
        refund.status, refund.next_check_at, kind = RefundStatus.FAILED, None, EventType.REFUND_FAILURE
        record(session, PaymentRefundFailed(payment.id, refund.id, payment.payable_kind, payment.payable_id))
    else:
        refund.next_check_at = session.now() + CLAIM
        return RefundStatus.PENDING
    facts = await queries.add_event(session, payment.id, kind, refund.merchant_ref, refund.amount, EventSource.SYNC)
    _refold(session, payment, facts)
    return RefundStatus(refund.status)


async def forget(session: Session, kind: str, keys: Sequence[UUID]) -> None:
    """Remove from the payments of payables whatever may tell whose they are. Amounts and references stay."""
    await queries.forget(session, kind, keys)


async def receive(context: Context, provider: str, message: WebhookResult) -> None:
    """Keep a provider's message and have its payment looked up. The message itself is never believed."""
    async with context.transaction() as session:
        if await queries.store_message(session, provider, message.message_id, message.merchant_ref):
            later(session, "payments.look_up", provider=provider, merchant_ref=message.merchant_ref)


async def look_up(context: Context, provider: str, merchant_ref: str) -> None:
    """Settle the payment of a reference; LookupError, so that the job comes again, while it is not known yet."""
    payment_key = await queries.payment_by_ref(context, provider, merchant_ref)
    if payment_key is None:
        raise LookupError("no payment has this reference yet")
    await settle(context, payment_key)


async def check_open(context: Context) -> None:
    """Look at attempts and refunds that are due, until none is: answers get lost, and so do messages."""
    while True:
        now = context.now()
        async with context.transaction() as session:
            payments = await queries.claim_due_attempts(session, now, now + CLAIM, AT_A_TIME)
            refunds = await queries.claim_due_refunds(session, now, now + CLAIM, AT_A_TIME)
        await each(context, payments, settle)
        await each(context, refunds, send_refund)
        if max(len(payments), len(refunds)) < AT_A_TIME:
            return


async def _ask(
    context: Context, name: str, reference: str, verb: Callable[[PaymentProvider], Awaitable[Outcome]]
) -> Outcome:
    """The outcome of a call to a provider. A time-out, a crash of its code or its absence leaves it unknown."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await verb(context[Providers][name])
    except Exception as error:  # noqa: BLE001
        log.warning("payment.outcome_unknown", reference=reference, error=type(error).__name__)
        return Outcome(OutcomeKind.UNKNOWN)
