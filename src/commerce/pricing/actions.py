"""What we do with prices."""

from collections.abc import Sequence
from uuid import UUID

from commerce.kit.db import Session
from commerce.pricing import queries, rules
from commerce.pricing.values import PriceEntry


async def set_prices(session: Session, entries: Sequence[PriceEntry]) -> set[UUID]:
    """Set prices, all at once, and log those that change; the keys of the variants whose price is another one now."""
    rules.check_entries(entries)
    return await queries.put(session, entries)
