"""Where we sell, where the goods lie, and how is paid."""

from collections.abc import Sequence
from uuid import UUID

from commerce.channels import actions as channels
from commerce.channels import queries as channel_queries
from commerce.inventory import actions as inventory
from commerce.inventory import queries as inventory_queries
from commerce.kit.db import Session
from commerce.payments import actions as payments
from commerce.payments import queries as payment_queries
from commerce.payments.providers import Providers
from commerce.seed.errors import blaming
from commerce.seed.values import ChannelRow, PaymentRow, WarehouseRow


async def add_warehouses(session: Session, rows: Sequence[WarehouseRow]) -> dict[str, UUID]:
    """Open the warehouses that are not there yet; the keys of all by code."""
    keys = await inventory_queries.warehouse_keys_by_code(session, [row.code for row in rows])
    for i, row in enumerate(rows):
        if row.code not in keys:
            facts = row.model_dump(exclude={"origin"})
            with blaming(row.origin):
                keys[row.code] = (await inventory.create_warehouse(session, **facts, position=i)).id
    return keys


async def add_channels(session: Session, rows: Sequence[ChannelRow], warehouses: dict[str, UUID]) -> dict[str, UUID]:
    """Open the channels that are not there yet; the keys of all by code."""
    keys = {market.code: market.key for market in await channel_queries.markets(session)}
    for row in rows:
        if row.code not in keys:
            facts = row.model_dump(exclude={"origin", "warehouses"})
            with blaming(row.origin):
                keys[row.code] = (await channels.create(session, **facts)).id
                await inventory.sell_from(session, keys[row.code], [warehouses[code] for code in row.warehouses])
    return keys


async def offer_payments(
    session: Session, rows: Sequence[PaymentRow], channels: Sequence[ChannelRow], keys: dict[str, UUID],
    providers: Providers,
) -> None:  # fmt: skip
    """Offer ways to pay where they are not yet. Test payments are left out where the shop or the channel takes none."""
    for channel in channels:
        known = await payment_queries.option_codes(session, keys[channel.code])
        for row in rows:
            is_meant = channel.code in (row.channels or [channel.code]) and row.code not in known
            if is_meant and _is_taken(row.code.partition(".")[0], providers, is_live=channel.is_live):
                with blaming(row.origin):
                    await payments.offer(
                        session, providers, keys[channel.code], row.code, row.name, row.instructions,
                        is_live=channel.is_live,
                    )  # fmt: skip


def _is_taken(provider: str, providers: Providers, *, is_live: bool) -> bool:
    if provider == "test":
        return provider in providers and not is_live
    return True
