"""A provider of OpenID Connect: its own metadata, keys, page and tokens, and all the ways in which it can be wrong."""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ISSUER = "https://id.example.com"
CLIENT_ID, CLIENT_SECRET = "harbor-and-pine", "a secret/of the shop+with signs"


@dataclass
class Person:
    """Somebody with an account at the provider."""

    subject: str
    email: str | None = None
    is_verified: Any = True
    name: str | None = None

    def claims(self) -> dict[str, Any]:
        known = {"sub": self.subject, "name": self.name, "email": self.email}
        verified = {"email_verified": self.is_verified} if self.email else {}
        return {name: value for name, value in known.items() if value is not None} | verified


@dataclass
class _Granted:
    person: Person
    asked: dict[str, str]
    is_used: bool = False


@dataclass
class OidcFake:
    """The provider. `claims`, `header` and `signing` change what it signs."""

    clock: Any
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    granted: dict[str, _Granted] = field(default_factory=dict)
    tells_at_userinfo: bool = False
    sign: Any = None
    """How a token is signed, if in another way than it should."""
    outage: Any = None

    def __post_init__(self) -> None:
        self.keys = [RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})]
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.configuration),
                Route("/keys", self.jwks),
                Route("/token", self.token, methods=["POST"]),
                Route("/userinfo", self.userinfo),
            ]
        )

    def rotate(self, kid: str, *, kind: str = "EC") -> None:
        """From now on another key signs; the old one is no longer shown."""
        key = ECKey.generate_key("P-256", {"kid": kid}) if kind == "EC" else RSAKey.generate_key(2048, {"kid": kid})
        self.keys = [key]

    def agree(self, url: str, person: Person) -> tuple[str, str]:
        """Somebody opens the page and agrees: the code and the state that they go back with."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(24)
        self.granted[code] = _Granted(person, asked)
        return code, asked["state"]

    async def configuration(self, _request: Request) -> Response:
        await self._note("configuration")
        return JSONResponse(
            {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "userinfo_endpoint": f"{ISSUER}/userinfo",
                "jwks_uri": f"{ISSUER}/keys",
                "id_token_signing_alg_values_supported": ["RS256", "ES256", "none"],
                **self.metadata,
            }
        )

    async def jwks(self, _request: Request) -> Response:
        await self._note("keys")
        return JSONResponse(KeySet(self.keys).as_dict(private=False))

    async def token(self, request: Request) -> Response:
        await self._note("token")
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if self._client_of(request, form) != (CLIENT_ID, CLIENT_SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        granted = self.granted.get(form.get("code", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            granted is None
            or granted.is_used
            or granted.asked["redirect_uri"] != form.get("redirect_uri")
            or granted.asked["code_challenge"] != challenge
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        granted.is_used = True
        access = secrets.token_urlsafe(24)
        self.granted[access] = granted
        said = {"access_token": access, "token_type": "Bearer", "id_token": self._id_token(granted, access)}
        return JSONResponse(said)

    @staticmethod
    def _client_of(request: Request, form: dict[str, str]) -> tuple[str, str]:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return form.get("client_id", ""), form.get("client_secret", "")
        user, _, password = base64.b64decode(given).decode().partition(":")
        unquoted = parse_qs(f"u={user}&p={password}")
        return unquoted["u"][0], unquoted["p"][0]

    def _id_token(self, granted: _Granted, access: str) -> str:
        now = int(self.clock().timestamp())
        told = granted.person.claims()
        if self.tells_at_userinfo:
            told = {"sub": granted.person.subject}
        claims = {
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": granted.asked["nonce"],
            **told,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        key = self.keys[0]
        algorithm = "ES256" if isinstance(key, ECKey) else "RS256"
        header = {"alg": algorithm, "kid": key.kid, **self.header}
        return self.sign(header, claims, key) if self.sign else jwt.encode(header, claims, key)

    async def userinfo(self, request: Request) -> Response:
        await self._note("userinfo")
        granted = self.granted.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return JSONResponse(granted.person.claims() if granted else {"error": "invalid_token"}, 200 if granted else 401)

    async def _note(self, what: str) -> None:
        self.asked.append(what)
        if self.outage is not None:
            await self.outage(what)


def unsigned(header: dict[str, Any], claims: dict[str, Any], _key: Any) -> str:
    """A token of `alg: none`."""
    return f"{_encoded({**header, 'alg': 'none'})}.{_encoded(claims)}."


def signed_with_public_key(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """A token signed with the provider's public key as if that were a secret."""
    signed = f"{_encoded({**header, 'alg': 'HS256'})}.{_encoded(claims)}"
    digest = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def signed_by_stranger(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """A token signed by another key, under the name of the provider's."""
    return jwt.encode(header, claims, RSAKey.generate_key(2048, {"kid": key.kid}))


def _encoded(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
