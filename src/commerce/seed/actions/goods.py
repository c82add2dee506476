"""What variants cost, and how many there are."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from commerce.catalog import queries as catalog_queries
from commerce.inventory import actions as inventory
from commerce.inventory import queries as inventory_queries
from commerce.inventory.values import Ref
from commerce.kit.db import Session
from commerce.kit.money import Money
from commerce.pricing import actions as pricing
from commerce.pricing.values import Price, PriceEntry
from commerce.seed.errors import blaming
from commerce.seed.values import PriceRow, StockRow


async def set_prices(session: Session, rows: Sequence[PriceRow], channels: Mapping[str, UUID]) -> int:
    """Set all prices; of how many variants one is another now."""
    keys = await catalog_queries.variant_keys_by_sku(session, list({row.sku for row in rows}))
    entries = [PriceEntry(keys[row.sku], channels[row.channel], _price(row)) for row in rows]
    with blaming(*(row.origin for row in rows)):
        return len(await pricing.set_prices(session, entries))


def _price(row: PriceRow) -> Price:
    compare_at = None if row.compare_at is None else Money.of(row.compare_at, row.currency)
    return Price(Money.of(row.amount, row.currency), compare_at)


async def fill_up(session: Session, rows: Sequence[StockRow], warehouses: Mapping[str, UUID], ref: Ref) -> None:
    """Goods arrive where nothing was ever counted. What lies elsewhere is left alone: some of it was sold."""
    keys = await catalog_queries.variant_keys_by_sku(session, list({row.sku for row in rows}))
    levels = await inventory_queries.levels(session, list(keys.values()))
    counted = {level.place for group in levels for level in group}
    goods = [(keys[row.sku], warehouses[row.warehouse], row.quantity) for row in rows]
    new = [one for one in goods if one[:2] not in counted]
    if new:
        await inventory.receive(session, new, ref=ref)
