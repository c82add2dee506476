"""Signing in by those who vouch for people, as the API says it."""

from datetime import datetime

import strawberry

from commerce.accounts.actions import providers as actions
from commerce.accounts.providers import IdentityProviders
from commerce.accounts.values import ProviderKind
from commerce.kit import ids
from commerce.kit.graphql import (
    ID,
    PART,
    PUBLIC,
    Info,
    Payload,
    described,
    described_enum,
    input_type,
    mutation,
    object_type,
    query,
)
from commerce.kit.scalars import URL

described_enum(
    {
        ProviderKind.WECHAT_MINI: "A WeChat mini-program: `CredentialInput.wechat` with the code of `wx.login`.",
        ProviderKind.WECHAT_WEB: "WeChat by its page: `signInStart`, then `CredentialInput.provider`.",
        ProviderKind.OIDC: "OpenID Connect by the provider's page: `signInStart`, then `CredentialInput.provider`.",
    }
)(ProviderKind)


@object_type(PUBLIC)
class IdentityProvider:
    """A service by which people can sign in, beside passwords and codes."""

    name: str = described("Name for `signInStart`.")
    kind: ProviderKind = described("How it is used.")
    title: str = described("What people call it, for a button.")


@input_type
class SignInStartInput:
    """Begins a sign-in at the page of a provider."""

    provider: str = described("Name of the provider among `identityProviders`.")
    return_url: str = described(
        "Where the person comes back to, with `code` and `state`: an address of this shop, without a fragment, that the"
        " provider knows too. At most 2000 characters."
    )


@object_type(PART)
class SignInStartPayload(Payload):
    """Result of `signInStart`."""

    url: URL | None = described("The page to open, in the same window; null after an error.", default=None)
    challenge_id: ID | None = described(
        "Keep it where only this page finds it, and send it with what the person comes back with; null after an error.",
        default=None,
    )
    expires_at: datetime | None = described("Until when the person may come back; null after an error.", default=None)


@strawberry.type
class ProvidersQuery:
    @query(PUBLIC)
    async def identity_providers(self, info: Info) -> list[IdentityProvider]:
        """The services by which people can sign in here, for a login page."""
        known = info.context[IdentityProviders]
        return [IdentityProvider(name=one.name, kind=one.kind, title=one.title) for one in known]


@strawberry.type
class ProvidersMutation:
    @mutation(PUBLIC, takes_key=False)
    async def sign_in_start(self, info: Info, input: SignInStartInput) -> SignInStartPayload:
        """Begins a sign-in at the page of a provider, for `signIn`; sent by somebody who is signed in, for `identityLink`.

        An idempotency key has no effect here. Codes: INVALID, LIMIT_EXCEEDED, NOT_FOUND, UNAVAILABLE.
        """
        started = await actions.start(info.context, input.provider, input.return_url)
        challenge = ID(ids.encode("challenge", started.challenge))
        return SignInStartPayload(url=URL(started.address), challenge_id=challenge, expires_at=started.expires_at)
