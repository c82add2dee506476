"""The entries of the audit log, and what they are chained by."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from commerce.kit.actor import Actor, ActorKind
from commerce.kit.db import choice, document, instant

NOTHING = bytes(32)
"""What the first entry follows."""


def is_watched(actor: Actor) -> bool:
    """Whether what this caller does is written down: staff, apps, and whoever staff acts as."""
    return actor.kind in (ActorKind.STAFF, ActorKind.APP) or actor.behind is not None


@dataclass(slots=True)
class Deed:
    """What somebody does, while they do it. The facts hold ids, numbers and codes, and nothing of a person."""

    actor: Actor
    operation: str
    subject: str | None = None
    """Global id of what it is about."""
    channel: UUID | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class AuditEntry(SQLModel, table=True):
    """A deed as written down. Nothing refers to others by keys of the database: it outlasts what it tells of."""

    __tablename__ = "kit_audit"
    __table_args__ = (
        Index("ix_kit_audit_actor_id_position", "actor_id", "position"),
        Index("ix_kit_audit_behind_id_position", "behind_id", "position"),
        Index("ix_kit_audit_operation_position", "operation", "position"),
        Index("ix_kit_audit_subject_position", "subject", "position"),
    )

    position: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    """1, 2, 3 …, without gaps."""
    at: datetime = instant(nullable=False, index=True)
    actor_kind: ActorKind = choice(nullable=False)
    actor_id: UUID | None = None
    behind_id: UUID | None = None
    """The staff member who acted as the actor."""
    session_id: UUID | None = None
    operation: str
    subject: str | None = None
    channel_id: UUID | None = None
    facts: dict[str, Any] = document(nullable=False)
    key: str
    """Name of the key that sealed it."""
    previous: bytes
    """Digest of the entry before."""
    digest: bytes
    """SHA-256 of everything above."""
    seal: bytes
    """HMAC of the digest, which only the shop can make."""


class AuditCheckpoint(SQLModel, table=True):
    """How far the log had come at an instant, signed: what is cut off behind it is missed."""

    __tablename__ = "kit_audit_checkpoint"

    position: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    digest: bytes
    at: datetime = instant(nullable=False)
    key: str
    signature: bytes


COLUMNS = tuple(AuditEntry.model_fields)


def content_of(entry: AuditEntry | dict[str, Any]) -> dict[str, Any]:
    """What an entry says, as JSON has it: all that its digest is made of."""
    given = entry if isinstance(entry, dict) else {name: getattr(entry, name) for name in COLUMNS}
    said = {name: given[name] for name in COLUMNS if name not in ("digest", "seal")}
    keys = {name: str(said[name]) if said[name] else None for name in _KEYS}
    return {**said, **keys, "at": given["at"].astimezone(UTC).isoformat(), "previous": bytes(given["previous"]).hex()}


_KEYS = ("actor_id", "behind_id", "session_id", "channel_id")


def digest_of(content: dict[str, Any]) -> bytes:
    """SHA-256 of an entry's content in its one spelling: JSON without spaces, names in order."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()


def as_dict(row: Sequence[Any]) -> dict[str, Any]:
    """A row of all columns by their names."""
    return dict(zip(COLUMNS, row, strict=True))


def head_said(position: int, digest: bytes, at: datetime) -> bytes:
    """What is signed of a log that has come so far."""
    said = {
        "log": "commerce audit 1",
        "position": position,
        "digest": digest.hex(),
        "at": at.astimezone(UTC).isoformat(),
    }
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
