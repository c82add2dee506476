"""Why stock declines."""

from commerce.kit.errors import ErrorCode, Refusal


class OutOfStock(Refusal):
    """Facts: `available`, the units that can still be had."""

    code = ErrorCode.OUT_OF_STOCK
    message = "Not enough in stock: {available} left."

    def __init__(self, *field: str | int, available: int) -> None:
        super().__init__(*field, available=available, available_quantity=available)


class NotHeld(Refusal):
    """More was to be shipped than is held for the owner and paid."""

    code = ErrorCode.STATE_NOT_ALLOWED
    message = "Only {available} of these can be shipped."


class LessThanHeld(Refusal):
    code = ErrorCode.CONFLICT
    message = "{held} of these are held for orders."


class CountChanged(Refusal):
    code = ErrorCode.CONFLICT
    message = "The stock is {current} by now."
