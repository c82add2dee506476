"""Why a line cannot be bought."""

from commerce.kit.errors import ErrorCode, Refusal


class NotSoldHere(Refusal):
    code = ErrorCode.UNAVAILABLE
    message = "This is not sold here."


class WithoutPrice(Refusal):
    code = ErrorCode.NO_PRICE
    message = "This has no price in {currency} here."


class MoreThanAllowed(Refusal):
    code = ErrorCode.LIMIT_EXCEEDED
    message = "At most {most} of this may be bought at once."
