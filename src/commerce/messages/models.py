"""Tables of the messages."""

from datetime import datetime
from uuid import UUID

from commerce.kit.db import Table, choice, instant
from commerce.kit.sealing import index_of, sealed
from commerce.messages.values import MessageKind, MessageState


class Message(Table, table=True):
    """A message to somebody. Whom it is for and what it says is sealed, and forgotten after a while."""

    __tablename__ = "messages_message"

    kind: MessageKind = choice(nullable=False)
    recipient: bytes = sealed("contact", nullable=False)
    recipient_index: bytes = index_of("recipient", nullable=False, index=True)
    """So that what was written to somebody can be forgotten with them."""
    content: bytes = sealed("message", nullable=False)
    person_id: UUID | None = None
    """Who must allow it, by the key of their account; null for what is written whether they like it or not."""
    purpose: str | None = None
    """What they must allow."""
    state: MessageState = choice(default=MessageState.QUEUED, nullable=False)
    tries: int = 0
    fault: str | None = None
    """Why the last try failed, in the carrier's words without any of the person's."""
    created_at: datetime = instant(nullable=False, index=True)
    sent_at: datetime | None = instant(nullable=True, default=None)
