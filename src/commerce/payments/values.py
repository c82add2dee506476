"""Payments as the shop and its providers speak of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from commerce.i18n.values import Texts
from commerce.kit.money import Money


class PaymentStatus(StrEnum):
    """State of one payment, derived from its events."""

    CREATED = "CREATED"
    PROCESSING = "PROCESSING"
    REQUIRES_ACTION = "REQUIRES_ACTION"
    UNKNOWN = "UNKNOWN"
    AUTHORIZED = "AUTHORIZED"
    CAPTURED = "CAPTURED"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class AttemptState(StrEnum):
    """How far a call to a provider got."""

    SENDING = "SENDING"
    OPEN = "OPEN"
    UNKNOWN = "UNKNOWN"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class EventType(StrEnum):
    """What a provider told about a payment."""

    AUTHORIZATION_SUCCESS = "AUTHORIZATION_SUCCESS"
    CHARGE_REQUEST = "CHARGE_REQUEST"
    CHARGE_ACTION_REQUIRED = "CHARGE_ACTION_REQUIRED"
    CHARGE_SUCCESS = "CHARGE_SUCCESS"
    CHARGE_FAILURE = "CHARGE_FAILURE"
    REFUND_REQUEST = "REFUND_REQUEST"
    REFUND_SUCCESS = "REFUND_SUCCESS"
    REFUND_FAILURE = "REFUND_FAILURE"
    CANCEL_SUCCESS = "CANCEL_SUCCESS"


class EventSource(StrEnum):
    """How we learned of an event."""

    SYNC = "SYNC"
    WEBHOOK = "WEBHOOK"
    QUERY = "QUERY"
    STAFF = "STAFF"


class RefundStatus(StrEnum):
    """State of a refund."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class OutcomeKind(StrEnum):
    """How a call to a provider ended. UNKNOWN is a value, so that nobody forgets it."""

    SUCCEEDED = "SUCCEEDED"
    PENDING = "PENDING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    FAILED = "FAILED"
    NOT_FOUND = "NOT_FOUND"
    UNKNOWN = "UNKNOWN"


class ActionKind(StrEnum):
    """Kind of a payment step."""

    REDIRECT = "REDIRECT"
    QR_CODE = "QR_CODE"
    SDK = "SDK"
    INSTRUCTIONS = "INSTRUCTIONS"


@dataclass(frozen=True, slots=True)
class Action:
    """A step that the customer has to take to pay."""

    kind: ActionKind
    url: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call to a provider."""

    kind: OutcomeKind
    amount: Money | None = None
    provider_ref: str | None = None
    action: Action | None = None
    error_code: str | None = None
    is_retryable: bool = False
    hold_for: timedelta | None = None
    """How long to wait for the customer, when longer than for an ordinary payment: a bank transfer takes days."""

    @classmethod
    def nothing(cls) -> "Outcome":
        """No news."""
        return cls(OutcomeKind.PENDING)


@dataclass(frozen=True, slots=True)
class Payable:
    """Something that can be paid: an order, later a deposit, a top-up, a gift card."""

    kind: str
    key: UUID


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """What a provider is asked to charge. `merchant_ref` makes a repeated request harmless."""

    merchant_ref: str
    amount: Money
    method: str
    subject: str
    token: str | None = None
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a payment stands, and what the customer has to do."""

    payment_key: UUID
    status: str
    action: dict[str, Any] | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """A payment that was written down and may now be sent to its provider."""

    payment_key: UUID
    attempt_key: UUID
    provider: str
    request: CreateRequest


@dataclass(frozen=True, slots=True)
class Sums:
    """What the events of a payment come to."""

    authorized: int
    captured: int
    refunded: int
    refund_pending: int
    status: PaymentStatus


@dataclass(frozen=True, slots=True)
class Fact:
    """An event as the sums are folded from it."""

    type: EventType
    reference: str
    amount: int


@dataclass(frozen=True, slots=True)
class WebhookResult:
    """A provider's message, verified: which payment it is about. What is true is asked of the provider itself."""

    message_id: str
    merchant_ref: str


@dataclass(frozen=True, slots=True)
class OptionInfo:
    """A way to pay, as a channel offers it."""

    key: UUID
    code: str
    name: Texts
    instructions: Texts

    @property
    def provider(self) -> str:
        return self.code.partition(".")[0]

    @property
    def method(self) -> str:
        return self.code.partition(".")[2]
