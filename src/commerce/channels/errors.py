"""Why a channel declines."""

from commerce.kit.errors import ErrorCode, Refusal


class CurrencyNotTraded(Refusal):
    code = ErrorCode.WRONG_CURRENCY
    message = "This channel does not trade in {currency}."
