"""Why an order declines."""

from commerce.kit.errors import ErrorCode, Refusal


class OrderNotCancelable(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "This order cannot be canceled any more."


class OrderNotFulfillable(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "Only a paid order that is in work can be fulfilled."


class MoreThanLeft(Refusal):
    code = ErrorCode.LIMIT_EXCEEDED
    message = "Not as many of this line are left to send."


class OrderNotPayable(Refusal):
    code = ErrorCode.STATE_NOT_ALLOWED
    message = "This order does not wait for a payment."
