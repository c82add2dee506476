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


class OtherChannel(Refusal):
    code = ErrorCode.UNAVAILABLE
    message = "This cart belongs to another channel."


class OtherCurrency(Refusal):
    code = ErrorCode.WRONG_CURRENCY
    message = "This cart is in {theirs}, and yours in {yours}. They cannot be put together."


class CartClosed(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "This cart is being paid for, was ordered, or was put into another one. Start a new one."
