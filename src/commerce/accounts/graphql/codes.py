"""Codes by e-mail and text message."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

import strawberry

from commerce.accounts.actions import codes, proving
from commerce.accounts.values import Contact, Purpose, Sent
from commerce.kit import ids
from commerce.kit.graphql import (
    ID,
    ONESELF,
    PART,
    PUBLIC,
    Info,
    Payload,
    check_access,
    described,
    described_enum,
    input_type,
    mutation,
    object_type,
    one_of_input,
)
from commerce.kit.limits import costs
from commerce.kit.scalars import CountryCode

SENDING = 100
"""Points of what writes to people."""


@described_enum({"SIGN_IN": "To sign in.", "IDENTITY_LINK": "To add an address or phone to the account of the viewer."})
class CodePurpose(StrEnum):
    """What a code is good for."""

    SIGN_IN = "SIGN_IN"
    IDENTITY_LINK = "IDENTITY_LINK"


@one_of_input
class ContactInput:
    """Where somebody is written to: exactly one."""

    email: str | None = described("E-mail address, at most 254 characters.", default=strawberry.UNSET)
    phone: str | None = described(
        "Phone with the code of its country, such as `+86 138 1234 5678`; without one if `country` is given.",
        default=strawberry.UNSET,
    )


@input_type
class CodeSendInput:
    """Asks for a code."""

    to: ContactInput = described("Where the code is sent.")
    purpose: CodePurpose = described("What it is for. It is good for nothing else.")
    country: CountryCode | None = described("Country of a phone that is given without its code.", default=None)
    idempotency_key: str | None = described("Repeating the request with the same key answers the same.", default=None)


@object_type(PART)
class CodePayload(Payload):
    """Result of what sends a code."""

    challenge_id: ID | None = described("What the code is sent back with; null after an error.", default=None)
    expires_at: datetime | None = described("End of the code; null after an error.", default=None)
    resend_at: datetime | None = described("When another one may be asked for; null after an error.", default=None)

    @classmethod
    def of(cls, sent: Sent) -> Self:
        challenge = ID(ids.encode("challenge", sent.challenge))
        return cls(challenge_id=challenge, expires_at=sent.expires_at, resend_at=sent.resend_at)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **_arguments: Any) -> Any:
        """The code that this request had sent before."""
        key = ids.decode("challenge", answer or "")
        sent = await codes.sent(info.context, key) if key else None
        return cls.of(sent) if sent else cls()


def contact_from(to: ContactInput, country: str | None, *field: str) -> Contact:
    """Where a client wants a code to be sent."""
    return codes.contact_of(to.email or None, to.phone or None, country, *field)


@strawberry.type
class CodesMutation:
    @costs(weight=SENDING)
    @mutation(PUBLIC)
    async def code_send(self, info: Info, input: CodeSendInput) -> CodePayload:
        """Sends a code of six digits, which is good for five minutes and five tries.

        The answer is the same whether there is an account or not. A contact gets one code in a minute, five in an hour and
        ten in a day. For IDENTITY_LINK one must have signed in within the last 15 minutes.
        Codes: INVALID, LIMIT_EXCEEDED, REAUTHENTICATION_REQUIRED.
        """
        purpose, context = Purpose(input.purpose), info.context
        if purpose is Purpose.IDENTITY_LINK:
            check_access(context, ONESELF)
            await proving.check_fresh(context, context.actor)
        contact = contact_from(input.to, input.country, "input", "to")
        account = context.actor.person if purpose is Purpose.IDENTITY_LINK else None
        async with context.transaction() as session:
            sent = await codes.send(session, context, contact, purpose, account)
        return CodePayload.of(sent)
