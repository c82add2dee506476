"""What we do to have products seen."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from commerce.catalog import queries
from commerce.catalog.actions.products import held_product
from commerce.catalog.errors import Archived
from commerce.catalog.events import ProductPublished, ProductUnpublished
from commerce.catalog.models import Product
from commerce.catalog.values import ProductStatus
from commerce.channels import queries as channels
from commerce.kit.db import Session
from commerce.kit.errors import Invalid, NotFound, Required, raise_all
from commerce.kit.events import record


async def publish(
    session: Session,
    key: UUID,
    channel_keys: Sequence[UUID],
    start: datetime | None = None,
    end: datetime | None = None,
) -> Product:
    """Have a product seen in channels from `start` (now) until just before `end` (never)."""
    product = await held_product(session, key)
    if product.status == ProductStatus.ARCHIVED:
        raise Archived("input", "productId")
    await _check_channels(session, channel_keys)
    begins = start or session.now()
    if end is not None and end <= begins:
        raise Invalid("input", "unpublishAt")
    await queries.publish(session, key, channel_keys, begins, end)
    product.status = ProductStatus.ACTIVE.value
    product.updated_at = session.now()
    record(session, ProductPublished(key, tuple(channel_keys)))
    return product


async def unpublish(session: Session, key: UUID, channel_keys: Sequence[UUID], end: datetime | None = None) -> Product:
    """Have a product seen in channels until just before `end` (now). Where it is not published, nothing happens."""
    product = await held_product(session, key)
    await _check_channels(session, channel_keys)
    ended = await queries.unpublish(session, key, channel_keys, end or session.now())
    if ended:
        product.updated_at = session.now()
        record(session, ProductUnpublished(key, tuple(ended)))
    return product


async def _check_channels(session: Session, keys: Sequence[UUID]) -> None:
    if not keys:
        raise Required("input", "channelIds")
    if len(set(keys)) != len(keys):
        raise Invalid("input", "channelIds")
    found = await channels.markets_by_key(session, keys)
    raise_all([NotFound("input", "channelIds", i) for i, market in enumerate(found) if market is None])
