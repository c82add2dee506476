"""Signing in, staying in and signing out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from commerce.accounts import actions
from commerce.accounts.graphql import credentials
from commerce.accounts.graphql.credentials import CredentialInput
from commerce.accounts.graphql.passwords import HASHING
from commerce.accounts.graphql.viewer import Viewer, viewer_of
from commerce.accounts.queries import own
from commerce.accounts.values import Hidden, OwnSession, SignedIn, SignInMethod
from commerce.kit.graphql import (
    ID,
    ONESELF,
    OWNER,
    PART,
    PUBLIC,
    SIGNED_IN,
    Info,
    Node,
    Payload,
    derived,
    described,
    described_enum,
    input_type,
    key_from,
    mutation,
    node_loader,
    object_type,
    query,
)
from commerce.kit.limits import costs

described_enum(
    {
        SignInMethod.PASSWORD: "With a password.",
        SignInMethod.CODE: "With a code that was sent.",
        SignInMethod.WECHAT: "By WeChat.",
        SignInMethod.OIDC: "By a provider of OpenID Connect.",
        SignInMethod.INVITATION: "By an invitation to the staff.",
        SignInMethod.IMPERSONATION: "By a staff member who acts as the customer.",
    }
)(SignInMethod)


@object_type(OWNER)
class Session(Node):
    """One sign-in of the viewer's, on one device; it goes on from refresh to refresh."""

    prefix: ClassVar[str] = "session"
    known: strawberry.Private[OwnSession]

    @derived
    def method(self) -> SignInMethod:
        """How it began."""
        return self.known.method

    @derived
    def client(self) -> str | None:
        """What the client called itself, in the header `X-Client`; null if it did not."""
        return self.known.client or None

    @derived
    def began_at(self) -> datetime:
        """When it began."""
        return self.known.began_at

    @derived
    def used_at(self) -> datetime:
        """When its tokens were last renewed, which they are every quarter of an hour while it is used."""
        return self.known.used_at

    @derived
    def is_current(self) -> bool:
        """Whether it is the one that asks."""
        return self.known.is_current

    @derived
    def is_impersonated(self) -> bool:
        """Whether it is that of a staff member who acts as the viewer."""
        return self.known.is_impersonated

    @derived
    def ended_at(self) -> datetime | None:
        """When it ended; null while it is open. Only those of staff in the viewer's place are listed after their end."""
        return self.known.ended_at


@input_type
class SessionRevokeInput:
    """Ends one session."""

    session_id: ID = described("The session.")
    idempotency_key: str | None = described("Repeating the request with the same key answers the same.", default=None)


@object_type(PART)
class SessionRevokePayload(Payload):
    """Result of `sessionRevoke`."""


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


@object_type(PART)
class AuthPayload(Payload):
    """Result of what signs in."""

    tokens: AuthTokens | None = described("Tokens; null after an error.", default=None)
    viewer: Viewer | None = described("Who is signed in now; null after an error.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        """Tokens are not given twice."""
        return cls(viewer=await viewer_of(info, info.context.actor.person))


@object_type(PART)
class SignOutPayload(Payload):
    """Result of `signOut`."""


async def let_in(info: Info, signed_in: SignedIn) -> AuthPayload:
    """What somebody is answered who has come in."""
    held = signed_in.tokens
    tokens = AuthTokens(access_token=held.access, expires_at=held.expires_at, refresh_token=held.refresh)
    return AuthPayload(tokens=tokens, viewer=await viewer_of(info, signed_in.account))


def _session(known: OwnSession) -> Session:
    return Session(key=known.key, known=known)


async def _own(info: Info) -> list[OwnSession]:
    """The caller's; none for guests, and for staff who act as somebody else."""
    actor = info.context.actor
    mine = actor.person is not None and actor.behind is None
    return await own.sessions(info.context, actor.person, actor.session) if mine and actor.person else []


@node_loader("session")
async def _sessions(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    known = {one.key: one for one in await _own(info)}
    return [_session(known[key]) if key in known else None for key in keys]


@strawberry.type
class SessionsQuery:
    @costs(items=5)
    @query(ONESELF)
    async def sessions(self, info: Info) -> list[Session]:
        """The viewer's sessions that are open, the one used last first; at most a hundred.

        Those of staff who acted in the viewer's place stay in the list for 90 days.
        """
        return [_session(one) for one in await _own(info)]

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
        sent. A code for an address or phone that is nobody's opens an account, and so does a provider's for whoever is new.
        After UNAVAILABLE the code of a provider may be used up: start again with a new one.
        Codes: CREDENTIAL_REJECTED, IDENTITY_TAKEN, INVALID, LIMIT_EXCEEDED, NOT_FOUND, SECOND_FACTOR_REQUIRED, UNAVAILABLE.
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

    @mutation(ONESELF)
    async def session_revoke(self, info: Info, input: SessionRevokeInput) -> SessionRevokePayload:
        """Ends one session of the viewer's, such as that of a lost phone. Its tokens are refused at once. Codes: NOT_FOUND."""
        key = key_from("session", input.session_id, "input", "sessionId")
        async with info.context.transaction() as session:
            await actions.revoke(session, info.context.actor, key)
            session.answer = input.session_id
        return SessionRevokePayload()
