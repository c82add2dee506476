"""Lookups in the catalog."""

from typing import Annotated

import strawberry

from commerce.catalog import queries
from commerce.catalog.graphql.categories import Brand, Category, brand_of, category_of
from commerce.catalog.graphql.products import Product, load_products, product_of
from commerce.catalog.graphql.sight import sight
from commerce.kit import ids
from commerce.kit.db import Row
from commerce.kit.graphql import ID, PUBLIC, Info, argument, described, one_of_input, query


@one_of_input
class ProductBy:
    """Exactly one way to name a product."""

    id: ID | None = described("Global id.", default=strawberry.UNSET)
    slug: str | None = described(
        "Slug in any locale, that of the context first; old slugs are followed.", default=strawberry.UNSET
    )
    sku: str | None = described("SKU of one of its variants.", default=strawberry.UNSET)


@strawberry.type
class LookupQuery:
    @query(PUBLIC)
    async def product(self, info: Info, by: Annotated[ProductBy, argument("Which one.")]) -> Product | None:
        """One product; null when it does not exist or is not on sale in the channel of the context."""
        if by.id:
            key = ids.decode(Product.prefix, by.id)
            return (await load_products(info, [key]))[0] if key else None
        row = await _row(by, info)
        return product_of(row) if row else None

    @query(PUBLIC)
    async def category(
        self,
        info: Info,
        slug: Annotated[str, argument("Slug in any locale, that of the context first; old slugs are followed.")],
    ) -> Category | None:
        """One category by its slug; null when there is none."""
        row = await queries.category_by_slug(info.context, slug, info.context.locales)
        return category_of(row) if row else None

    @query(PUBLIC)
    async def categories(self, info: Info) -> list[Category]:
        """Top of the catalog tree, in display order."""
        return [category_of(row) for row in await queries.root_categories(info.context)]

    @query(PUBLIC)
    async def brand(self, info: Info, slug: Annotated[str, argument("Its address part.")]) -> Brand | None:
        """One brand by its slug; null when there is none."""
        row = await queries.brand_by_slug(info.context, slug)
        return brand_of(row) if row else None


async def _row(by: ProductBy, info: Info) -> Row | None:
    if by.slug:
        return await queries.product_by_slug(info.context, by.slug, info.context.locales, sight(info))
    return await queries.product_by_sku(info.context, by.sku or "", sight(info))
