"""Warehouses and stock for tests."""

from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import text

from commerce.app import Shop
from commerce.channels.values import Market
from commerce.inventory import actions
from commerce.inventory.values import Owner
from commerce.kit.ids import new_key

_numbers = count(1)


async def make_warehouse(shop: Shop, code: str | None = None, **given: Any) -> UUID:
    options = {"name": {"en": "Main"}, "country": "DE", **given}
    async with shop.context().transaction() as session:
        made = await actions.create_warehouse(session, code=code or f"warehouse-{next(_numbers)}", **options)
    return made.id


async def make_stock(shop: Shop, market: Market, *piles: Mapping[UUID, int]) -> list[UUID]:
    """One warehouse for each pile of units by variant; the market sells from them in this order."""
    warehouses = [await make_warehouse(shop) for _ in piles]
    async with shop.context().transaction() as session:
        await actions.sell_from(session, market.key, warehouses)
        goods = [
            (variant, warehouse, units)
            for warehouse, pile in zip(warehouses, piles, strict=True)
            for variant, units in pile.items()
        ]
        await actions.receive(session, goods)
    return warehouses


def make_owner() -> Owner:
    return Owner("order", new_key())


async def reserve(shop: Shop, market: Market, owner: Owner, *lines: tuple[UUID, int]) -> None:
    async with shop.context().transaction() as session:
        await actions.reserve(session, owner, lines, market.key)


async def counts(shop: Shop, warehouse: UUID, variant: UUID) -> tuple[int, int, int]:
    """On hand, reserved and committed."""
    async with shop.database.session() as session:
        rows = await session.execute(
            text(
                "select on_hand, reserved, committed from inventory_stock where variant_id = :v and warehouse_id = :w"
            ),
            {"v": variant, "w": warehouse},
        )
        return tuple(rows.one())  # type: ignore[return-value]


_LEDGER = """
select count(*) from inventory_stock s cross join lateral (
    values ('ON_HAND', on_hand), ('RESERVED', reserved), ('COMMITTED', committed)) as b(bucket, units)
where units <> (select coalesce(sum(delta), 0) from inventory_stock_movement m
    where m.variant_id = s.variant_id and m.warehouse_id = s.warehouse_id and m.bucket = b.bucket)
"""
_OWNERS = """
select count(*) from inventory_stock s where (reserved, committed) <> (
    select coalesce(sum(r.reserved), 0), coalesce(sum(r.committed), 0) from inventory_reservation r
    where r.variant_id = s.variant_id and r.warehouse_id = s.warehouse_id)
"""


async def check_books(shop: Shop) -> None:
    """The counts are the sums of the ledger, and what is held is held for somebody."""
    async with shop.database.session() as session:
        for statement in (_LEDGER, _OWNERS):
            assert (await session.execute(text(statement))).scalar_one() == 0
