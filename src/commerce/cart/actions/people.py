"""What is done with the carts of a person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from commerce.cart import queries
from commerce.kit.db import Reads, Session


async def export(reads: Reads, person: UUID) -> list[dict[str, Any]]:
    """The carts of a person in clear, latest first."""
    carts, lines = await queries.carts_of(reads, person), await queries.lines_of_person(reads, person)
    return [
        {
            "created_at": created_at.isoformat(),
            "state": state,
            "currency": currency,
            "note": reads.vault.open_any("note", note),
            "lines": [
                {"title": title, "quantity": quantity, "properties": properties}
                for cart, title, quantity, properties in lines
                if cart == key
            ],
        }
        for key, created_at, state, currency, note in carts
    ]


async def hand_over(session: Session, source: UUID, target: UUID) -> None:
    """Give the carts of one person to another, who turned out to be the same."""
    await queries.hand_over(session, source, target)


async def forget(session: Session, person: UUID) -> None:
    """Remove the carts of a person, whatever became of them, and their checkouts with them."""
    await queries.drop_of(session, person)


async def drop(session: Session, keys: Sequence[UUID]) -> None:
    """Remove carts, and their checkouts with them."""
    await queries.drop(session, keys)
