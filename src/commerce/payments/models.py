"""Tables of the payments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from commerce.i18n.values import Texts
from commerce.kit.changes import announced
from commerce.kit.db import Table, choice, document, instant
from commerce.payments.values import AttemptState, EventSource, EventType, PaymentStatus, RefundStatus


@announced
class PaymentOption(Table, table=True):
    """A way to pay that a channel offers: a provider and one of its methods."""

    __tablename__ = "payments_option"
    __table_args__ = (UniqueConstraint("channel_id", "code"),)

    channel_id: UUID = Field(foreign_key="channels_channel.id")
    code: str
    name: Texts = document(nullable=False)
    instructions: Texts = document(nullable=False)
    position: int = 0
    is_active: bool = True
    is_test: bool = False


class Payment(Table, table=True):
    """One tender: what is due for something payable, with one provider. The sums are folded from its events."""

    __tablename__ = "payments_payment"
    __table_args__ = (
        CheckConstraint("captured between 0 and amount", name="captured"),
        CheckConstraint("refunded >= 0 and refund_pending >= 0", name="refunds"),
        CheckConstraint("refunded + refund_pending <= captured", name="refunds_within_captured"),
        Index("ix_payments_payment_payable", "payable_kind", "payable_id"),
    )

    payable_kind: str
    payable_id: UUID
    option_code: str
    option_name: Texts = document(nullable=False)
    currency: str
    amount: int = Field(sa_type=BigInteger)
    authorized: int = Field(default=0, sa_type=BigInteger)
    captured: int = Field(default=0, sa_type=BigInteger)
    refunded: int = Field(default=0, sa_type=BigInteger)
    refund_pending: int = Field(default=0, sa_type=BigInteger)
    status: PaymentStatus = choice(default=PaymentStatus.CREATED)
    action: dict[str, Any] | None = document(default=None, nullable=True)
    captured_at: datetime | None = instant(default=None, nullable=True)
    created_at: datetime = instant(nullable=False)
    expires_at: datetime = instant(nullable=False)


class PaymentAttempt(Table, table=True):
    """One call to a provider to create a payment. Its reference is ours, stored before the call is made."""

    __tablename__ = "payments_attempt"
    __table_args__ = (
        UniqueConstraint("provider", "merchant_ref"),
        Index("ix_payments_attempt_due", "next_check_at", postgresql_where="next_check_at is not null"),
    )

    payment_id: UUID = Field(foreign_key="payments_payment.id", index=True)
    provider: str
    merchant_ref: str
    provider_ref: str | None = Field(default=None, index=True)
    state: AttemptState = choice(default=AttemptState.SENDING)
    error_code: str | None = None
    sent_at: datetime = instant(nullable=False)
    next_check_at: datetime | None = instant(default=None, nullable=True)
    checks: int = 0


class PaymentEvent(Table, table=True):
    """What happened to a payment. Append-only; the same fact told twice is one row."""

    __tablename__ = "payments_event"
    __table_args__ = (UniqueConstraint("payment_id", "type", "reference"),)

    payment_id: UUID = Field(foreign_key="payments_payment.id")
    type: EventType = choice()
    reference: str
    amount: int = Field(sa_type=BigInteger)
    source: EventSource = choice()
    occurred_at: datetime = instant(nullable=False)


class Refund(Table, table=True):
    """Money sent back, or on its way."""

    __tablename__ = "payments_refund"
    __table_args__ = (
        UniqueConstraint("payment_id", "merchant_ref"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_payments_refund_due", "next_check_at", postgresql_where="next_check_at is not null"),
    )

    payment_id: UUID = Field(foreign_key="payments_payment.id", index=True)
    merchant_ref: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    status: RefundStatus = choice(default=RefundStatus.PENDING)
    reason: str | None = None
    created_at: datetime = instant(nullable=False)
    next_check_at: datetime | None = instant(default=None, nullable=True)


class WebhookMessage(Table, table=True):
    """A provider's message as it came and was verified, stored once."""

    __tablename__ = "payments_webhook_message"
    __table_args__ = (UniqueConstraint("provider", "message_id"),)

    provider: str
    message_id: str
    merchant_ref: str
    received_at: datetime = instant(nullable=False)


class TestCharge(Table, table=True):
    """The memory of the built-in `test` provider, which stands for a bank: it outlives a crash of the shop."""

    __tablename__ = "payments_test_charge"
    __table_args__ = (UniqueConstraint("merchant_ref"),)

    merchant_ref: str
    currency: str
    amount: int = Field(sa_type=BigInteger)
    refunded: int = Field(default=0, sa_type=BigInteger)
    state: str
    after_query: str | None = None
    """What the next query finds: the bank decided, but its answer was lost."""
    refunds: dict[str, Any] = document(nullable=False)
