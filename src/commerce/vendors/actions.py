"""What we do with vendors."""

from uuid import UUID

from commerce.kit.db import Session
from commerce.vendors import queries


async def house(session: Session) -> UUID:
    """The key of the vendor that is the shop itself; it comes into being when first asked for."""
    key = await queries.house_key(session)
    if key is None:
        await queries.add_once(session, queries.HOUSE, {"en": "House", "zh-Hans": "自营"}, session.now())
        key = await queries.house_key(session)
    assert key is not None
    return key
