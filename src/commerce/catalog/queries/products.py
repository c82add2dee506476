"""Reading products, many at a time. Rows hold the columns that the API shows, in their order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, and_, bindparam, func, select
from sqlmodel import col

from commerce.catalog.models import Product, Slug, SlugKind, Variant
from commerce.catalog.queries.visibility import eyes, in_sight
from commerce.catalog.values import Sight
from commerce.kit.db import Reads, Row, among, keyed

PRODUCT_COLUMNS = (
    col(Product.id),
    col(Product.name),
    col(Product.slugs),
    col(Product.tax_class),
    col(Product.status),
    col(Product.vendor_id),
    col(Product.updated_at),
    col(Product.brand_id),
)
"""What `catalog.graphql.product_of` takes; it may be followed by the long texts, which lists rarely show."""
_LONG_TEXTS = (col(Product.description), col(Product.seo_title), col(Product.seo_description))
_long_texts = select(col(Product.id), *_LONG_TEXTS).where(among(Product.id))
_products = select(*PRODUCT_COLUMNS, *_LONG_TEXTS)
_by_key = _products.where(among(Product.id), in_sight())
_by_slug = (
    _products.join(Slug, and_(col(Slug.target_id) == col(Product.id), col(Slug.kind) == SlugKind.PRODUCT.value))
    .where(col(Slug.slug) == bindparam("slug"), in_sight())
    .order_by(
        func.array_position(bindparam("locales", type_=ARRAY(Text())), col(Slug.locale)).asc().nulls_last(),
        col(Slug.is_current).desc(),
        col(Slug.locale),
    )
    .limit(1)
)
_by_sku = _products.join(Variant, col(Variant.product_id) == col(Product.id)).where(
    col(Variant.sku) == bindparam("sku"), in_sight()
)


async def products_by_key(reads: Reads, keys: Sequence[UUID], sight: Sight) -> list[Row | None]:
    """Products of these keys, in their order; None for what is out of sight."""
    found = keyed(await reads.rows(_by_key, keys=list(keys), **eyes(sight)))
    return [found.get(key) for key in keys]


async def long_texts_of(reads: Reads, keys: Sequence[UUID]) -> list[Sequence[Any] | None]:
    """Description, title and description for search engines of each product."""
    found = keyed(await reads.rows(_long_texts, keys=list(keys)))
    return [tuple(found[key])[1:] if key in found else None for key in keys]


async def product_by_slug(reads: Reads, slug: str, locales: Sequence[str], sight: Sight) -> Row | None:
    """The product that a slug leads to, of old or in any language; those of `locales` win, in their order."""
    rows = await reads.rows(_by_slug, slug=slug, locales=list(locales), **eyes(sight))
    return rows[0] if rows else None


async def product_by_sku(reads: Reads, sku: str, sight: Sight) -> Row | None:
    """The product with the variant of this SKU."""
    rows = await reads.rows(_by_sku, sku=sku, **eyes(sight))
    return rows[0] if rows else None
