"""What is held for whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, String, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from commerce.inventory.models import Reservation, Stock
from commerce.inventory.queries.movement import bound, given_moves
from commerce.inventory.values import Held, Move, Owner, Place
from commerce.kit.db import Reads, Session, metadata

_TABLE = "inventory_reservation"
_own = (col(Reservation.owner_kind) == bindparam("whose_kind"), col(Reservation.owner_id) == bindparam("whose_key"))
_lock_held = (
    select(
        col(Reservation.variant_id),
        col(Reservation.warehouse_id),
        col(Reservation.reserved),
        col(Reservation.committed),
        col(Reservation.shipped),
    )
    .join(
        Stock,
        (col(Stock.variant_id) == col(Reservation.variant_id))
        & (col(Stock.warehouse_id) == col(Reservation.warehouse_id)),
    )
    .where(*_own)
    .order_by(col(Reservation.variant_id), col(Reservation.warehouse_id))
    .with_for_update(of=[Reservation, Stock])
)
_expired = (
    select(col(Reservation.owner_id))
    .where(
        col(Reservation.owner_kind) == bindparam("kind"),
        col(Reservation.expires_at) <= bindparam("now"),
        col(Reservation.reserved) > 0,
    )
    .distinct()
    .limit(bindparam("most"))
)


def _hold() -> Any:
    table, given = metadata().tables[_TABLE], given_moves()
    wanted = select(
        bindparam("whose_kind", type_=String),
        bindparam("whose_key", type_=Uuid),
        given.c.variant_id,
        given.c.warehouse_id,
        given.c.reserved,
        bindparam("until", type_=DateTime(timezone=True)),
    )
    columns = ["owner_kind", "owner_id", "variant_id", "warehouse_id", "reserved", "expires_at"]
    write = upsert(table).from_select(columns, wanted)
    more = {"reserved": table.c.reserved + write.excluded.reserved, "expires_at": write.excluded.expires_at}
    return write.on_conflict_do_update(index_elements=columns[:4], set_=more)


def _settle() -> Any:
    table, given = metadata().tables[_TABLE], given_moves()
    return (
        update(table)
        .values(
            reserved=table.c.reserved + given.c.reserved,
            committed=table.c.committed + given.c.committed,
            shipped=table.c.shipped - given.c.on_hand,
        )
        .where(
            table.c.owner_kind == bindparam("whose_kind"),
            table.c.owner_id == bindparam("whose_key"),
            table.c.variant_id == given.c.variant_id,
            table.c.warehouse_id == given.c.warehouse_id,
        )
    )


_write_hold = _hold()
_write_settle = _settle()


async def lock_held(session: Session, owner: Owner) -> list[Held]:
    """What is held for an owner, locked together with the stock until the transaction ends; always in one order."""
    rows = await session.rows(_lock_held, whose_kind=owner.kind, whose_key=owner.key)
    return [Held(Place(variant, warehouse), *counts) for variant, warehouse, *counts in rows]


async def hold(session: Session, owner: Owner, moves: Sequence[Move], expires_at: datetime | None) -> None:
    """Note for whom units were reserved, on top of what is held for the owner already."""
    named = {"whose_kind": owner.kind, "whose_key": owner.key, "until": expires_at}
    await session.execute(_write_hold, {**bound(moves), **named})


async def set_expiry(session: Session, owner: Owner, expires_at: datetime) -> None:
    """Say until when units are held for an owner."""
    statement = update(Reservation).where(
        col(Reservation.owner_kind) == owner.kind, col(Reservation.owner_id) == owner.key
    )
    await session.execute(statement.values(expires_at=expires_at))


async def settle(session: Session, owner: Owner, moves: Sequence[Move]) -> None:
    """Note what became of units that were held for an owner."""
    if moves:
        await session.execute(_write_settle, {**bound(moves), "whose_kind": owner.kind, "whose_key": owner.key})


async def expired_owners(reads: Reads, kind: str, now: datetime, most: int = 100) -> list[UUID]:
    """Owners of a kind for whom unpaid units are held longer than was agreed."""
    return [row[0] for row in await reads.rows(_expired, kind=kind, now=now, most=most)]
