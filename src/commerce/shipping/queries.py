"""Every statement about shipping."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlmodel import col

from commerce.kit.db import Reads, Row, Session, among, keyed
from commerce.kit.money import Money
from commerce.kit.reference import remembered
from commerce.shipping import models, values
from commerce.shipping.models import Rate, ZoneCountry

_options = (
    select(
        col(models.Method.id),
        col(models.Method.code),
        col(models.Method.name),
        col(models.Method.description),
        col(Rate.amount),
        col(Rate.free_over),
        col(models.Method.tax_class),
        col(models.Method.min_days),
        col(models.Method.max_days),
    )
    .join(Rate, col(Rate.method_id) == col(models.Method.id))
    .join(ZoneCountry, col(ZoneCountry.zone_id) == col(models.Method.zone_id))
    .where(
        col(models.Method.channel_id) == bindparam("channel"),
        col(models.Method.is_active),
        col(ZoneCountry.country) == bindparam("country"),
        col(Rate.currency) == bindparam("currency"),
    )
    .order_by(col(models.Method.position), col(models.Method.code), col(models.Method.id))
)
_zone_columns = (
    col(models.Zone.id),
    col(models.Zone.code),
    col(models.Zone.name),
    select(func.array_agg(aggregate_order_by(col(ZoneCountry.country), col(ZoneCountry.country))))
    .where(col(ZoneCountry.zone_id) == col(models.Zone.id))
    .scalar_subquery(),
)
_zones = select(*_zone_columns).order_by(col(models.Zone.code))
_zones_by_key = select(*_zone_columns).where(among(models.Zone.id))
_zones_by_code = select(col(models.Zone.code), col(models.Zone.id)).where(among(models.Zone.code))
_method_columns = (
    col(models.Method.id),
    col(models.Method.zone_id),
    col(models.Method.channel_id),
    col(models.Method.code),
    col(models.Method.name),
    col(models.Method.description),
    col(models.Method.min_days),
    col(models.Method.max_days),
    col(models.Method.tax_class),
    col(models.Method.position),
    col(models.Method.is_active),
)
_methods_by_key = select(*_method_columns).where(among(models.Method.id))
_methods_of_zones = (
    select(*_method_columns)
    .where(among(models.Method.zone_id))
    .order_by(col(models.Method.position), col(models.Method.code), col(models.Method.id))
)
_rates = (
    select(col(Rate.method_id), col(Rate.currency), col(Rate.amount), col(Rate.free_over))
    .where(among(Rate.method_id))
    .order_by(col(Rate.currency))
)


@remembered
async def options(reads: Reads, channel_key: UUID, country: str, currency: str) -> tuple[values.ShippingMethod, ...]:
    """Ways to ship from a channel to a country that have a rate in the currency, in display order."""
    rows = await reads.rows(_options, channel=channel_key, country=country, currency=currency)
    return tuple(_option(row, currency) for row in rows)


def _option(row: Row, currency: str) -> values.ShippingMethod:
    key, code, name, description, amount, free_over, tax_class, min_days, max_days = row
    return values.ShippingMethod(
        key,
        code,
        name,
        description,
        Money(amount, currency),
        None if free_over is None else Money(free_over, currency),
        tax_class,
        min_days,
        max_days,
    )


def _zone(row: Row) -> values.Zone:
    key, code, name, countries = row
    return values.Zone(key, code, name, tuple(countries or ()))


async def zones(reads: Reads) -> list[values.Zone]:
    """All zones, by code."""
    return [_zone(row) for row in await reads.rows(_zones)]


async def zones_by_key(reads: Reads, keys: Sequence[UUID]) -> list[values.Zone | None]:
    """Zones of these keys, in their order."""
    found = keyed(await reads.rows(_zones_by_key, keys=list(keys)))
    return [_zone(found[key]) if key in found else None for key in keys]


async def zone_keys_by_code(reads: Reads, codes: Sequence[str]) -> dict[str, UUID]:
    """The keys of zones, by their codes."""
    return dict(map(tuple, await reads.rows(_zones_by_code, keys=list(codes))))


async def methods_by_key(reads: Reads, keys: Sequence[UUID]) -> list[values.Method | None]:
    """Methods of these keys, in their order."""
    found = keyed(await reads.rows(_methods_by_key, keys=list(keys)))
    return [values.Method(*found[key]) if key in found else None for key in keys]


async def methods_of(reads: Reads, zone_keys: Sequence[UUID]) -> list[list[values.Method]]:
    """The methods of zones, open or not, in the zones' order."""
    found: dict[UUID, list[values.Method]] = {key: [] for key in zone_keys}
    for row in await reads.rows(_methods_of_zones, keys=list(zone_keys)):
        method = values.Method(*row)
        found[method.zone_key].append(method)
    return [found[key] for key in zone_keys]


async def rates_of(reads: Reads, method_keys: Sequence[UUID]) -> list[list[values.Rate]]:
    """The rates of methods, by currency, in the methods' order."""
    found: dict[UUID, list[values.Rate]] = {key: [] for key in method_keys}
    for key, currency, amount, free_over in await reads.rows(_rates, keys=list(method_keys)):
        free = None if free_over is None else Money(free_over, currency)
        found[key].append(values.Rate(Money(amount, currency), free))
    return [found[key] for key in method_keys]


async def lock_method(session: Session, key: UUID) -> models.Method | None:
    """The method, held until the transaction ends."""
    return await session.get(models.Method, key, with_for_update=True)


async def put_rates(session: Session, method_key: UUID, rates: Sequence[values.Rate]) -> None:
    """Give a method these rates and no others."""
    await session.execute(delete(Rate).where(col(Rate.method_id) == method_key))
    rows = [
        {
            "method_id": method_key,
            "currency": rate.amount.currency,
            "amount": rate.amount.amount,
            "free_over": rate.free_over.amount if rate.free_over else None,
        }
        for rate in rates
    ]
    if rows:
        await session.execute(insert(Rate), rows)
