"""What is written to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class MessageKind(StrEnum):
    """The way that a message takes."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"


class MessageState(StrEnum):
    """How far a message got."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    FAILED = "FAILED"
    WITHHELD = "WITHHELD"


@dataclass(frozen=True, slots=True)
class Recipient:
    """An e-mail address, or a phone number in E.164 form."""

    kind: MessageKind
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Permit:
    """What must be allowed, and by whom, for something to be written."""

    person: UUID
    purpose: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to write. Subject and text are English templates that are `spoken`; `facts` fill them in.

    The name of the template and the facts by themselves are for carriers that have their own approved texts.
    """

    template: str
    subject: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)
    life: timedelta | None = None
    """After what time it is of no use any more; None for what never is."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message as a carrier takes it over."""

    recipient: Recipient
    template: str
    facts: Mapping[str, str] = field(repr=False)
    subject: str
    text: str = field(repr=False)
    locales: Sequence[str]
    reference: str
    """Equal for each try at the same message."""
    written_at: datetime
    until: datetime | None = None
    """From when on it is of no use."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that was written, and what became of it."""

    message: Written
    state: MessageState
    fault: str | None
