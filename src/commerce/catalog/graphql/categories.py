"""Brands and categories, as the API says them."""

from collections.abc import Mapping, Sequence
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.catalog import queries, rules
from commerce.catalog.graphql.media import Image, image_from
from commerce.catalog.values import Words
from commerce.i18n import rules as i18n
from commerce.i18n.values import Texts
from commerce.kit.db import Row
from commerce.kit.graphql import PART, PUBLIC, Info, Node, batched, derived, described, node_loader, object_type
from commerce.kit.limits import costs
from commerce.kit.scalars import HTML


@object_type(PART)
class Seo:
    """Texts for search engines."""

    title: str = described("Page title: the name where none was written.")
    description: str = described("Page description: the beginning of the description where none was written.")


def seo_from(words: Words, locales: Sequence[str]) -> Seo:
    """Texts for search engines in the caller's language."""
    title = i18n.pick(words.seo_title, locales) or i18n.pick(words.name, locales)
    written = i18n.pick(words.seo_description, locales)
    return Seo(title=title, description=written or rules.summary(i18n.pick(words.description, locales)))


@object_type(PUBLIC)
class Brand(Node):
    """A maker."""

    prefix: ClassVar[str] = "brand"
    slug: str = described("Address part, the same in all locales.")
    names: strawberry.Private[Texts]

    @derived
    def name(self, info: Info) -> str:
        """Name in the current locale."""
        return i18n.pick(self.names, info.context.locales)


@object_type(PUBLIC)
class Category(Node):
    """A place in the catalog tree."""

    prefix: ClassVar[str] = "category"
    path: strawberry.Private[Sequence[UUID]]
    words: strawberry.Private[Words]
    above: strawberry.Private[Mapping[UUID, "Category"] | None] = None

    @derived
    def slug(self, info: Info) -> str:
        """Address part, unique per locale."""
        return i18n.pick(self.words.slugs, info.context.locales)

    @derived
    def name(self, info: Info) -> str:
        """Name in the current locale."""
        return i18n.pick(self.words.name, info.context.locales)

    @derived
    def description(self, info: Info) -> HTML | None:
        """Description in the current locale; null when there is none."""
        return HTML(i18n.pick(self.words.description, info.context.locales)) or None

    @derived
    def seo(self, info: Info) -> Seo:
        """Title and description for search engines."""
        return seo_from(self.words, info.context.locales)

    @batched
    async def image(categories: list["Category"], info: Info) -> list[Image | None]:
        """Picture; null when it has none."""
        rows = await queries.category_images(info.context, [category.key for category in categories])
        return [image_from(row) for row in rows]

    @costs(items=4)
    @batched
    async def ancestors(categories: list["Category"], info: Info) -> list[list["Category"]]:
        """From the root down to the parent; empty at the top."""
        keys = list({key for category in categories if category.above is None for key in category.path})
        read = {one.key: one for one in await load_categories(info, keys) if one is not None} if keys else {}
        known = [read if category.above is None else category.above for category in categories]
        return [
            [found[key] for key in category.path if key in found]
            for category, found in zip(categories, known, strict=True)
        ]

    @batched
    async def children(categories: list["Category"], info: Info) -> list[list["Category"]]:
        """Direct children, in display order."""
        groups = await queries.children_of(info.context, [category.key for category in categories])
        return [[category_of(row) for row in rows] for rows in groups]


def category_of(row: Row) -> Category:
    """A category from its row."""
    key, path, *words = row
    return Category(key=key, path=path, words=Words(*words))


def placed(rows: Sequence[tuple[bool, Row]]) -> list[Category]:
    """The categories that a product was put into; they know those above them."""
    found = [(is_direct, category_of(row)) for is_direct, row in rows]
    known = {category.key: category for _, category in found}
    for _, category in found:
        category.above = known
    return [category for is_direct, category in found if is_direct]


def brand_of(row: Row) -> Brand:
    """A brand from its row."""
    key, slug, names = row
    return Brand(key=key, slug=slug, names=names)


async def load_categories(info: Info, keys: Sequence[UUID]) -> list[Category | None]:
    """Categories of these keys, in their order, with one statement."""
    return [category_of(row) if row else None for row in await queries.categories_by_key(info.context, keys)]


@node_loader("category")
async def _categories(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return await load_categories(info, keys)


@node_loader("brand")
async def _brands(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return [brand_of(row) if row else None for row in await queries.brands_by_key(info.context, keys)]
