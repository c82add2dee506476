"""Signing in, staying in and signing out."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from commerce.accounts import actions
from commerce.accounts.errors import RefreshTokenRejected
from commerce.accounts.graphql import credentials
from commerce.accounts.graphql.credentials import CredentialInput
from commerce.accounts.graphql.passwords import HASHING
from commerce.accounts.graphql.viewer import Viewer, viewer_of
from commerce.accounts.queries import own
from commerce.accounts.rules.tokens import ACCESS_LIFE, REFRESH_LIFE
from commerce.accounts.values import ACCESS, COOKIES, REFRESH, Caller, Hidden, OwnSession, SignedIn, SignInMethod
from commerce.kit.context import Context
from commerce.kit.cookies import CookieRules
from commerce.kit.errors import RequestError, Required, TooLong
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
from commerce.kit.idempotency import LONGEST_KEY
from commerce.kit.limits import costs

COOKIE_KEY = "cookies"


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
    use_cookies: bool = described(
        "Whether the browser keeps the tokens in cookies that scripts cannot read, instead of being told them. For pages of"
        " the shop's host and of the origins that it names, over plain HTTP.",
        default=False,
    )


@input_type
class TokenRefreshInput:
    """Trades a refresh token."""

    refresh_token: str | None = described(
        "The token, which is used up by it; null where a cookie holds it.", default=None
    )
    idempotency_key: str | None = described(
        "A UUID of the client's, also taken from the header `Idempotency-Key`. Who gets no answer repeats the request with"
        " it within a minute.",
        default=None,
    )

    def __post_init__(self) -> None:
        self.refresh_token = Hidden(self.refresh_token) if self.refresh_token is not None else None


@input_type
class SignOutInput:
    """Ends a session."""

    everywhere: bool = described("Whether to end all sessions of the account, on every device.", default=False)


@object_type(PART)
class AuthPayload(Payload):
    """Result of what signs in."""

    tokens: AuthTokens | None = described("Tokens; null after an error, and where cookies hold them.", default=None)
    expires_at: datetime | None = described(
        "End of the access token, wherever it is kept; null after an error.", default=None
    )
    viewer: Viewer | None = described("Who is signed in now; null after an error.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        """Tokens are not given twice."""
        return cls(viewer=await viewer_of(info, info.context.actor.person))


@object_type(PART)
class SignOutPayload(Payload):
    """Result of `signOut`."""


async def let_in(info: Info, signed_in: SignedIn, *, use_cookies: bool = False) -> AuthPayload:
    """What somebody is answered who has come in: with tokens, or with cookies that hold them."""
    held, viewer = signed_in.tokens, await viewer_of(info, signed_in.account)
    if use_cookies:
        _keep(info.context, {ACCESS: (held.access, ACCESS_LIFE), REFRESH: (held.refresh, REFRESH_LIFE)})
        return AuthPayload(expires_at=held.expires_at, viewer=viewer)
    tokens = AuthTokens(access_token=held.access, expires_at=held.expires_at, refresh_token=held.refresh)
    return AuthPayload(tokens=tokens, expires_at=held.expires_at, viewer=viewer)


def came_by_cookies(info: Info) -> bool:
    """Whether the caller is known by cookies, and can be given others."""
    context = info.context
    return context.actor.is_known and context[Caller].has_cookies and context.cookies is not None


def _check_cookies(context: Context) -> None:
    """Refuse cookies where they would not get anywhere, or to a page that may not use them."""
    if context.cookies is None:
        raise RequestError("BAD_USER_INPUT", "Cookies are set over plain HTTP only.")
    if not context[CookieRules].takes(context.headers):
        raise RequestError("FORBIDDEN", "Pages of this origin get no cookies.")


def _keep(context: Context, kept: Mapping[str, tuple[str, timedelta]]) -> None:
    """Have the browser keep these in place of what it has."""
    assert context.cookies is not None
    for part, (value, life) in kept.items():
        context.cookies.append(context[CookieRules].written(part, value, int(life.total_seconds())))


def _forget_cookies(context: Context) -> None:
    """Have the browser forget what it kept."""
    if context[Caller].has_cookies and context.cookies is not None:
        _keep(context, dict.fromkeys(COOKIES, ("", timedelta())))


async def _renew_cookies(info: Info) -> AuthPayload:
    """The tabs of a browser share its cookies, and may renew them at the same time: all have the same key (ADR 20)."""
    token = info.context[Caller].refresh_cookie
    if token is None or info.context.cookies is None:
        raise Required("input", "refreshToken")
    try:
        return await let_in(info, await actions.refresh(info.context, token, COOKIE_KEY), use_cookies=True)
    except RefreshTokenRejected:
        _forget_cookies(info.context)
        raise


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
        if input.use_cookies:
            _check_cookies(info.context)
        signed_in = await credentials.sign_in(info.context, input.credential)
        return await let_in(info, signed_in, use_cookies=input.use_cookies)

    @mutation(PUBLIC, takes_key=False)
    async def token_refresh(self, info: Info, input: TokenRefreshInput) -> AuthPayload:
        """Trades a refresh token for new tokens. Send it without the expired access token.

        A token that is used twice ends its session: somebody may have copied it. But a request that is repeated within a minute
        with its idempotency key is answered with the same refresh token, until that is used.
        Codes: CREDENTIAL_REJECTED, INVALID.
        """
        key = input.idempotency_key or info.context.headers.get("idempotency-key") or None
        if key is not None and len(key) > LONGEST_KEY:
            raise TooLong("input", "idempotencyKey", most=LONGEST_KEY)
        if input.refresh_token is None:
            return await _renew_cookies(info)
        return await let_in(info, await actions.refresh(info.context, input.refresh_token, key))

    @mutation(SIGNED_IN)
    async def sign_out(self, info: Info, input: SignOutInput | None = None) -> SignOutPayload:
        """Ends the session that sends this. Its tokens are refused at once, and its cookies are forgotten."""
        async with info.context.transaction() as session:
            await actions.sign_out(session, info.context.actor, everywhere=input is not None and input.everywhere)
        _forget_cookies(info.context)
        return SignOutPayload()

    @mutation(ONESELF)
    async def session_revoke(self, info: Info, input: SessionRevokeInput) -> SessionRevokePayload:
        """Ends one session of the viewer's, such as that of a lost phone. Its tokens are refused at once. Codes: NOT_FOUND."""
        key = key_from("session", input.session_id, "input", "sessionId")
        async with info.context.transaction() as session:
            await actions.revoke(session, info.context.actor, key)
            session.answer = input.session_id
        return SessionRevokePayload()
