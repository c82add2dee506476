"""The ledger, for staff."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, or_, select
from sqlmodel import col

from commerce.inventory.models import StockMovement
from commerce.inventory.values import Movement, Place, Ref
from commerce.kit.db import Reads, Row
from commerce.kit.pagination import Window, paged


def _asked(name: str) -> Any:
    column, given = getattr(StockMovement, f"{name}_id"), bindparam(name, type_=Uuid)
    return or_(given.is_(None), col(column) == given)


_filter = (_asked("variant"), _asked("warehouse"))
_movements: Any = select(
    col(StockMovement.id),
    col(StockMovement.variant_id),
    col(StockMovement.warehouse_id),
    col(StockMovement.bucket),
    col(StockMovement.delta),
    col(StockMovement.balance_after),
    col(StockMovement.reason),
    col(StockMovement.ref_kind),
    col(StockMovement.ref_id),
    col(StockMovement.at),
).where(*_filter)
_count = select(func.count()).select_from(StockMovement).where(*_filter)


@cache
def _page(forward: bool, from_key: bool) -> Any:
    newest: Any = col(StockMovement.id)
    return paged(_movements, [(newest, True)], forward=forward, from_key=from_key)


def movement_of(row: Row) -> Movement:
    number, variant, warehouse, bucket, delta, balance, reason, ref_kind, ref_key, at = row
    ref = Ref(ref_kind, ref_key) if ref_kind else None
    return Movement(number, Place(variant, warehouse), bucket, delta, balance, reason, ref, at)


async def movements(
    reads: Reads, asked: Window, variant_key: UUID | None = None, warehouse_key: UUID | None = None
) -> list[Row]:
    """A page of the ledger, the newest line first, as rows for `movement_of`."""
    statement = _page(asked.forward, asked.keys is not None)
    return list(await reads.rows(statement, variant=variant_key, warehouse=warehouse_key, **asked.params))


async def movements_count(reads: Reads, variant_key: UUID | None = None, warehouse_key: UUID | None = None) -> int:
    """How many lines the ledger has."""
    rows = await reads.rows(_count, variant=variant_key, warehouse=warehouse_key)
    return int(rows[0][0])
