"""The ways to prove who one is. A new one is a part of `CredentialInput`, and a function that `signs_in` by it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry

from commerce.accounts import actions
from commerce.accounts.actions import factors, identities, proving
from commerce.accounts.values import Arrival, Hidden, SignedIn
from commerce.kit import ids
from commerce.kit.context import Context
from commerce.kit.errors import Invalid, Required
from commerce.kit.graphql import ID, described, input_type, one_of_input

SignIn = Callable[[Context, Any], Awaitable[SignedIn]]
Link = Callable[[Context, Any], Awaitable[UUID]]
WECHAT_MINI = "wechat_mini"
_sign_ins: dict[str, SignIn] = {}
"""By part of the credential: how it opens a session."""
_links: dict[str, Link] = {}
"""By part of the credential: how what it proves is added to the caller's account; the key of the identity comes back."""


def signs_in(part: str) -> Callable[[SignIn], SignIn]:
    """Register how somebody signs in by a part of the credential."""

    def register(function: SignIn) -> SignIn:
        _sign_ins[part] = function
        return function

    return register


def links(part: str) -> Callable[[Link], Link]:
    """Register how a part of the credential is linked to the account that asks."""

    def register(function: Link) -> Link:
        _links[part] = function
        return function

    return register


@input_type
class PasswordCredentialInput:
    """E-mail address and password."""

    email: str = described("E-mail address, in any case.")
    password: str = described("Password.")

    def __post_init__(self) -> None:
        self.password = Hidden(self.password)


@input_type
class CodeCredentialInput:
    """A code that was sent by e-mail or text message."""

    challenge_id: ID = described("What `codeSend` or `signUp` answered with.")
    code: str = described("The six digits. Spaces between them do not count.")

    def __post_init__(self) -> None:
        self.code = Hidden(self.code)

    @property
    def challenge(self) -> UUID | None:
        """The key of the challenge; None for what is no id of one, which is answered like a wrong code."""
        return ids.decode("challenge", self.challenge_id)


@input_type
class WechatCredentialInput:
    """Codes that a WeChat mini-program gives. Each is good once, for five minutes."""

    provider: str = described("Name of the mini-program among `identityProviders`.", default=WECHAT_MINI)
    code: str = described("The code of `wx.login`.")
    phone_code: str | None = described(
        "The code of a button with `open-type=getPhoneNumber`; null without one. Its phone is then proven: who owns it"
        " already is signed in to that account.",
        default=None,
    )

    def __post_init__(self) -> None:
        self.code = Hidden(self.code)
        self.phone_code = Hidden(self.phone_code) if self.phone_code is not None else None


@input_type
class ProviderCredentialInput:
    """What somebody comes back with from the page of a provider."""

    challenge_id: ID = described("The challenge of `signInStart`, which the client has kept. It is used up by this.")
    state: str = described("The `state` of the address that the person came back to.")
    code: str = described("The `code` of the address that the person came back to.")

    def __post_init__(self) -> None:
        self.state, self.code = Hidden(self.state), Hidden(self.code)


@input_type
class SecondFactorCredentialInput:
    """A code of an authenticator app, or a recovery code, for a sign-in that asked for it."""

    challenge_id: ID = described("What came with `SecondFactorError`.")
    code: str = described(
        "The six digits that the app shows, or a recovery code. What is typed between does not count."
    )

    def __post_init__(self) -> None:
        self.code = Hidden(self.code)

    @property
    def challenge(self) -> UUID | None:
        """The key of the challenge; None for what is no id of one, which is answered like a wrong code."""
        return ids.decode("challenge", self.challenge_id)


@one_of_input
class CredentialInput:
    """Exactly one way to prove who you are."""

    password: PasswordCredentialInput | None = described("E-mail address and password.", default=strawberry.UNSET)
    code: CodeCredentialInput | None = described(
        "A code that was sent. The first who shows one for an address or phone opens its account.",
        default=strawberry.UNSET,
    )
    second_factor: SecondFactorCredentialInput | None = described(
        "The code of an authenticator app, after another credential was right: it completes that sign-in.",
        default=strawberry.UNSET,
    )
    wechat: WechatCredentialInput | None = described("Codes of a WeChat mini-program.", default=strawberry.UNSET)
    provider: ProviderCredentialInput | None = described(
        "What somebody came back with from the page of a provider, see `signInStart`.", default=strawberry.UNSET
    )


async def sign_in(context: Context, credential: CredentialInput) -> SignedIn:
    """Open a session by whatever was given."""
    part, given = _given(credential)
    return await _sign_ins[part](context, given)


async def link(context: Context, credential: CredentialInput) -> UUID:
    """Add what was proven to the caller's account, if they have just signed in: it lets them in from now on.

    INVALID for a credential that proves nothing new.
    """
    part, given = _given(credential)
    if part not in _links:
        raise Invalid("input", "credential")
    await proving.check_fresh(context, context.actor)
    return await _links[part](context, given)


def _given(credential: CredentialInput) -> tuple[str, Any]:
    for part in _sign_ins:
        given = getattr(credential, part, None)
        if given:
            return part, given
    raise Required("input", "credential")


@signs_in("password")
async def _by_password(context: Context, given: PasswordCredentialInput) -> SignedIn:
    return await actions.sign_in(context, given.email, given.password)


@signs_in("second_factor")
async def _by_second_factor(context: Context, given: SecondFactorCredentialInput) -> SignedIn:
    return await factors.sign_in(context, given.challenge, given.code)


@signs_in("code")
async def _by_code(context: Context, given: CodeCredentialInput) -> SignedIn:
    return await actions.sign_in_by_code(context, given.challenge, given.code)


@signs_in("wechat")
async def _by_wechat(context: Context, given: WechatCredentialInput) -> SignedIn:
    return await actions.providers.sign_in(context, await _wechat(context, given))


@signs_in("provider")
async def _by_provider(context: Context, given: ProviderCredentialInput) -> SignedIn:
    return await actions.providers.sign_in(context, await _provider(context, given))


async def _wechat(context: Context, given: WechatCredentialInput) -> Arrival:
    field = ("input", "credential", "wechat")
    return await actions.providers.shown_in_app(context, given.provider, given.code, given.phone_code, field)


async def _provider(context: Context, given: ProviderCredentialInput) -> Arrival:
    field, challenge = ("input", "credential", "provider"), ids.decode("challenge", given.challenge_id)
    return await actions.providers.brought_back(context, challenge, given.state, given.code, field)


@links("code")
async def _link_contact(context: Context, given: CodeCredentialInput) -> UUID:
    return await identities.link_contact(context, context.actor, given.challenge, given.code)


@links("wechat")
async def _link_wechat(context: Context, given: WechatCredentialInput) -> UUID:
    return await actions.providers.link(context, context.actor, await _wechat(context, given))


@links("provider")
async def _link_provider(context: Context, given: ProviderCredentialInput) -> UUID:
    return await actions.providers.link(context, context.actor, await _provider(context, given))
