"""Proving that the audit log is as it was written: to oneself by its seals, to others by a signed head."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import bindparam, select
from sqlmodel import col

from commerce.kit.audit.entries import (
    COLUMNS,
    NOTHING,
    AuditCheckpoint,
    AuditEntry,
    as_dict,
    content_of,
    digest_of,
    head_said,
)
from commerce.kit.audit.writing import last_of
from commerce.kit.db import Reads, Row, Session
from commerce.kit.notary import Notary, as_jwk, from_jwk, is_signed

BATCH = 1000

_following = (
    select(*(col(getattr(AuditEntry, name)) for name in COLUMNS))
    .where(col(AuditEntry.position) > bindparam("after"))
    .order_by(col(AuditEntry.position))
    .limit(bindparam("most"))
)
_digest_at = select(col(AuditEntry.digest)).where(col(AuditEntry.position) == bindparam("position"))
_checkpoints = select(
    col(AuditCheckpoint.position),
    col(AuditCheckpoint.digest),
    col(AuditCheckpoint.at),
    col(AuditCheckpoint.key),
    col(AuditCheckpoint.signature),
).order_by(col(AuditCheckpoint.position))


class Wrong(StrEnum):
    """What is wrong at a position of the log."""

    MISSING = "MISSING"
    CHANGED = "CHANGED"
    FORGED = "FORGED"
    OUT_OF_PLACE = "OUT_OF_PLACE"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    UNSIGNED = "UNSIGNED"


MEANINGS = {
    Wrong.MISSING: "an entry is missing",
    Wrong.CHANGED: "the entry says something else than was written",
    Wrong.FORGED: "the entry was not written by the shop",
    Wrong.OUT_OF_PLACE: "the entry does not follow the one before it",
    Wrong.UNKNOWN_KEY: "the entry was sealed by a key that is not at hand",
    Wrong.UNSIGNED: "the checkpoint was not signed by the shop",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with the log, and where."""

    position: int
    wrong: Wrong

    def __str__(self) -> str:
        return f"{self.position}: {MEANINGS[self.wrong]}."


class Chain:
    """Follows a log from its first entry on, and tells what does not fit."""

    def __init__(self, notary: Notary | None) -> None:
        self.notary = notary
        self.position = 0
        self.digest = NOTHING
        self._is_torn = False
        """Whether the entry before was wrong, so that this one cannot be held to it."""

    def follow(self, entry: Mapping[str, Any], content: dict[str, Any]) -> Iterator[Finding]:
        """What is wrong with the next entry."""
        position, found = entry["position"], list[Finding]()
        found += [
            Finding(missing, Wrong.MISSING)
            for missing in range(self.position + 1, min(position, self.position + BATCH))
        ]
        is_held = not found and not self._is_torn
        wrong = self._wrong(entry, content, is_held=is_held)
        found += [Finding(position, wrong)] if wrong else []
        self._is_torn = wrong not in (None, Wrong.UNKNOWN_KEY)
        self.position, self.digest = position, bytes(entry["digest"])
        yield from found

    def _wrong(self, entry: Mapping[str, Any], content: dict[str, Any], *, is_held: bool) -> Wrong | None:
        digest = bytes(entry["digest"])
        if digest_of(content) != digest:
            return Wrong.CHANGED
        if self.notary is not None:
            if not self.notary.knows(entry["key"]):
                return Wrong.UNKNOWN_KEY
            if not self.notary.is_sealed(entry["key"], digest, bytes(entry["seal"])):
                return Wrong.FORGED
        return Wrong.OUT_OF_PLACE if is_held and bytes(entry["previous"]) != self.digest else None


async def _entries(reads: Reads) -> AsyncIterator[dict[str, Any]]:
    """All entries in their order, a batch at a time."""
    after = 0
    while batch := await reads.rows(_following, after=after, most=BATCH):
        for row in batch:
            yield as_dict(row)
        after = batch[-1][0]


