"""Where goods lie, and which channel sells from where."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select
from sqlmodel import col

from commerce.inventory import models
from commerce.inventory.models import ChannelWarehouse
from commerce.inventory.values import Warehouse
from commerce.kit.db import Reads, Session, among, keyed

_columns = (
    col(models.Warehouse.id),
    col(models.Warehouse.code),
    col(models.Warehouse.name),
    col(models.Warehouse.country),
    col(models.Warehouse.region),
    col(models.Warehouse.city),
    col(models.Warehouse.position),
)
_all = select(*_columns).order_by(col(models.Warehouse.position), col(models.Warehouse.code))
_by_key = select(*_columns).where(among(models.Warehouse.id))
_by_code = select(col(models.Warehouse.code), col(models.Warehouse.id)).where(among(models.Warehouse.code))
_of_channel = (
    select(*_columns)
    .join(ChannelWarehouse, col(ChannelWarehouse.warehouse_id) == col(models.Warehouse.id))
    .where(col(ChannelWarehouse.channel_id) == bindparam("channel"))
    .order_by(col(ChannelWarehouse.priority), col(models.Warehouse.id))
)


async def warehouses(reads: Reads) -> list[Warehouse]:
    """All warehouses, in display order."""
    return [Warehouse(*row) for row in await reads.rows(_all)]


async def warehouses_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Warehouse | None]:
    """Warehouses of these keys, in their order."""
    found = keyed(await reads.rows(_by_key, keys=list(keys)))
    return [Warehouse(*found[key]) if key in found else None for key in keys]


async def warehouse_keys_by_code(reads: Reads, codes: Sequence[str]) -> dict[str, UUID]:
    """The keys of warehouses, by their codes."""
    return dict(map(tuple, await reads.rows(_by_code, keys=list(codes))))


async def channel_warehouses(reads: Reads, channel_key: UUID) -> list[Warehouse]:
    """The warehouses that a channel sells from; the first is emptied first."""
    return [Warehouse(*row) for row in await reads.rows(_of_channel, channel=channel_key)]


async def lock_warehouse(session: Session, key: UUID) -> models.Warehouse | None:
    """The warehouse, held until the transaction ends."""
    return await session.get(models.Warehouse, key, with_for_update=True)


async def put_channel_warehouses(session: Session, channel_key: UUID, warehouse_keys: Sequence[UUID]) -> None:
    """Have a channel sell from these warehouses and no others, in this order."""
    await session.execute(delete(ChannelWarehouse).where(col(ChannelWarehouse.channel_id) == channel_key))
    rows = [
        {"channel_id": channel_key, "warehouse_id": key, "priority": i} for i, key in enumerate(warehouse_keys, start=1)
    ]
    if rows:
        await session.execute(insert(ChannelWarehouse), rows)
