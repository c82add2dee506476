"""The one statement of our own. It is here because `make run` waits for it, and inventory's queries load GraphQL."""

from sqlalchemy import bindparam, select, true
from sqlmodel import col

from commerce.inventory.models import StockMovement
from commerce.inventory.values import Bucket, Ref
from commerce.kit.db import Database

_brought_goods = (
    select(true())
    .where(col(StockMovement.ref_kind) == bindparam("kind"), col(StockMovement.ref_id) == bindparam("key"))
    .where(col(StockMovement.bucket) == Bucket.ON_HAND.value)
    .limit(1)
)


async def brought_goods(database: Database, ref: Ref) -> bool:
    """Whether goods have come in for this cause."""
    return bool(await database.rows(_brought_goods, kind=ref.kind, key=ref.key))
