"""Channels for tests."""

from typing import Any

from commerce.channels import actions
from commerce.channels.models import Channel
from commerce.shop import Shop


async def make_channel(shop: Shop, code: str = "web", **given: Any) -> Channel:
    options = {
        "name": {"en": "Web", "zh-Hans": "网店"},
        "locales": ["en", "zh-Hans"],
        "currencies": ["USD", "EUR"],
        "countries": ["US", "DE"],
        "prices_include_tax": False,
        "time_zone": "UTC",
        **given,
    }
    async with shop.context().transaction() as session:
        return await actions.create(session, code=code, **options)
