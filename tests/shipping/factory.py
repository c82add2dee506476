"""Zones and methods for tests."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from commerce.app import Shop
from commerce.channels.values import Market
from commerce.kit.money import Money
from commerce.shipping import actions
from commerce.shipping.values import Rate


async def make_zone(shop: Shop, code: str = "europe", countries: Sequence[str] = ("DE", "FR")) -> UUID:
    async with shop.context().transaction() as session:
        return (await actions.create_zone(session, code=code, name={"en": code.title()}, countries=countries)).id


async def make_method(
    shop: Shop, market: Market, zone: UUID, code: str = "standard", rates: Sequence[Rate] | None = None, **given: Any
) -> UUID:
    options = {"name": {"en": code.title()}, "rates": [make_rate()] if rates is None else rates, **given}
    async with shop.context().transaction() as session:
        made = await actions.create_method(session, zone_key=zone, channel_key=market.key, code=code, **options)
    return made.id


def make_rate(amount: str = "4.90", free_over: str | None = None, currency: str = "EUR") -> Rate:
    return Rate(Money.of(amount, currency), Money.of(free_over, currency) if free_over else None)
