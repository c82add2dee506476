"""What happened to payments."""

from dataclasses import dataclass
from uuid import UUID

from commerce.kit.events import Event


@dataclass(frozen=True)
class PaymentCaptured(Event):
    """The money of a payment is ours."""

    payment_id: UUID
    payable_kind: str
    payable_id: UUID


@dataclass(frozen=True)
class PaymentFailed(Event):
    """A payment came to nothing."""

    payment_id: UUID
    payable_kind: str
    payable_id: UUID


@dataclass(frozen=True)
class PaymentRefundFailed(Event):
    """The provider refused to send money back."""

    payment_id: UUID
    refund_id: UUID
    payable_kind: str
    payable_id: UUID


@dataclass(frozen=True)
class PaymentRefunded(Event):
    """Money of a payment went back."""

    payment_id: UUID
    refund_id: UUID
    payable_kind: str
    payable_id: UUID
