"""Reading the tree of categories, without a query per level."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, and_, bindparam, func, select
from sqlmodel import col

from commerce.catalog.models import Category, CategoryProduct, Slug, SlugKind
from commerce.kit.db import Reads, Row, among, grouped, keyed

_columns = (
    col(Category.id),
    col(Category.path),
    col(Category.name),
    col(Category.slugs),
    col(Category.description),
    col(Category.seo_title),
    col(Category.seo_description),
)
_in_order = (col(Category.position), col(Category.id))
_by_key = select(*_columns).where(among(Category.id))
_roots = select(*_columns).where(col(Category.parent_id).is_(None)).order_by(*_in_order)
_children = select(col(Category.parent_id), *_columns).where(among(Category.parent_id)).order_by(*_in_order)
_by_slug = (
    select(*_columns)
    .join(Slug, and_(col(Slug.target_id) == col(Category.id), col(Slug.kind) == SlugKind.CATEGORY.value))
    .where(col(Slug.slug) == bindparam("slug"))
    .order_by(
        func.array_position(bindparam("locales", type_=ARRAY(Text())), col(Slug.locale)).asc().nulls_last(),
        col(Slug.is_current).desc(),
        col(Slug.locale),
    )
    .limit(1)
)
_of_products = (
    select(col(CategoryProduct.product_id), col(CategoryProduct.is_direct), *_columns)
    .join(CategoryProduct, col(CategoryProduct.category_id) == col(Category.id))
    .where(among(CategoryProduct.product_id))
    .order_by(col(CategoryProduct.position), col(Category.id))
)


async def categories_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Row | None]:
    """Categories of these keys, in their order."""
    found = keyed(await reads.rows(_by_key, keys=list(keys)))
    return [found.get(key) for key in keys]


async def category_by_slug(reads: Reads, slug: str, locales: Sequence[str]) -> Row | None:
    """The category that a slug leads to, of old or in any language; those of `locales` win, in their order."""
    rows = await reads.rows(_by_slug, slug=slug, locales=list(locales))
    return rows[0] if rows else None


async def root_categories(reads: Reads) -> Sequence[Row]:
    """The top of the tree, in display order."""
    return await reads.rows(_roots)


async def children_of(reads: Reads, keys: Sequence[UUID]) -> list[list[Row]]:
    """The children of each category, in display order."""
    return [[row[1:] for row in group] for group in grouped(await reads.rows(_children, keys=list(keys)), keys)]


async def categories_of(reads: Reads, product_keys: Sequence[UUID]) -> list[list[tuple[bool, Row]]]:
    """The categories of each product, the main one first: those that it was put into, marked, and all above those."""
    groups = grouped(await reads.rows(_of_products, keys=list(product_keys)), product_keys)
    return [[(row[1], row[2:]) for row in group] for group in groups]
