"""An answer that is kept: its text, what it was read from, and how long it can be trusted."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

OVERHEAD = 1_000
"""Bytes that an answer takes beside its text: its key, its tables, and the objects that hold them."""


@dataclass(eq=False)
class Kept:
    """One answer without errors, that everyone who asks the same in the same context is told."""

    key: bytes
    data: bytes
    """The value of `data`, as JSON."""
    extensions: Mapping[str, Any]
    """What is told beside it, but for what concerns one caller."""
    language: str
    varies: frozenset[str]
    """The headers that its context was settled from."""
    tables: frozenset[str]
    """The tables that it was read from."""
    since: int
    """The moment before it was read, as this process counts them."""
    at: float
    until: float
    """From when to when it may be told, in seconds of the shop's clock."""
    ways: list[bytes] = field(default_factory=list)
    """Requests, as they came, that led here."""
    is_shared: bool = False
    """Whether the second level has it."""

    @property
    def size(self) -> int:
        return len(self.data) + OVERHEAD

    @cached_property
    def text(self) -> bytes:
        """The answer as anyone may be given it."""
        return written(self.data, self.extensions)

    @cached_property
    def tag(self) -> str:
        """The strong entity tag of `text`: equal answers have equal tags, in every process."""
        digest = hashlib.blake2b(self.text, digest_size=15).digest()
        return f'"{base64.urlsafe_b64encode(digest).decode()}"'

    def packed(self, versions: Sequence[str]) -> bytes:
        """As it travels to other processes, with the names of its tables' states: a line of facts, then the data."""
        facts = {
            "extensions": self.extensions, "language": self.language, "at": self.at, "until": self.until,
            "versions": dict(zip(sorted(self.tables), versions, strict=True)),
        }  # fmt: skip
        return orjson.dumps(facts) + b"\n" + self.data


@dataclass(frozen=True, slots=True)
class Parcel:
    """An answer as it came from another process."""

    data: bytes
    extensions: dict[str, Any]
    language: str
    at: float
    until: float
    versions: dict[str, str]

    @classmethod
    def of(cls, packed: bytes) -> "Parcel":
        """ValueError or TypeError for what is no parcel."""
        facts, _, data = packed.partition(b"\n")
        return cls(data=data, **orjson.loads(facts))


def written(data: bytes, extensions: Mapping[str, Any]) -> bytes:
    """An answer without errors, as JSON."""
    if not extensions:
        return b'{"data":' + data + b"}"
    return b'{"data":' + data + b',"extensions":' + orjson.dumps(extensions, default=str) + b"}"
