"""What is taxed with how much, and how parcels go where."""

from collections.abc import Sequence
from uuid import UUID

from commerce.kit.db import Session
from commerce.kit.money import Money
from commerce.seed.errors import blaming
from commerce.seed.values import MethodRow, ShippingRateRow, TaxClassRow, TaxRateRow, ZoneRow
from commerce.shipping import actions as shipping
from commerce.shipping import queries as shipping_queries
from commerce.shipping.values import Rate
from commerce.tax import actions as tax
from commerce.tax import queries as tax_queries
from commerce.tax.rules import ppm_of


async def add_taxes(session: Session, classes: Sequence[TaxClassRow], rates: Sequence[TaxRateRow]) -> None:
    """Add the classes and rates that are not there yet."""
    known = {found.code for found in await tax_queries.classes(session)}
    for row in classes:
        if row.code not in known:
            with blaming(row.origin):
                await tax.create_class(session, code=row.code, name=row.name)
    placed = {(found.country, found.region, found.class_code) for found in await tax_queries.placed_rates(session)}
    for rate in rates:
        if (rate.country, rate.region, rate.tax_class) not in placed:
            await _set_rate(session, rate)


async def _set_rate(session: Session, row: TaxRateRow) -> None:
    with blaming(row.origin):
        ppm = ppm_of(row.percent, "percent")
        await tax.set_rate(
            session, country=row.country, region=row.region, class_code=row.tax_class, ppm=ppm, name=row.name
        )


async def add_shipping(session: Session, rows: Sequence[ZoneRow], channels: dict[str, UUID]) -> None:
    """Add the zones and methods that are not there yet."""
    keys = await shipping_queries.zone_keys_by_code(session, [row.code for row in rows])
    groups = await shipping_queries.methods_of(session, list(keys.values()))
    known = {(found.zone_key, found.channel_key, found.code) for group in groups for found in group}
    for row in rows:
        if row.code not in keys:
            with blaming(row.origin):
                zone = await shipping.create_zone(session, code=row.code, name=row.name, countries=row.countries)
            keys[row.code] = zone.id
        for i, method in enumerate(row.methods):
            if (keys[row.code], channels[method.channel], method.code) not in known:
                await _add_method(session, method, keys[row.code], channels[method.channel], i)


async def _add_method(session: Session, row: MethodRow, zone_key: UUID, channel_key: UUID, position: int) -> None:
    facts = row.model_dump(exclude={"origin", "channel", "rates"})
    rates = [_rate(rate) for rate in row.rates]
    with blaming(row.origin):
        await shipping.create_method(
            session, zone_key=zone_key, channel_key=channel_key, **facts, position=position, rates=rates
        )


def _rate(row: ShippingRateRow) -> Rate:
    free_over = None if row.free_over is None else Money.of(row.free_over, row.currency)
    return Rate(Money.of(row.amount, row.currency), free_over)
