"""Why a cart declines."""

from commerce.kit.errors import Conflict, ErrorCode, Refusal


class QuantityOutOfRange(Refusal):
    message = "The quantity must be between {least} and {most}."


class KeyTooShort(Refusal):
    message = "An idempotency key needs at least {least} characters here."


class TooManyLines(Refusal):
    code = ErrorCode.LIMIT_EXCEEDED
    message = "A cart has at most {most} lines."


class CartChanged(Conflict):
    message = "The cart was changed in the meantime. Load it again."


class CartClosed(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "This cart is being paid for or was ordered. Start a new one."
