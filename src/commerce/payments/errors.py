"""Why a payment is declined."""

from commerce.kit.errors import ErrorCode, Refusal


class PaymentDeclined(Refusal):
    code = ErrorCode.PAYMENT_DECLINED
    message = "The payment was declined."


class PaymentPending(Refusal):
    code = ErrorCode.PAYMENT_PENDING
    message = "The outcome of the payment is not known yet. Try again in a moment."


class RefundExceedsCaptured(Refusal):
    code = ErrorCode.REFUND_EXCEEDS_CAPTURED
    message = "At most {refundable} can be refunded."


class UnknownProvider(Refusal):
    message = "There is no payment provider for “{value}”."


class TestPaymentsRefused(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "A live channel takes no test payments."


class BadSignature(Exception):
    """A webhook message that its provider did not sign."""
