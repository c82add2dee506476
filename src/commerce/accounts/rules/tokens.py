"""Access tokens (JWT, Ed25519) and refresh tokens (256 random bits, kept as a hash)."""

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from commerce.accounts.values import Claims, TokenKeys
from commerce.kit import ids

ACCESS_LIFE = timedelta(minutes=15)
REFRESH_LIFE = timedelta(days=14)
RETRY_FOR = timedelta(seconds=60)
"""How long a client may repeat a refresh whose answer it did not get."""
ALGORITHM = "EdDSA"
ISSUER = "commerce"
_CLAIMS = {"iss", "sub", "sid", "iat", "exp"}
_CHECKS: Any = {"require": sorted(_CLAIMS), "verify_exp": False, "verify_iat": False, "verify_nbf": False}
"""Times are checked below, by the clock that the shop runs on."""


def keys_from(secret: str, *others: str) -> TokenKeys:
    """The keys that belong to the shop's secrets: the same in every process. The first signs, all of them verify."""
    private = _private(secret)
    pairs = [_named(one.public_key()) for one in (private, *map(_private, others))]
    refreshing = HKDF(SHA256(), 32, salt=None, info=b"commerce refresh tokens").derive(secret.encode())
    return TokenKeys(pairs[0][0], private, private.public_key(), dict(pairs), refreshing)


def _private(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(SHA256(), 32, salt=None, info=b"commerce access tokens, Ed25519").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def _named(public: Ed25519PublicKey) -> tuple[str, Ed25519PublicKey]:
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16], public


def jwks(keys: TokenKeys) -> dict[str, Any]:
    """The public keys, for whoever verifies our tokens elsewhere: RFC 7517 and 8037."""
    return {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": kid, "x": _encoded(public)}
            for kid, public in keys.verifying.items()
        ]
    }


def _encoded(public: Ed25519PublicKey) -> str:
    return base64.urlsafe_b64encode(public.public_bytes_raw()).decode().rstrip("=")


def access_token(keys: TokenKeys, claims: Claims, now: datetime, life: timedelta = ACCESS_LIFE) -> tuple[str, datetime]:
    """A signed access token, and when it ends."""
    issued = now.replace(microsecond=0)
    expires = issued + life
    payload = {
        "iss": ISSUER,
        "sub": ids.encode("account", claims.account),
        "sid": ids.encode("session", claims.session),
        "iat": int(issued.timestamp()),
        "exp": int(expires.timestamp()),
    }
    return jwt.encode(payload, keys.private, ALGORITHM, headers=_header(keys.kid)), expires


def _header(kid: str) -> dict[str, str]:
    return {"alg": ALGORITHM, "kid": kid, "typ": "JWT"}


def claims_of(keys: TokenKeys, token: str, now: datetime) -> Claims | None:
    """What a token says, if it is exactly one of ours and has not expired. Its header only chooses among our own keys."""
    try:
        kid = str(jwt.get_unverified_header(token).get("kid"))
        if kid not in keys.verifying:
            return None
        found = jwt.decode_complete(token, keys.verifying[kid], [ALGORITHM], options=_CHECKS, issuer=ISSUER)
    except (jwt.PyJWTError, ValueError):
        return None
    said = found["payload"]
    if found["header"] != _header(kid) or set(said) != _CLAIMS or not isinstance(said["exp"], int):
        return None
    if said["exp"] <= now.timestamp():
        return None
    account, session = ids.decode("account", said["sub"]), ids.decode("session", str(said["sid"]))
    return Claims(account, session, datetime.fromtimestamp(said["exp"], UTC)) if account and session else None


def bearer(header: str) -> str | None:
    """The token of an `Authorization` header; None when it is of another scheme or shape."""
    scheme, _, token = header.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def new_refresh_token() -> str:
    return secrets.token_urlsafe(32)


def next_refresh_token(keys: TokenKeys, token: str, retry_key: str | None) -> str:
    """The refresh token that follows one. With a key of the client it is the same each time, for nobody else (ADR 20)."""
    if retry_key is None:
        return new_refresh_token()
    made = hmac.digest(keys.refreshing, f"{refresh_hash(token)}:{retry_key}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def is_retry(used_at: datetime, next_used_at: datetime | None, now: datetime) -> bool:
    """Whether a token that comes a second time, with the key of the first, may be answered like the first time."""
    return next_used_at is None and now - used_at <= RETRY_FOR


def refresh_hash(token: str) -> str:
    """A refresh token as it is kept. It is random enough for a fast hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def can_be_used(revoked_at: datetime | None, expires_at: datetime, now: datetime) -> bool:
    """Whether a session still is one."""
    return revoked_at is None and expires_at > now
