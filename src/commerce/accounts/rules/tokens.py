"""Access tokens (JWT, Ed25519) and refresh tokens (256 random bits, kept as a hash)."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from commerce.accounts.values import Claims, TokenKeys
from commerce.kit import ids

ACCESS_LIFE = timedelta(minutes=15)
REFRESH_LIFE = timedelta(days=14)
ALGORITHM = "EdDSA"
ISSUER = "commerce"
_CLAIMS = {"iss", "sub", "sid", "iat", "exp"}
_CHECKS: Any = {"require": sorted(_CLAIMS), "verify_exp": False, "verify_iat": False, "verify_nbf": False}
"""Times are checked below, by the clock that the shop runs on."""


def keys_from(secret: str) -> TokenKeys:
    """The key pair that belongs to the shop's secret: the same in every process."""
    seed = HKDF(SHA256(), 32, salt=None, info=b"commerce access tokens, Ed25519").derive(secret.encode())
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key()
    return TokenKeys(hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16], private, public)


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
    return jwt.encode(payload, keys.private, ALGORITHM, headers=_header(keys)), expires


def _header(keys: TokenKeys) -> dict[str, str]:
    return {"alg": ALGORITHM, "kid": keys.kid, "typ": "JWT"}


def claims_of(keys: TokenKeys, token: str, now: datetime) -> Claims | None:
    """What a token says, if it is exactly one of ours and has not expired."""
    try:
        found = jwt.decode_complete(token, keys.public, [ALGORITHM], options=_CHECKS, issuer=ISSUER)
    except (jwt.PyJWTError, ValueError):
        return None
    said = found["payload"]
    if found["header"] != _header(keys) or set(said) != _CLAIMS or not isinstance(said["exp"], int):
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


def refresh_hash(token: str) -> str:
    """A refresh token as it is kept. It is random enough for a fast hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def can_be_used(revoked_at: datetime | None, expires_at: datetime, now: datetime) -> bool:
    """Whether a session still is one."""
    return revoked_at is None and expires_at > now
