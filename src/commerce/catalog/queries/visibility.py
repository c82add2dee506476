"""What can be seen where and when."""

from typing import Any

from sqlalchemy import BindParameter, Boolean, ColumnElement, and_, bindparam, exists, or_
from sqlmodel import col

from commerce.catalog.models import Product, Publication
from commerce.catalog.values import ProductStatus, Sight


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


def in_sight() -> ColumnElement[bool]:
    """Whether the product of the statement can be seen by the `Sight` whose parts are bound."""
    return or_(bindparam("sees_all", type_=Boolean()), visible())


def eyes(sight: Sight) -> dict[str, Any]:
    """The bind parameters of `in_sight`."""
    return {"channel_key": sight.channel_key, "now": sight.now, "sees_all": sight.sees_all}
