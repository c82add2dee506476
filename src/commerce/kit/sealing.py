"""Personal data at rest: sealed by AES-GCM under a key that is named in the value, and found by a keyed digest.

A label says what sort of thing a value is (`email`, `address`). It is authenticated with the value, so that what was
sealed as one thing cannot be put in the place of another. NIST SP 800-38D: 96 random bits of nonce, a 128-bit tag.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary
from sqlmodel import Field

FORMAT = b"\x01"
_NAMED = 4
_NONCE = 12
LABEL = "sealed"
"""Under this name a column's `info` holds the label of what is sealed in it."""
INDEXED = "index_of"
"""Under this name a column's `info` holds the sealed column beside it that it finds, as an `Index`."""


class Unreadable(Exception):
    """A sealed value that none of our keys opens. It is a fault: a key is missing, or somebody changed the value."""


@dataclass(frozen=True, slots=True)
class Index:
    """What an index column finds."""

    column: str
    label_in: str | None
    """The column with the label to digest under; that of the sealed column itself when None."""


@dataclass(frozen=True, slots=True, repr=False)
class _Key:
    name: bytes
    cipher: AESGCM
    digest: bytes


def _key(secret: str) -> _Key:
    made = HKDF(SHA256(), 64, salt=None, info=b"commerce personal data").derive(secret.encode())
    return _Key(hashlib.sha256(b"name:" + made).digest()[:_NAMED], AESGCM(made[:32]), made[32:])


class Vault:
    """Seals, opens and finds personal data. The first secret seals; all of them open and find, while keys are changed."""

    def __init__(self, secrets_: Sequence[str]) -> None:
        self._keys = [_key(secret) for secret in secrets_]
        self._by_name = {key.name: key for key in self._keys}

    def seal(self, label: str, text: str) -> bytes:
        """A text as it is kept: format, name of the key, nonce, and what AES-GCM makes of it."""
        key, nonce = self._key, secrets.token_bytes(_NONCE)
        return FORMAT + key.name + nonce + key.cipher.encrypt(nonce, text.encode(), label.encode())

    def open(self, label: str, sealed: bytes) -> str:
        """The text that was sealed under this label. Unreadable if none of our keys did it."""
        start = 1 + _NAMED
        key = self._by_name.get(bytes(sealed[1:start])) if sealed[:1] == FORMAT else None
        if key is None:
            raise Unreadable(label)
        nonce, hidden = sealed[start : start + _NONCE], sealed[start + _NONCE :]
        try:
            return key.cipher.decrypt(nonce, hidden, label.encode()).decode()
        except (InvalidTag, ValueError) as error:  # ValueError: cut short
            raise Unreadable(label) from error

    def open_any(self, label: str, sealed: bytes | None) -> str | None:
        """The text, where there may be none."""
        return None if sealed is None else self.open(label, sealed)

    def seal_any(self, label: str, text: str | None) -> bytes | None:
        """The sealed text, where there may be none."""
        return None if text is None else self.seal(label, text)

    def seal_document(self, label: str, document: dict[str, Any] | None) -> bytes | None:
        """A JSON document as it is kept."""
        return None if document is None else self.seal(label, orjson.dumps(document).decode())

    def open_document(self, label: str, sealed: bytes | None) -> dict[str, Any] | None:
        """The JSON document that was sealed under this label."""
        found: dict[str, Any] | None = None if sealed is None else orjson.loads(self.open(label, sealed))
        return found

    def index(self, label: str, text: str) -> bytes:
        """What a text in its normal form is found by: it tells nothing without our key."""
        return _digest(self._key, label, text)

    def indexes(self, label: str, text: str) -> list[bytes]:
        """All that a text may be found by while keys are changed, for `= any(…)`."""
        return [_digest(key, label, text) for key in self._keys]

    def is_current(self, sealed: bytes) -> bool:
        """Whether a value was sealed by the key that seals now."""
        return bytes(sealed[1 : 1 + _NAMED]) == self._key.name

    @property
    def name(self) -> bytes:
        """The name of the key that seals now."""
        return self._key.name

    @property
    def names(self) -> list[bytes]:
        """The names of all keys at hand."""
        return list(self._by_name)

    @property
    def _key(self) -> _Key:
        if not self._keys:
            raise Unreadable("no key is at hand")
        return self._keys[0]


def _digest(key: _Key, label: str, text: str) -> bytes:
    return hmac.digest(key.digest, f"{label}:{text}".encode(), "sha256")


NO_VAULT = Vault(())
"""For those who touch no personal data."""


def sealed(label: str, **options: Any) -> Any:
    """A column for what is sealed under a label."""
    return Field(sa_type=LargeBinary, sa_column_kwargs={"info": {LABEL: label}}, **options)


def index_of(column: str, *, label_in: str | None = None, **options: Any) -> Any:
    """A column that finds the sealed one beside it by `Vault.indexes`, under its label or the one in another column."""
    return Field(sa_type=LargeBinary, sa_column_kwargs={"info": {INDEXED: Index(column, label_in)}}, **options)
