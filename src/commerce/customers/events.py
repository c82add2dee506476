"""What happened to customers."""

from dataclasses import dataclass
from uuid import UUID

from commerce.kit.events import Event


@dataclass(frozen=True)
class CustomerErased(Event):
    """Somebody was forgotten: their account is closed, and nothing tells any more whose it was."""

    customer: UUID
