"""What staff and apps did: each deed is written down in the transaction of its effect, and chained to the one before."""

from commerce.kit.audit.entries import AuditCheckpoint, AuditEntry, Deed, is_watched
from commerce.kit.audit.writing import add_facts, note, write_down

__all__ = [
    "AuditCheckpoint",
    "AuditEntry",
    "Deed",
    "add_facts",
    "is_watched",
    "note",
    "write_down",
]
