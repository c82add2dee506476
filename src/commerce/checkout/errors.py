"""Why a checkout declines."""

from commerce.kit.errors import ErrorCode, Refusal


class CheckoutClosed(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "This checkout is being paid for or was completed."


class RequirementMissing(Refusal):
    code = ErrorCode.REQUIREMENT_MISSING
    message = "Something is still missing: {requirement}."


class TotalChanged(Refusal):
    code = ErrorCode.TOTAL_CHANGED
    message = "The total is now {total}. Please look at it again."


class TotalTooGreat(Refusal):
    code = ErrorCode.LIMIT_EXCEEDED
    message = "This costs more than one order may come to."


class NotShippable(Refusal):
    code = ErrorCode.NOT_SHIPPABLE
    message = "This channel does not ship to that country."
