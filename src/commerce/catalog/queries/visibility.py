"""What can be seen where and when."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Boolean, ColumnElement, and_, bindparam, exists, or_, select, union_all
from sqlmodel import col

from commerce.catalog.models import Product, Publication
from commerce.catalog.values import ProductStatus, Sight
from commerce.kit.db import Reads
from commerce.kit.reference import remembered


def visible(key: Any = Product.id, status: Any = Product.status) -> ColumnElement[bool]:
    """Whether a product is on sale in the channel bound as `channel_key` at the instant bound as `now`.

    `key` and `status` are the columns of the product in the statement at hand.
    """
    start, end = col(Publication.published_at), col(Publication.unpublished_at)
    now: BindParameter[Any] = bindparam("now")
    published = exists().where(
        col(Publication.product_id) == col(key),
        col(Publication.channel_id) == bindparam("channel_key"),
        start <= now,
        or_(end.is_(None), end > now),
    )
    return and_(col(status) == ProductStatus.ACTIVE.value, published)


AHEAD = timedelta(minutes=2)
"""How far it is looked ahead for products that come into sight or leave it."""
_ends = union_all(select(col(Publication.published_at)), select(col(Publication.unpublished_at))).subquery()
_turns = select(_ends.c[0]).distinct().where(_ends.c[0] > bindparam("since"), _ends.c[0] <= bindparam("until"))


async def next_turn(reads: Reads, since: datetime) -> datetime | None:
    """The first instant after one at which a product comes into sight or leaves it by the clock, if that is soon."""
    instants = await _turns_after(reads, since.replace(second=0, microsecond=0))
    return min((instant for instant in instants if instant > since), default=None)


@remembered
async def _turns_after(reads: Reads, minute: datetime) -> tuple[datetime, ...]:
    """The turns from a minute on. They are remembered for as long as nobody publishes anything."""
    return tuple(instant for (instant,) in await reads.rows(_turns, since=minute, until=minute + AHEAD))


def in_sight() -> ColumnElement[bool]:
    """Whether the product of the statement can be seen by the `Sight` whose parts are bound."""
    return or_(bindparam("sees_all", type_=Boolean()), visible())


def eyes(sight: Sight) -> dict[str, Any]:
    """The bind parameters of `in_sight`."""
    return {"channel_key": sight.channel_key, "now": sight.now, "sees_all": sight.sees_all}
