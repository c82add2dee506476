"""What a client is told when somebody does not come in, beyond the code."""

from datetime import datetime

from commerce.accounts.errors import IdentityTaken, SecondFactorRequired, TooManyTries
from commerce.kit.graphql import ID, PART, UserError, described, object_type, says


@says(TooManyTries)
@object_type(PART)
class LimitError(UserError):
    """Too many tries at something that is limited."""

    retry_at: datetime = described("From then on it may be tried again.")
    minutes: int = described("How long that is from now, in minutes, rounded up.")


@says(SecondFactorRequired)
@object_type(PART)
class SecondFactorError(UserError):
    """The account asks for a second factor: go on with `signIn` and the credential `secondFactor`."""

    challenge_id: ID = described("What the code of the second factor is sent back with.")


@says(IdentityTaken)
@object_type(PART)
class IdentityTakenError(UserError):
    """What was proven belongs to another account, which `accountMerge` makes one with this."""

    merge_token: str | None = described(
        "Token for `accountMerge`; null when the two cannot be merged: an account of staff, or one with a second factor,"
        " stays by itself."
    )
    expires_at: datetime | None = described("End of the token; null without one.")
