"""An answer that is kept: its text, what it was read from, and how long it can be trusted."""

import base64
import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from struct import pack
from typing import Any

import orjson

OVERHEAD = 1_000
"""Bytes that an answer takes beside its text: its key, its tables, and the objects that hold them."""
_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"
_LONGEST_BEHIND = 65_535


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
        """Bytes that it takes; packed, JSON shrinks to a fourth or less."""
        return len(self.data) * 5 // 4 + OVERHEAD

    @cached_property
    def tag(self) -> str:
        """The weak entity tag of what anyone may be given: the same in every process and under every coding."""
        digest = hashlib.blake2b(written(self.data, self.extensions), digest_size=15).digest()
        return f'W/"{base64.urlsafe_b64encode(digest).decode()}"'

    def packed(self, extensions: Mapping[str, Any]) -> bytes:
        """The answer with these extensions, in gzip: the data are packed once, the rest is put behind them as it is."""
        data, checked, length = self._packed_data
        behind = _after(extensions)
        if len(behind) > _LONGEST_BEHIND:
            return zlib.compress(written(self.data, extensions), 1, wbits=31)
        stored = pack("<BHH", 1, len(behind), len(behind) ^ 0xFFFF) + behind  # a last block that is not packed
        return _GZIP + data + stored + pack("<II", zlib.crc32(behind, checked), length + len(behind) & 0xFFFF_FFFF)

    @cached_property
    def _packed_data(self) -> tuple[bytes, int, int]:
        """The data up to the end of a block, and the check sum and length that they begin."""
        text = _before(self.data)
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH), zlib.crc32(text), len(text)

    def parcel(self, versions: Sequence[str]) -> bytes:
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
    def of(cls, sent: bytes) -> "Parcel":
        """ValueError or TypeError for what is no parcel."""
        facts, _, data = sent.partition(b"\n")
        return cls(data=data, **orjson.loads(facts))


def written(data: bytes, extensions: Mapping[str, Any]) -> bytes:
    """An answer without errors, as JSON."""
    return _before(data) + _after(extensions)


def _before(data: bytes) -> bytes:
    return b'{"data":' + data


def _after(extensions: Mapping[str, Any]) -> bytes:
    return b',"extensions":' + orjson.dumps(extensions, default=str) + b"}" if extensions else b"}"
