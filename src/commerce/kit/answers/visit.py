"""One question of somebody who is not known, from when it comes in to when it is answered."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from commerce.kit.answers.kept import Kept
from commerce.kit.context import Context
from commerce.kit.execution import Operation

LONGEST_ASKED = 20_000
"""Bytes of a request whose answer is kept. A longer one hardly ever comes twice."""
CREDENTIALS = frozenset({b"authorization", b"cookie", b"proxy-authorization"})
FORM = frozenset({b"accept", b"content-type", b"content-encoding"})
"""Headers that decide, beside those of the context, whether and in which form a request is answered."""


class Heeded(Mapping[str, str]):
    """Headers that note which of them were looked for: the answer depends on those, also on one that is not there."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name.lower())
        return self._headers[name]

    def __iter__(self) -> Iterator[str]:
        self.names |= self._headers.keys()
        return iter(self._headers)

    def __len__(self) -> int:
        self.names |= self._headers.keys()
        return len(self._headers)


@dataclass(slots=True)
class Visit:
    """A question whose answer may be kept for the next who asks it."""

    way: bytes
    moment: int
    at: datetime
    """The moment and the instant at which it was asked, before anything was read for it."""
    headers: Heeded
    key: bytes = b""
    varies: frozenset[str] = frozenset()
    """The headers that its context was settled from."""
    kept: Kept | None = None
    """The answer, once it is known that it is for everyone."""
    is_known: bool = False
    """Whether it was answered without being run for this visitor."""
    status: str = "fwd=miss"
    """How it came by its answer, in the words of RFC 9211."""


def way_of(head: bytes, headers: Sequence[tuple[bytes, bytes]], heeded: frozenset[bytes], asked: bytes) -> bytes | None:
    """A digest of all that decides about the answer to a request as it came; None if that may be who sent it."""
    if len(asked) > LONGEST_ASKED:
        return None
    parts = [head]
    for name, value in headers:
        if name in heeded:
            parts += name, value
        elif name in CREDENTIALS:
            return None
    parts += b"", asked
    return hashlib.blake2b(b"\n".join(parts), digest_size=24).digest()  # no header holds the end of a line


def key_of(operation: Operation, variables: Mapping[str, Any] | None, context: Context) -> bytes:
    """A digest of what is asked and in which context, however it was said."""
    assert operation.node is not None
    declared = {one.variable.name.value for one in operation.node.variable_definitions or ()}
    given = {name: value for name, value in (variables or {}).items() if name in declared}
    said = [operation.text, operation.name, given, context.extensions.get("context"), list(context.locales)]
    return hashlib.blake2b(orjson.dumps(said, option=orjson.OPT_SORT_KEYS), digest_size=24).digest()
