"""Signing in, staying in and signing out."""

from datetime import datetime

import strawberry

from commerce.accounts import actions
from commerce.accounts.graphql import credentials
from commerce.accounts.graphql.credentials import CredentialInput
from commerce.accounts.graphql.viewer import Viewer, viewer_of
from commerce.accounts.values import Hidden, SignedIn
from commerce.kit.graphql import (
    OWNER,
    PART,
    PUBLIC,
    SIGNED_IN,
    Info,
    Payload,
    described,
    input_type,
    mutation,
    object_type,
    query,
)
from commerce.kit.limits import costs

HASHING = 100
"""Points of what hashes a password, which takes as long as a big page."""


@object_type(OWNER)
class AuthTokens:
    """Tokens of a session. Send the access token as `Authorization: Bearer`."""

    access_token: str = described("Token for requests. It ends early when the session is ended.")
    expires_at: datetime = described("End of the access token.")
    refresh_token: str = described("Single-use token for `tokenRefresh`. Keep it safe and send it nowhere else.")


@input_type
class SignInInput:
    """Opens a session."""

    credential: CredentialInput = described("Proof of who you are.")


@input_type
class TokenRefreshInput:
    """Trades a refresh token."""

    refresh_token: str = described("The token, which is used up by it.")

    def __post_init__(self) -> None:
        self.refresh_token = Hidden(self.refresh_token)


@input_type
class SignOutInput:
    """Ends a session."""

    everywhere: bool = described("Whether to end all sessions of the account, on every device.", default=False)


@input_type
class PasswordChangeInput:
    """A new password for the viewer."""

    current_password: str = described("The password until now.")
    new_password: str = described("The password from now on: 8 to 128 characters, and not a common one.")

    def __post_init__(self) -> None:
        self.current_password, self.new_password = Hidden(self.current_password), Hidden(self.new_password)


@object_type(PART)
class AuthPayload(Payload):
    """Result of `signIn` and `tokenRefresh`."""

    tokens: AuthTokens | None = described("Tokens; null after an error.", default=None)
    viewer: Viewer | None = described("Who is signed in now; null after an error.", default=None)


@object_type(PART)
class SignOutPayload(Payload):
    """Result of `signOut`."""


@object_type(PART)
class PasswordChangePayload(Payload):
    """Result of `passwordChange`."""

    viewer: Viewer | None = described("Whose password was changed; null after an error.", default=None)


async def let_in(info: Info, signed_in: SignedIn) -> AuthPayload:
    """What somebody is answered who has come in."""
    held = signed_in.tokens
    tokens = AuthTokens(access_token=held.access, expires_at=held.expires_at, refresh_token=held.refresh)
    return AuthPayload(tokens=tokens, viewer=await viewer_of(info, signed_in.account))


@strawberry.type
class SessionsQuery:
    @query(OWNER)
    async def viewer(self, info: Info) -> Viewer | None:
        """Who sends this request; null for guests."""
        return await viewer_of(info, info.context.actor.id)


@strawberry.type
class SessionsMutation:
    @costs(weight=HASHING)
    @mutation(PUBLIC, takes_key=False)
    async def sign_in(self, info: Info, input: SignInInput) -> AuthPayload:
        """Opens a session, and leaves other sessions of the account open. An idempotency key has no effect here.

        Ten wrong passwords per account and thirty per address are taken in 15 minutes, and five wrong codes of each that was
        sent. A code for an address or phone that is nobody's opens an account.
        Codes: CREDENTIAL_REJECTED, LIMIT_EXCEEDED, SECOND_FACTOR_REQUIRED.
        """
        return await let_in(info, await credentials.sign_in(info.context, input.credential))

    @mutation(PUBLIC, takes_key=False)
    async def token_refresh(self, info: Info, input: TokenRefreshInput) -> AuthPayload:
        """Trades a refresh token for new tokens. Send it without the expired access token.

        A token that is used twice ends its session: somebody may have copied it. An idempotency key has no effect here.
        Codes: CREDENTIAL_REJECTED.
        """
        return await let_in(info, await actions.refresh(info.context, input.refresh_token))

    @mutation(SIGNED_IN)
    async def sign_out(self, info: Info, input: SignOutInput | None = None) -> SignOutPayload:
        """Ends the session that sends this. Its tokens are refused at once."""
        async with info.context.transaction() as session:
            await actions.sign_out(session, info.context.actor, everywhere=input is not None and input.everywhere)
        return SignOutPayload()

    @costs(weight=HASHING)
    @mutation(SIGNED_IN, takes_key=False)
    async def password_change(self, info: Info, input: PasswordChangeInput) -> PasswordChangePayload:
        """Changes the viewer's password and ends its other sessions. An idempotency key has no effect here.

        Ten wrong passwords are taken in 15 minutes. Codes: CREDENTIAL_REJECTED, INVALID, LIMIT_EXCEEDED.
        """
        actor = info.context.actor
        await actions.change_password(info.context, actor, input.current_password, input.new_password)
        return PasswordChangePayload(viewer=await viewer_of(info, actor.id))
