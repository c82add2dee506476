"""How the counts change: always together with their lines in the ledger."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    DateTime,
    Integer,
    String,
    Uuid,
    bindparam,
    column,
    func,
    insert,
    select,
    union_all,
    update,
)
from sqlmodel import col

from commerce.inventory.models import StockMovement
from commerce.inventory.values import Bucket, Move, Place, Reason, Ref
from commerce.kit.db import Reads, Session, metadata

_LEDGER = "inventory_stock_movement"
_COUNTS = {"on_hand": Bucket.ON_HAND, "reserved": Bucket.RESERVED, "committed": Bucket.COMMITTED}


def given_moves() -> Any:
    """Moves as they are bound to a statement: one list for each of their parts.

    Binds are never named like columns: in an UPDATE, SQLAlchemy would also set the columns of these names.
    """
    kinds: dict[str, Any] = {"variant_id": Uuid, "warehouse_id": Uuid, **dict.fromkeys(_COUNTS, Integer)}
    lists = [bindparam(f"each_{name}", type_=ARRAY(kind)) for name, kind in kinds.items()]
    return func.unnest(*lists).table_valued(*(column(n, kind) for n, kind in kinds.items())).render_derived("move")


def bound(moves: Sequence[Move]) -> dict[str, Any]:
    """The values for `given_moves`."""
    return {
        "each_variant_id": [move.place.variant_key for move in moves],
        "each_warehouse_id": [move.place.warehouse_key for move in moves],
        **{f"each_{name}": [getattr(move, name) for move in moves] for name in _COUNTS},
    }


def _move() -> Any:
    stock, ledger, given = metadata().tables["inventory_stock"], metadata().tables[_LEDGER], given_moves()
    moved = (
        update(stock)
        .values({name: stock.c[name] + given.c[name] for name in _COUNTS})
        .where(stock.c.variant_id == given.c.variant_id, stock.c.warehouse_id == given.c.warehouse_id)
        .returning(
            stock.c.variant_id,
            stock.c.warehouse_id,
            *(stock.c[name] for name in _COUNTS),
            *(given.c[name].label(f"by_{name}") for name in _COUNTS),
        )
        .cte("moved")
    )
    cause = (
        bindparam("why", type_=String),
        bindparam("cause_kind", type_=String),
        bindparam("cause_key", type_=Uuid),
        bindparam("now", type_=DateTime(timezone=True)),
    )
    lines = [
        select(
            moved.c.variant_id,
            moved.c.warehouse_id,
            bindparam(f"bucket_{name}", bucket.value, type_=String),
            moved.c[f"by_{name}"],
            moved.c[name],
            *cause,
        ).where(moved.c[f"by_{name}"] != 0)
        for name, bucket in _COUNTS.items()
    ]
    columns = ["variant_id", "warehouse_id", "bucket", "delta", "balance_after", "reason", "ref_kind", "ref_id", "at"]
    return insert(ledger).from_select(columns, union_all(*lines))


_write = _move()
_known = select(col(StockMovement.variant_id), col(StockMovement.warehouse_id)).where(
    col(StockMovement.ref_kind) == bindparam("ref_kind"),
    col(StockMovement.ref_id) == bindparam("ref_id"),
    col(StockMovement.bucket) == Bucket.ON_HAND.value,
    col(StockMovement.reason) == bindparam("reason"),
)


async def move(session: Session, moves: Sequence[Move], reason: Reason, ref: Ref | None) -> None:
    """Change counts that are locked, and write the ledger."""
    if moves:
        kind, key = ref or (None, None)
        cause = {"why": reason.value, "cause_kind": kind, "cause_key": key, "now": session.now()}
        await session.execute(_write, {**bound(moves), **cause})


async def moved_by(reads: Reads, ref: Ref, reason: Reason) -> set[Place]:
    """Places where this cause has changed what lies there, for this reason."""
    rows = await reads.rows(_known, ref_kind=ref.kind, ref_id=ref.key, reason=reason.value)
    return {Place(*row) for row in rows}
