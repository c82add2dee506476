"""What lies where, and what of it can be promised."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from commerce.catalog.models import Variant
from commerce.inventory.models import ChannelWarehouse, Stock, Warehouse
from commerce.inventory.values import Free, Level, Place, Supply
from commerce.kit.db import Reads, Row, Session, among, metadata

FREE_UNITS = col(Stock.on_hand) - col(Stock.reserved) - col(Stock.committed) - col(Stock.safety)
"""Units of a variant in a warehouse that can be promised."""
_promised = func.sum(func.greatest(FREE_UNITS, 0))
_of_channel = (
    col(ChannelWarehouse.warehouse_id) == col(Stock.warehouse_id),
    col(ChannelWarehouse.channel_id) == bindparam("channel"),
)
_available = (
    select(col(Stock.variant_id), _promised)
    .join(ChannelWarehouse, _of_channel[0])
    .where(among(Stock.variant_id), _of_channel[1])
    .group_by(col(Stock.variant_id))
)
_available_of_products = (
    select(col(Variant.product_id), _promised)
    .join(Stock, col(Stock.variant_id) == col(Variant.id))
    .join(ChannelWarehouse, _of_channel[0])
    .where(among(Variant.product_id), _of_channel[1])
    .group_by(col(Variant.product_id))
)
_of_variant = (
    select(_promised)
    .select_from(Stock)
    .join(ChannelWarehouse, _of_channel[0])
    .where(col(Stock.variant_id) == col(Variant.id), _of_channel[1])
    .scalar_subquery()
)
_supplies = select(col(Variant.id), func.coalesce(_of_variant, 0), col(Variant.max_per_order)).where(among(Variant.id))
_lock_free = (
    select(col(Stock.variant_id), col(Stock.warehouse_id), col(ChannelWarehouse.priority), FREE_UNITS)
    .join(ChannelWarehouse, _of_channel[0])
    .where(among(Stock.variant_id), _of_channel[1])
    .order_by(col(Stock.variant_id), col(Stock.warehouse_id))
    .with_for_update(of=Stock)
)
_columns = (
    col(Stock.variant_id),
    col(Stock.warehouse_id),
    col(Stock.on_hand),
    col(Stock.reserved),
    col(Stock.committed),
    col(Stock.safety),
)
_levels = (
    select(*_columns)
    .join(Warehouse, col(Warehouse.id) == col(Stock.warehouse_id))
    .where(among(Stock.variant_id))
    .order_by(col(Warehouse.position), col(Warehouse.code))
)


def _places() -> Any:
    """Places as they are bound to a statement: one list of variants, one of warehouses."""
    names = ("variant_id", "warehouse_id")
    lists = [bindparam(f"each_{name}", type_=ARRAY(Uuid)) for name in names]
    return func.unnest(*lists).table_valued(*(column(name, Uuid) for name in names)).render_derived("place")


_place = _places()
_lock_levels = (
    select(*_columns)
    .join(
        _place,
        (col(Stock.variant_id) == _place.c.variant_id) & (col(Stock.warehouse_id) == _place.c.warehouse_id),
    )
    .order_by(col(Stock.variant_id), col(Stock.warehouse_id))
    .with_for_update(of=Stock)
)


def _make() -> Any:
    wanted = select(*_place.c).order_by(*_place.c)
    return upsert(metadata().tables["inventory_stock"]).from_select(["variant_id", "warehouse_id"], wanted)


_make_levels = _make().on_conflict_do_nothing()


def _bound(places: Sequence[Place]) -> dict[str, Any]:
    return {
        "each_variant_id": [place.variant_key for place in places],
        "each_warehouse_id": [place.warehouse_key for place in places],
    }


def _level(row: Row) -> Level:
    variant_key, warehouse_key, *counts = row
    return Level(Place(variant_key, warehouse_key), *counts)


async def available(reads: Reads, variant_keys: Sequence[UUID], channel_key: UUID) -> list[int]:
    """Units that a channel can promise of variants, over all its warehouses, in the variants' order."""
    found = dict(map(tuple, await reads.rows(_available, keys=list(variant_keys), channel=channel_key)))
    return [int(found.get(key, 0)) for key in variant_keys]


async def available_of_products(reads: Reads, product_keys: Sequence[UUID], channel_key: UUID) -> list[int]:
    """Units that a channel can promise of all variants of products, in the products' order."""
    found = dict(map(tuple, await reads.rows(_available_of_products, keys=list(product_keys), channel=channel_key)))
    return [int(found.get(key, 0)) for key in product_keys]


async def supplies(reads: Reads, variant_keys: Sequence[UUID], channel_key: UUID) -> list[Supply]:
    """Units that a channel can promise of variants and the most per order, in the variants' order."""
    rows = await reads.rows(_supplies, keys=list(variant_keys), channel=channel_key)
    found = {key: Supply(int(units), most) for key, units, most in rows}
    return [found.get(key, Supply(0)) for key in variant_keys]


async def levels(reads: Reads, variant_keys: Sequence[UUID]) -> list[list[Level]]:
    """The counts of variants in all warehouses that know them, in the variants' order."""
    found: dict[UUID, list[Level]] = {key: [] for key in variant_keys}
    for row in await reads.rows(_levels, keys=list(variant_keys)):
        found[row[0]].append(_level(row))
    return [found[key] for key in variant_keys]


async def lock_free(session: Session, variant_keys: Sequence[UUID], channel_key: UUID) -> list[Free]:
    """What the warehouses of a channel can promise, held until the transaction ends; always locked in one order."""
    rows = await session.rows(_lock_free, keys=list(variant_keys), channel=channel_key)
    return [Free(Place(variant, warehouse), priority, units) for variant, warehouse, priority, units in rows]


async def lock_levels(session: Session, places: Sequence[Place]) -> dict[Place, Level]:
    """The counts of these places, held until the transaction ends; always locked in one order."""
    found = [_level(row) for row in await session.rows(_lock_levels, **_bound(places))]
    return {level.place: level for level in found}


async def make_levels(session: Session, places: Sequence[Place]) -> None:
    """Begin to count in these places, from zero, where nothing was counted before."""
    await session.execute(_make_levels, _bound(places))


async def set_safety(session: Session, place: Place, units: int) -> None:
    """Keep so many units back from sale."""
    stock = metadata().tables["inventory_stock"]
    here = (stock.c.variant_id == place.variant_key, stock.c.warehouse_id == place.warehouse_key)
    await session.execute(update(stock).where(*here).values(safety=units))
