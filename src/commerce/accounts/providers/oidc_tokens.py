"""What a provider of OpenID Connect signs, and whether it did. Loaded when somebody first comes by such a provider."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Those by which only the provider can sign. Among them is none for which its public key would do as a secret."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""
LONGEST = 20_000
SECRET_LIFE = timedelta(minutes=5)


class NotProven(Exception):
    """A token that proves nothing; `reason` says why, and nothing of the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeyUnknown(NotProven):
    """A token that names a key which the provider has not shown us yet."""


def challenge_of(verifier: str) -> str:
    """What is shown of a secret that is told only when a code is traded in (PKCE)."""
    challenge: str = create_s256_code_challenge(verifier)
    return challenge


def keys_from(document: Mapping[str, Any]) -> list[Key]:
    """The keys in a provider's document that can verify; those that we cannot read are passed over."""
    found, given = [], document.get("keys")
    for one in given if isinstance(given, list) else ():
        try:
            if one.get("kty") in ("RSA", "EC", "OKP") and one.get("use", "sig") == "sig":
                found += list(KeySet.import_key_set({"keys": [one]}))
        except (JoseError, ValueError, AttributeError, TypeError):
            continue
    return found


def claims_of(
    id_token: str, keys: list[Key], *, issuer: str, client_id: str, nonce: str, access_token: str | None, now: datetime
) -> dict[str, Any]:
    """What a provider says of somebody who was sent there with this nonce. NotProven unless all of it holds."""
    if len(id_token) > LONGEST:
        raise NotProven("too long")
    key_id = _header(id_token).get("kid")
    matching = [key for key in keys if key_id is None or key.kid == key_id]
    if not matching:
        raise KeyUnknown("unknown key")
    token = _verified(id_token, matching)
    options = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
    claims = CodeIDToken(
        token.claims,
        token.header,
        options,
        {"client_id": client_id, "nonce": nonce, "access_token": access_token},
    )
    try:
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        raise NotProven(str(error)[:100] or type(error).__name__) from None
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255 or not claims["sub"].isprintable():
        raise NotProven("no subject")
    return dict(claims)


def _verified(id_token: str, keys: list[Key]) -> jwt.Token:
    for key in keys:
        try:
            return jwt.decode(id_token, key, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError, TypeError):
            continue
    raise NotProven("bad signature")


def _header(id_token: str) -> dict[str, Any]:
    head = id_token.partition(".")[0]
    try:
        found = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except ValueError:
        raise NotProven("not a token") from None
    if not isinstance(found, dict):
        raise NotProven("not a token")
    return found


def signed_secret(pem: str, *, key_id: str, team: str, client_id: str, audience: str, now: datetime) -> str:
    """The secret of a client that has a key in its place, which is Apple's way: good for a few minutes."""
    claims = {
        "iss": team,
        "iat": int(now.timestamp()),
        "exp": int((now + SECRET_LIFE).timestamp()),
        "aud": audience,
        "sub": client_id,
    }
    return jwt.encode({"alg": "ES256", "kid": key_id}, claims, ECKey.import_key(pem), default_type=None)
