"""Runs GraphQL operations: each document is parsed, checked and compiled once, a request only runs its plan."""

from commerce.kit.execution.operations import Document, Message, NoOperation, Operation, Operations

__all__ = ["Document", "Message", "NoOperation", "Operation", "Operations"]
