"""Reading the tree of categories, without a query per level."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlmodel import col

from commerce.catalog.models import Category, CategoryProduct, Slug, SlugKind
from commerce.kit.db import Reads, Row, among, grouped, keyed
from commerce.kit.reference import remembered, remembered_each

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
_key_by_slug = (
    select(col(Slug.target_id))
    .where(col(Slug.slug) == bindparam("slug"), col(Slug.kind) == SlugKind.CATEGORY.value)
    .order_by(
        func.array_position(bindparam("locales", type_=ARRAY(Text())), col(Slug.locale)).asc().nulls_last(),
        col(Slug.is_current).desc(),
        col(Slug.locale),
    )
    .limit(1)
)
_of_products = (
    select(col(CategoryProduct.product_id), col(CategoryProduct.is_direct), col(CategoryProduct.category_id))
    .where(among(CategoryProduct.product_id))
    .order_by(col(CategoryProduct.position), col(CategoryProduct.category_id))
)


@remembered_each
async def categories_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Row | None]:
    """Categories of these keys, in their order."""
    found = keyed(await reads.rows(_by_key, keys=list(keys)))
    return [_category(found[key]) if key in found else None for key in keys]


def _category(row: Row) -> Row:
    key, path, *words = row
    return key, tuple(path), *words


async def category_by_slug(reads: Reads, slug: str, locales: Sequence[str]) -> Row | None:
    """The category that a slug leads to, of old or in any language; those of `locales` win, in their order."""
    key = await _key_of(reads, slug, tuple(locales))
    return (await categories_by_key(reads, [key]))[0] if key else None


@remembered
async def _key_of(reads: Reads, slug: str, locales: tuple[str, ...]) -> UUID | None:
    rows = await reads.rows(_key_by_slug, slug=slug, locales=list(locales))
    return rows[0][0] if rows else None


@remembered
async def root_categories(reads: Reads) -> Sequence[Row]:
    """The top of the tree, in display order."""
    return tuple(map(_category, await reads.rows(_roots)))


@remembered_each
async def children_of(reads: Reads, keys: Sequence[UUID]) -> Sequence[Sequence[Row]]:
    """The children of each category, in display order."""
    groups = grouped(await reads.rows(_children, keys=list(keys)), keys)
    return [tuple(_category(row[1:]) for row in group) for group in groups]


async def categories_of(reads: Reads, product_keys: Sequence[UUID]) -> list[list[tuple[bool, Row]]]:
    """The categories of each product, the main one first: those that it was put into, marked, and all above those."""
    links = await reads.rows(_of_products, keys=list(product_keys))
    keys = list({category for _, _, category in links})
    known = dict(zip(keys, await categories_by_key(reads, keys), strict=True))
    groups = grouped(links, product_keys)
    return [[(is_direct, row) for _, is_direct, key in group if (row := known[key])] for group in groups]
