"""Runs GraphQL operations: each document is parsed, checked and compiled once, a request only runs its plan."""

from commerce.kit.execution.operations import NoOperation, Operation, Operations

__all__ = ["NoOperation", "Operation", "Operations"]