async def verify(reads: Reads, notary: Notary) -> tuple[int, list[Finding]]:
    """Go through the whole log: how far it goes, and all that is wrong with it."""
    chain, found = Chain(notary), list[Finding]()
    async for entry in _entries(reads):
        found += chain.follow(entry, content_of(entry))
    for row in await reads.rows(_checkpoints):
        found += await _missed(reads, notary, row)
    return chain.position, sorted(set(found), key=lambda finding: (finding.position, finding.wrong))


async def _missed(reads: Reads, notary: Notary, checkpoint: Row) -> list[Finding]:
    """What a checkpoint shows to be wrong."""
    position, digest, at, key, signature = checkpoint
    if not notary.has_signed(key, head_said(position, bytes(digest), at), bytes(signature)):
        return [Finding(position, Wrong.UNSIGNED)]
    return await held_to(reads, position, bytes(digest))


async def held_to(reads: Reads, position: int, digest: bytes) -> list[Finding]:
    """Whether the log still has the entry of this digest at a position."""
    rows = await reads.rows(_digest_at, position=position)
    if not rows:
        return [Finding(position, Wrong.MISSING)]
    return [] if bytes(rows[0][0]) == digest else [Finding(position, Wrong.CHANGED)]


async def checkpoint(session: Session) -> AuditCheckpoint | None:
    """Sign how far the log has come, unless that was done."""
    rows, known = await session.rows(last_of), await session.rows(_checkpoints)
    if not rows or (known and known[-1][0] >= rows[0][0]):
        return None
    position, digest, at = rows[0][0], bytes(rows[0][1]), session.now()
    signature = session.notary.sign(head_said(position, digest, at))
    made = AuditCheckpoint(position=position, digest=digest, at=at, key=session.notary.name, signature=signature)
    session.add(made)
    return made


async def export(reads: Reads, notary: Notary, now: datetime) -> AsyncIterator[bytes]:
    """The log as JSON lines, ended by its signed head and the key to check it with. Anyone can verify it without the shop."""
    position, digest = 0, NOTHING
    async for entry in _entries(reads):
        yield orjson.dumps({**content_of(entry), "digest": bytes(entry["digest"]).hex()}) + b"\n"
        position, digest = entry["position"], bytes(entry["digest"])
    signature = notary.sign(head_said(position, digest, now))
    head = {"position": position, "digest": digest.hex(), "at": now.astimezone(UTC).isoformat()}
    yield orjson.dumps({"head": head, "key": as_jwk(notary.public), "signature": signature.hex()}) + b"\n"


@dataclass(frozen=True, slots=True)
class Proof:
    """What an exported log says of itself."""

    position: int
    digest: bytes
    at: datetime
    key: str
    """Name of the key that signed it."""
    findings: Sequence[Finding]
    is_signed: bool


def read_proof(lines: Iterable[bytes], trusted: Mapping[str, str] | None = None) -> Proof:
    """Check an exported log by nothing but itself and the public key; ValueError for what is none.

    Without a trusted key the one in the file is taken: then the file is whole, by whoever holds the key of that name.
    """
    chain, found, last = Chain(None), list[Finding](), None
    for line in lines:
        said = orjson.loads(line)
        if "head" in said:
            last = said
            break
        digest = bytes.fromhex(said.pop("digest"))
        entry = {"position": said["position"], "previous": bytes.fromhex(said["previous"]), "digest": digest}
        found += chain.follow(entry, said)
    if last is None:
        raise ValueError("The signed head is missing.")
    return _proof(chain, found, last, from_jwk(dict(trusted or last["key"])))


def _proof(chain: Chain, found: list[Finding], last: dict[str, Any], public: bytes) -> Proof:
    head = last["head"]
    position, digest, at = head["position"], bytes.fromhex(head["digest"]), datetime.fromisoformat(head["at"])
    if position > chain.position:
        found.append(Finding(position, Wrong.MISSING))
    elif digest != chain.digest:
        found.append(Finding(chain.position, Wrong.CHANGED))
    good = is_signed(public, head_said(position, digest, at), bytes.fromhex(last["signature"]))
    return Proof(position, digest, at, as_jwk(public)["kid"], found, good)
