"""Whose word the audit log is: entries are sealed by a key that only the shop has, and its head is signed for others.

The keys are made of the secrets of the audit log by HKDF. The first secret seals and signs; all of them are known, so that
what was written before a change can still be verified.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class NoNotary(Exception):
    """Something is to be written down where no key is at hand. It is a fault."""


@dataclass(frozen=True, slots=True, repr=False)
class _Key:
    name: str
    seal: bytes
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()


def _key(secret: str) -> _Key:
    made = HKDF(SHA256(), 64, salt=None, info=b"commerce audit log").derive(secret.encode())
    private = Ed25519PrivateKey.from_private_bytes(made[32:])
    return _Key(name_of(private.public_key().public_bytes_raw()), made[:32], private)


def name_of(public: bytes) -> str:
    """The name of a key, by which one tells whether it is the right one."""
    return hashlib.sha256(public).hexdigest()[:16]


class Notary:
    """Seals the entries of the audit log and signs its head."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = [_key(secret) for secret in secrets]
        self._by_name = {key.name: key for key in self._keys}

    @property
    def name(self) -> str:
        """The name of the key that seals now."""
        return self._key.name

    @property
    def public(self) -> bytes:
        """The public key that goes with the signatures made now: 32 bytes, Ed25519."""
        return self._key.public

    def seal(self, digest: bytes) -> bytes:
        """What only we can make of a digest."""
        return hmac.digest(self._key.seal, digest, "sha256")

    def knows(self, name: str) -> bool:
        """Whether a key of this name is among ours."""
        return name in self._by_name

    def is_sealed(self, name: str, digest: bytes, seal: bytes) -> bool:
        """Whether the key of this name made this seal."""
        return hmac.compare_digest(hmac.digest(self._by_name[name].seal, digest, "sha256"), seal)

    def sign(self, said: bytes) -> bytes:
        """A signature that anyone can check who has the public key."""
        return self._key.private.sign(said)

    def has_signed(self, name: str, said: bytes, signature: bytes) -> bool:
        """Whether the key of this name, if it is one of ours, signed this."""
        key = self._by_name.get(name)
        return key is not None and is_signed(key.public, said, signature)

    @property
    def _key(self) -> _Key:
        if not self._keys:
            raise NoNotary
        return self._keys[0]


def is_signed(public: bytes, said: bytes, signature: bytes) -> bool:
    """Whether the owner of a public key signed this."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def as_jwk(public: bytes) -> dict[str, str]:
    """A public key as RFC 8037 writes it."""
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": name_of(public), "x": x}


def from_jwk(jwk: dict[str, str]) -> bytes:
    """The public key within a JWK. ValueError if it is of another sort."""
    if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
        raise ValueError("An Ed25519 key is expected.")
    return base64.urlsafe_b64decode(jwk["x"] + "=")


NO_NOTARY = Notary(())
"""For those who write nothing down."""
