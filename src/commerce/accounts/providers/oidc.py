"""Any provider that speaks OpenID Connect, such as Google and Apple: by its issuer, and what it knows this shop as."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

import structlog

from commerce.accounts.errors import ProviderRejected, ProviderUnavailable
from commerce.accounts.rules import emails
from commerce.accounts.values import EMAIL, IdentityKind, Proof, ProviderKind, Shown, Visit, Vouched
from commerce.kit.clock import Clock
from commerce.kit.outside import Answer, Outside, Unanswered

if TYPE_CHECKING:
    from joserfc.jwk import Key

REMEMBERED = timedelta(hours=1)
"""How long the provider's addresses and keys are remembered."""
PAUSE = timedelta(minutes=1)
"""How often its keys are looked up because a token names one that is unknown."""
LOCAL = ("localhost", "127.0.0.1", "::1")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OidcClient:
    """What a provider knows this shop as."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    client_key: str = field(default="", repr=False)
    """In place of a secret a private key (PEM, P-256) that signs one, with its name and the team that it is of."""
    key_id: str = ""
    team: str = ""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    parameters: Mapping[str, str] = field(default_factory=dict)
    """What the provider wants to be told beside the usual when somebody is sent there."""


@dataclass(frozen=True, slots=True)
class _Metadata:
    """What a provider says of itself."""

    issuer: str
    page: str
    token: str
    keys: str
    userinfo: str | None
    takes_basic: bool
    until: datetime


class Oidc:
    """A provider by OpenID Connect: code flow, with PKCE, state and nonce."""

    kind = ProviderKind.OIDC
    has_page = True

    def __init__(self, client: OidcClient, outside: Outside, clock: Clock, name: str, title: str) -> None:
        self.client = client
        self.name = name
        self.title = title
        self._outside = outside
        self._clock = clock
        self._known: _Metadata | None = None
        self._keys: list[Key] = []
        self._keys_of: datetime | None = None
        self._turn = asyncio.Lock()
        self._unanswered = 0

    async def start(self, visit: Visit) -> str:
        """The page of the provider, asked for a code that is good only with what we keep of this visit."""
        from commerce.accounts.providers.oidc_tokens import challenge_of  # noqa: PLC0415

        metadata = await self._metadata("provider")
        asked = {
            **self.client.parameters,
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": visit.return_url,
            "scope": " ".join(self.client.scopes),
            "state": visit.state,
            "nonce": visit.nonce,
            "code_challenge": challenge_of(visit.verifier),
            "code_challenge_method": "S256",
        }
        return f"{metadata.page}{'&' if urlsplit(metadata.page).query else '?'}{urlencode(asked)}"

    async def prove(self, shown: Shown) -> Vouched:
        """Trade the code in, verify what the provider signed, and take over what it vouches for."""
        assert shown.visit is not None
        metadata = await self._metadata("code")
        said = await self._traded(metadata, shown.code, shown.visit)
        claims = await self._claims(metadata, said, shown.visit)
        claims = {**await self._more(metadata, said, claims), **claims}
        name = claims.get("name")
        proof = Proof(
            IdentityKind.OIDC, f"oidc:{self.name}", claims["sub"], name=_shown(name) if isinstance(name, str) else None
        )
        return Vouched(proof, email=_email(claims))

    async def _metadata(self, blamed: str) -> _Metadata:
        known = self._known
        if known is not None and known.until > self._clock():
            return known
        async with self._in_turn(blamed):
            if self._known is known:
                address = f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
                self._known = self._read(await self._document(address, blamed), blamed)
            assert self._known is not None
            return self._known

    @contextlib.asynccontextmanager
    async def _in_turn(self, blamed: str) -> AsyncIterator[None]:
        """One at a time. Whoever has waited for somebody that got no answer asks no more: in line, all would wait for long."""
        before = self._unanswered
        async with self._turn:
            if self._unanswered != before:
                raise self._unavailable(blamed, "no answer to those before")
            try:
                yield
            except ProviderUnavailable:
                self._unanswered += 1
                raise

    def _read(self, said: dict[str, Any], blamed: str) -> _Metadata:
        """What a provider says of itself, if it is the one that we mean, and its addresses are safe."""
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if said.get("issuer") != self.client.issuer or not all(_is_safe(said.get(name)) for name in names):
            raise self._unavailable(blamed, "metadata of another issuer, or without safe addresses")
        page, token, keys = (said[name] for name in names)
        userinfo = said.get("userinfo_endpoint")
        ways = said.get("token_endpoint_auth_methods_supported")
        return _Metadata(
            self.client.issuer,
            page,
            token,
            keys,
            userinfo if _is_safe(userinfo) else None,
            takes_basic=(not isinstance(ways, list) or "client_secret_basic" in ways) and not self.client.client_key,
            until=self._clock() + REMEMBERED,
        )

    async def _traded(self, metadata: _Metadata, code: str, visit: Visit) -> dict[str, Any]:
        client = self.client
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": visit.return_url,
            "code_verifier": visit.verifier,
        }
        secret, auth = self._secret(), None
        if secret and metadata.takes_basic:
            auth = (quote(client.client_id, safe=""), quote(secret, safe=""))  # RFC 6749, 2.3.1
        else:
            form |= {"client_id": client.client_id, **({"client_secret": secret} if secret else {})}
        answer = await self._asked("POST", metadata.token, "code", form=form, auth=auth)
        said = self._document_of(answer, "code")
        if answer.status == 400 and said.get("error") == "invalid_grant":
            raise ProviderRejected("code")
        if answer.status != 200:
            raise self._unavailable("code", f"{answer.status} {str(said.get('error', ''))[:40]}")
        return said

    def _secret(self) -> str:
        client = self.client
        if not client.client_key:
            return client.client_secret
        from commerce.accounts.providers.oidc_tokens import signed_secret  # noqa: PLC0415

        return signed_secret(
            client.client_key,
            key_id=client.key_id,
            team=client.team,
            client_id=client.client_id,
            audience=client.issuer,
            now=self._clock(),
        )

    async def _claims(self, metadata: _Metadata, said: dict[str, Any], visit: Visit) -> dict[str, Any]:
        """What the signed token says. A key that is unknown may be new: then the keys are looked up once more."""
        from commerce.accounts.providers import oidc_tokens  # noqa: PLC0415

        access_token = said.get("access_token")

        async def claims(keys: "list[Key]") -> dict[str, Any]:
            return oidc_tokens.claims_of(
                str(said.get("id_token", "")),
                keys,
                issuer=metadata.issuer,
                client_id=self.client.client_id,
                nonce=visit.nonce,
                access_token=access_token if isinstance(access_token, str) else None,
                now=self._clock(),
            )

        try:
            try:
                return await claims(await self._keys_at(metadata, REMEMBERED))
            except oidc_tokens.KeyUnknown:
                return await claims(await self._keys_at(metadata, PAUSE))
        except oidc_tokens.NotProven as error:
            log.warning("identity token refused", provider=self.name, reason=error.reason)
            raise ProviderRejected("code") from None

    async def _keys_at(self, metadata: _Metadata, age: timedelta) -> "list[Key]":
        """The provider's keys, looked up unless that was done within this time."""
        from commerce.accounts.providers.oidc_tokens import keys_from  # noqa: PLC0415

        async with self._in_turn("code"):
            if self._keys_of is None or self._keys_of + age <= self._clock():
                self._keys = keys_from(await self._document(metadata.keys, "code"))
                self._keys_of = self._clock()
            return self._keys

    async def _more(self, metadata: _Metadata, said: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
        """What some providers tell only when they are asked for it: an e-mail address, of the same person."""
        token = said.get("access_token")
        if (
            "email" in claims
            or "email" not in self.client.scopes
            or not metadata.userinfo
            or not isinstance(token, str)
        ):
            return {}
        try:
            answer = await self._outside.ask("GET", metadata.userinfo, headers={"Authorization": f"Bearer {token}"})
            told = answer.document() if answer.status == 200 else {}
        except Unanswered:  # who they are is known all the same
            return {}
        return told if told.get("sub") == claims["sub"] else {}

    async def _document(self, address: str, blamed: str) -> dict[str, Any]:
        answer = await self._asked("GET", address, blamed, headers={"Accept": "application/json"})
        if answer.status != 200:
            raise self._unavailable(blamed, str(answer.status))
        return self._document_of(answer, blamed)

    async def _asked(self, method: str, address: str, blamed: str, **given: Any) -> Answer:
        try:
            return await self._outside.ask(method, address, **given)
        except Unanswered as error:
            raise self._unavailable(blamed, error.reason) from None

    def _document_of(self, answer: Answer, blamed: str) -> dict[str, Any]:
        try:
            return answer.document()
        except Unanswered as error:
            raise self._unavailable(blamed, error.reason) from None

    def _unavailable(self, blamed: str, reason: str) -> ProviderUnavailable:
        log.warning("identity provider did not answer", provider=self.name, reason=reason)
        return ProviderUnavailable(blamed, provider=self.title)


def _is_safe(address: object) -> bool:
    """Whether an address is one that nobody on the way can change. On the same machine that is any."""
    try:
        parts = urlsplit(address) if isinstance(address, str) else None
    except ValueError:
        return False
    return parts is not None and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL))


def _email(claims: Mapping[str, Any]) -> Proof | None:
    """An address that the provider says it has seen to be theirs, in so many words. One that we spell with other letters
    than it does may be somebody else's.
    """
    given, verified = claims.get("email"), claims.get("email_verified")
    if not isinstance(given, str) or not (verified is True or verified == "true"):
        return None
    email = emails.normal_email(given)
    is_same = given.isascii() or given == email
    return Proof(IdentityKind.EMAIL, EMAIL, email) if is_same and emails.is_email(email) else None


def _shown(name: str) -> str | None:
    return "".join(letter for letter in name if letter.isprintable()).strip()[: emails.LONGEST_NAME] or None
