"""What we do with zones and methods."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from commerce.channels import queries as channels
from commerce.channels.rules import check_currency
from commerce.channels.values import Market
from commerce.i18n.values import Texts
from commerce.kit.checks import check_code
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, Refusal, Taken, raise_all
from commerce.shipping import queries, rules
from commerce.shipping.models import Method, Zone, ZoneCountry
from commerce.shipping.values import Rate


async def create_zone(session: Session, *, code: str, name: Texts, countries: Sequence[str]) -> Zone:
    """Add a zone of countries that are shipped to alike."""
    check_code(code, "input", "code")
    rules.check_countries(countries)
    zone = Zone(code=code, name=name)
    try:
        async with session.begin_nested():
            session.add(zone)
    except IntegrityError as error:
        raise Taken("input", "code", value=code) from error
    session.add_all([ZoneCountry(zone_id=zone.id, country=country) for country in countries])
    await session.flush()
    return zone


async def create_method(
    session: Session,
    *,
    zone_key: UUID,
    channel_key: UUID,
    code: str,
    name: Texts,
    description: Texts | None = None,
    min_days: int | None = None,
    max_days: int | None = None,
    tax_class: str = "standard",
    position: int = 0,
    is_active: bool = True,
    rates: Sequence[Rate] = (),
) -> Method:
    """Add a way to ship to a zone, for the customers of a channel."""
    check_code(code, "input", "code")
    rules.check_days(min_days, max_days)
    market = await _market(session, zone_key, channel_key)
    _check_rates(market, rates)
    method = Method(
        zone_id=zone_key,
        channel_id=channel_key,
        code=code,
        name=name,
        description=description or {},
        min_days=min_days,
        max_days=max_days,
        tax_class=tax_class,
        position=position,
        is_active=is_active,
    )
    try:
        async with session.begin_nested():
            session.add(method)
    except IntegrityError as error:
        raise Taken("input", "code", value=code) from error
    await queries.put_rates(session, method.id, rates)
    return method


async def _market(session: Session, zone_key: UUID, channel_key: UUID) -> Market:
    """The channel, which must exist as the zone must."""
    [zone] = await queries.zones_by_key(session, [zone_key])
    [market] = await channels.markets_by_key(session, [channel_key])
    if zone is None:
        raise NotFound("input", "zoneId")
    if market is None:
        raise NotFound("input", "channelId")
    return market


def _check_rates(market: Market, rates: Sequence[Rate]) -> None:
    rules.check_rates(rates)
    wrong: list[Refusal] = []
    for i, rate in enumerate(rates):
        try:
            check_currency(market, rate.amount.currency, "input", "rates", i, "price", "currencyCode")
        except Refusal as refusal:
            wrong.append(refusal)
    raise_all(wrong)


async def update_method(
    session: Session,
    key: UUID,
    *,
    name: Texts | None = None,
    description: Texts | None = None,
    min_days: int | None = None,
    max_days: int | None = None,
    tax_class: str | None = None,
    position: int | None = None,
    is_active: bool | None = None,
) -> Method:
    """Change what is given."""
    method = await _lock(session, key)
    method.name = name or method.name
    method.description = method.description if description is None else description
    method.min_days = method.min_days if min_days is None else min_days
    method.max_days = method.max_days if max_days is None else max_days
    rules.check_days(method.min_days, method.max_days)
    method.tax_class = tax_class or method.tax_class
    method.position = method.position if position is None else position
    method.is_active = method.is_active if is_active is None else is_active
    return method


async def set_rates(session: Session, key: UUID, rates: Sequence[Rate]) -> Method:
    """Say what a method costs, by currency. Without a rate in a currency it is not on offer there."""
    method = await _lock(session, key)
    [market] = await channels.markets_by_key(session, [method.channel_id])
    assert market is not None
    _check_rates(market, rates)
    await queries.put_rates(session, key, rates)
    return method


async def _lock(session: Session, key: UUID) -> Method:
    method = await queries.lock_method(session, key)
    if method is None:
        raise NotFound("input", "methodId")
    return method
