"""How the shop declines: a `Refusal` is raised below and reaches the client as data."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, ClassVar


class ErrorCode(StrEnum):
    """Code of a user error. Codes are only ever added; treat an unknown one as INVALID."""

    INVALID = "INVALID"
    REQUIRED = "REQUIRED"
    TAKEN = "TAKEN"
    NOT_FOUND = "NOT_FOUND"
    IN_USE = "IN_USE"
    CONFLICT = "CONFLICT"
    STATE_NOT_ALLOWED = "STATE_NOT_ALLOWED"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    NO_PRICE = "NO_PRICE"
    UNAVAILABLE = "UNAVAILABLE"
    WRONG_CURRENCY = "WRONG_CURRENCY"
    REQUIREMENT_MISSING = "REQUIREMENT_MISSING"
    NOT_SHIPPABLE = "NOT_SHIPPABLE"
    TOTAL_CHANGED = "TOTAL_CHANGED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    PAYMENT_DECLINED = "PAYMENT_DECLINED"
    PAYMENT_PENDING = "PAYMENT_PENDING"
    REFUND_EXCEEDS_CAPTURED = "REFUND_EXCEEDS_CAPTURED"
    CREDENTIAL_REJECTED = "CREDENTIAL_REJECTED"
    SECOND_FACTOR_REQUIRED = "SECOND_FACTOR_REQUIRED"
    IDENTITY_TAKEN = "IDENTITY_TAKEN"
    REAUTHENTICATION_REQUIRED = "REAUTHENTICATION_REQUIRED"


CODE_MEANINGS: dict[ErrorCode, str] = {
    ErrorCode.INVALID: "Not valid.",
    ErrorCode.REQUIRED: "Missing.",
    ErrorCode.TAKEN: "Taken by another object.",
    ErrorCode.NOT_FOUND: "No such object, or not yours.",
    ErrorCode.IN_USE: "Still used by something else, so it cannot go.",
    ErrorCode.CONFLICT: "Changed by another request in the meantime.",
    ErrorCode.STATE_NOT_ALLOWED: "Not allowed in the present state.",
    ErrorCode.OUT_OF_STOCK: "Not enough on stock.",
    ErrorCode.LIMIT_EXCEEDED: "More than is allowed.",
    ErrorCode.NO_PRICE: "Has no price in this channel and currency.",
    ErrorCode.UNAVAILABLE: "Not sold in this channel; of sign-ins: the provider does not answer.",
    ErrorCode.WRONG_CURRENCY: "The channel does not trade in this currency.",
    ErrorCode.REQUIREMENT_MISSING: "The checkout still has requirements.",
    ErrorCode.NOT_SHIPPABLE: "No way to ship to the address.",
    ErrorCode.TOTAL_CHANGED: "The total differs from the one that was seen.",
    ErrorCode.IDEMPOTENCY_KEY_REUSED: "The key was used for another input.",
    ErrorCode.PAYMENT_DECLINED: "Payment refused.",
    ErrorCode.PAYMENT_PENDING: "The outcome of the payment is not known yet: ask again.",
    ErrorCode.REFUND_EXCEEDS_CAPTURED: "More than what was captured and not yet refunded.",
    ErrorCode.CREDENTIAL_REJECTED: "Wrong password, code or token.",
    ErrorCode.SECOND_FACTOR_REQUIRED: "The account asks for a second factor.",
    ErrorCode.IDENTITY_TAKEN: "The address, phone or identity is that of another account.",
    ErrorCode.REAUTHENTICATION_REQUIRED: "Signed in too long ago: show once more who you are.",
}


SPOKEN: set[str] = set()
"""What the shop says to people beside its refusals; each is translated in every catalog."""


def spoken(message: str) -> str:
    """Mark an English message as one that is said to people, so that no language lacks it."""
    SPOKEN.add(message)
    return message


class Refusal(Exception):
    """Something the caller can put right. `message` is an English template; `facts` fill it in."""

    code: ClassVar[ErrorCode] = ErrorCode.INVALID
    message: ClassVar[str] = "The value is not valid."

    def __init__(self, *field: str | int, **facts: Any) -> None:
        super().__init__(self.code)
        self.field = tuple(str(part) for part in field)
        self.facts = facts

    def within(self, *path: str | int) -> "Refusal":
        """The same refusal, with its field seen from further out."""
        self.field = (*(str(part) for part in path), *self.field)
        return self


class Refusals(Exception):
    """Several refusals of one request, told together."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__([refusal.code for refusal in refusals])
        self.refusals = list(refusals)


class Invalid(Refusal):
    message = "The value is not valid."


class Required(Refusal):
    code = ErrorCode.REQUIRED
    message = "This is required."


class TooLong(Refusal):
    message = "At most {most} characters are allowed."


class OutOfRange(Refusal):
    message = "The value must be between {least} and {most}."


class TooMany(Refusal):
    code = ErrorCode.LIMIT_EXCEEDED
    message = "At most {most} are allowed."


class Taken(Refusal):
    code = ErrorCode.TAKEN
    message = "“{value}” is already taken."


class NotFound(Refusal):
    code = ErrorCode.NOT_FOUND
    message = "There is no such object."


class InUse(Refusal):
    code = ErrorCode.IN_USE
    message = "It is still in use."


class Conflict(Refusal):
    code = ErrorCode.CONFLICT
    message = "It was changed in the meantime. Load it again."


class IdempotencyKeyReused(Refusal):
    code = ErrorCode.IDEMPOTENCY_KEY_REUSED
    message = "This idempotency key was used for another input."


class RequestError(Exception):
    """A request that no user can mend: it reaches the client in `errors`, with a code of its own."""

    def __init__(self, code: str, message: str, **extensions: Any) -> None:
        super().__init__(message)
        self.extensions = {"code": code, **extensions}


class BadCursor(RequestError):
    """A cursor that we did not write, or wrote for another list."""

    def __init__(self) -> None:
        super().__init__("BAD_USER_INPUT", "The cursor does not belong to this list and order.")


def raise_all(refusals: Sequence[Refusal]) -> None:
    """Raise what was gathered, if anything was."""
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise Refusals(refusals)
