"""Why personal data is not shown."""

from commerce.kit.errors import ErrorCode, Refusal


class ReasonTooShort(Refusal):
    message = "Say why you need to see this, in {least} characters or more."


class TooManyReveals(Refusal):
    code = ErrorCode.LIMIT_EXCEEDED
    message = "You have seen the personal data of {most} people within an hour. Wait a while."
