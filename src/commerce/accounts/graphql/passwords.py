"""Signing up, and passwords."""

import strawberry

from commerce.accounts import actions
from commerce.accounts.graphql.codes import SENDING, CodePayload, ContactInput, contact_from
from commerce.accounts.graphql.credentials import CodeCredentialInput
from commerce.accounts.graphql.viewer import Viewer, viewer_of
from commerce.accounts.values import Hidden
from commerce.kit import ids
from commerce.kit.errors import Required
from commerce.kit.graphql import (
    ID,
    ONESELF,
    PART,
    PUBLIC,
    Info,
    Payload,
    described,
    input_type,
    mutation,
    object_type,
)
from commerce.kit.limits import costs
from commerce.kit.scalars import CountryCode

HASHING = 100
"""Points of what hashes a password, which takes as long as a big page."""
_NEW = "The password from now on: 8 to 128 characters, and not a common one."
_KEY = "Repeating the request with the same key answers the same."


@input_type
class SignUpInput:
    """Opens an account with a password."""

    email: str = described("E-mail address, at most 254 characters. A code is sent there.")
    password: str = described("Password: 8 to 128 characters, and not a common one.")
    name: str | None = described("Name to show, at most 100 characters; null for none.", default=None)
    idempotency_key: str | None = described(_KEY, default=None)

    def __post_init__(self) -> None:
        self.password = Hidden(self.password)


@input_type
class PasswordResetRequestInput:
    """Asks for a code to set a new password with."""

    to: ContactInput = described("An address or phone of the account.")
    country: CountryCode | None = described("Country of a phone that is given without its code.", default=None)
    idempotency_key: str | None = described(_KEY, default=None)


@input_type
class PasswordResetInput:
    """Sets a new password."""

    challenge_id: ID = described("What `passwordResetRequest` answered with.")
    code: str = described("The six digits that were sent.")
    new_password: str = described(_NEW)

    def __post_init__(self) -> None:
        self.code, self.new_password = Hidden(self.code), Hidden(self.new_password)


@input_type
class PasswordChangeInput:
    """A new password for the viewer. One of `currentPassword` and `code` is needed."""

    current_password: str | None = described("The password until now; null with a code.", default=None)
    code: CodeCredentialInput | None = described(
        "A code of `passwordResetRequest`, for those who have no password yet; null with one.", default=None
    )
    new_password: str = described(_NEW)

    def __post_init__(self) -> None:
        self.new_password = Hidden(self.new_password)
        if self.current_password is not None:
            self.current_password = Hidden(self.current_password)


@object_type(PART)
class PasswordResetPayload(Payload):
    """Result of `passwordReset`."""


@object_type(PART)
class PasswordChangePayload(Payload):
    """Result of `passwordChange`."""

    viewer: Viewer | None = described("Whose password was changed; null after an error.", default=None)


@strawberry.type
class PasswordsMutation:
    @costs(weight=HASHING)
    @mutation(PUBLIC)
    async def sign_up(self, info: Info, input: SignUpInput) -> CodePayload:
        """Sends a code that opens an account with this password: go on with `signIn` and the credential `code`.

        The answer is the same when there is an account already: the code then signs in to that, and the password is
        dropped. The limits are those of `codeSend`. Codes: INVALID, LIMIT_EXCEEDED, REQUIRED.
        """
        return CodePayload.of(await actions.sign_up(info.context, input.email, input.password, input.name))

    @costs(weight=SENDING)
    @mutation(PUBLIC)
    async def password_reset_request(self, info: Info, input: PasswordResetRequestInput) -> CodePayload:
        """Sends a code to set a new password with, by `passwordReset`, or by `passwordChange` when signed in.

        The answer is the same whether there is an account or not. The limits are those of `codeSend`.
        Codes: INVALID, LIMIT_EXCEEDED.
        """
        contact = contact_from(input.to, input.country, "input", "to")
        async with info.context.transaction() as session:
            sent = await actions.ask_reset(session, info.context, contact)
        return CodePayload.of(sent)

    @costs(weight=HASHING)
    @mutation(PUBLIC, takes_key=False)
    async def password_reset(self, info: Info, input: PasswordResetInput) -> PasswordResetPayload:
        """Sets a new password and ends all sessions of the account. Sign in with it afterwards.

        An idempotency key has no effect here. Codes: CREDENTIAL_REJECTED, INVALID.
        """
        challenge = ids.decode("challenge", input.challenge_id)
        await actions.reset(info.context, challenge, input.code, input.new_password)
        return PasswordResetPayload()

    @costs(weight=HASHING)
    @mutation(ONESELF, takes_key=False)
    async def password_change(self, info: Info, input: PasswordChangeInput) -> PasswordChangePayload:
        """Changes the viewer's password, or sets the first one, and ends its other sessions. An idempotency key has no
        effect here.

        Ten wrong passwords are taken in 15 minutes. Codes: CREDENTIAL_REJECTED, INVALID, LIMIT_EXCEEDED, REQUIRED.
        """
        context, actor, code = info.context, info.context.actor, input.code
        if input.current_password is not None:
            await actions.change_password(context, actor, input.current_password, input.new_password)
        elif code is not None:
            await actions.change_password_by_code(context, actor, code.challenge, code.code, input.new_password)
        else:
            raise Required("input", "currentPassword")
        return PasswordChangePayload(viewer=await viewer_of(info, actor.id))
