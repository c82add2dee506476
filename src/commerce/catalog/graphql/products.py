"""Products and variants, as the API says them. Prices, stock and lists are added from upstairs."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from typing import Annotated, Any, ClassVar, cast
from uuid import UUID

import strawberry

from commerce.catalog import queries
from commerce.catalog.graphql.attributes import AttributeValue, attributes_from
from commerce.catalog.graphql.categories import Brand, Category, Seo, brand_of, placed, seo_from
from commerce.catalog.graphql.media import Image, Media, image_from, media_from
from commerce.catalog.graphql.options import (
    ProductOption,
    SelectedOption,
    SelectedOptionInput,
    choices_from,
    options_from,
)
from commerce.catalog.graphql.sight import sight
from commerce.catalog.values import ProductStatus, Words
from commerce.i18n import rules as i18n
from commerce.i18n.values import Texts
from commerce.kit.actor import Permission
from commerce.kit.db import Row
from commerce.kit.graphql import (
    PUBLIC,
    Info,
    Node,
    argument,
    at_hand,
    batched,
    derived,
    described,
    described_enum,
    guarded,
    node_loader,
    object_type,
)
from commerce.kit.limits import costs
from commerce.kit.pagination import After, Before, Connection, First, Last, Window, connection, window
from commerce.kit.scalars import HTML, Locale

described_enum(
    {
        ProductStatus.DRAFT: "Not visible yet.",
        ProductStatus.ACTIVE: "On sale in the channels that it is published in.",
        ProductStatus.ARCHIVED: "Withdrawn.",
    }
)(ProductStatus)


@object_type(PUBLIC)
class ProductTranslation:
    """Texts of a product in one locale, as stored."""

    locale: Locale = described("Locale of these texts.")
    name: str | None = described("Name, or null when not translated.")
    slug: str | None = described("Address part, or null when not translated.")
    description: HTML | None = described("Description, or null when not translated.")


@object_type(PUBLIC)
class ProductVariant(Node):
    """One buyable version of a product. Stock and price belong to it."""

    prefix: ClassVar[str] = "variant"
    product_key: strawberry.Private[UUID]
    tax_class: strawberry.Private[str]
    product_name: strawberry.Private[Texts]
    choices: strawberry.Private[list[SelectedOption]]
    parent: strawberry.Private["Product | None"] = None
    sku: str = described("Stock keeping unit, unique in the shop.")
    barcode: str | None = described("GTIN, EAN or UPC; null when it has none.")

    @derived
    def name(self, info: Info) -> str:
        """Name in the current locale: its choices, `Red / M`, or the product's name when there is nothing to choose."""
        locales = info.context.locales
        labels = [i18n.pick(choice.value.labels, locales) for choice in self.choices]
        return " / ".join(labels) or i18n.pick(self.product_name, locales)

    @costs(items=3)
    @derived
    def selected_options(self) -> list[SelectedOption]:
        """One choice per option of the product, in display order."""
        return self.choices

    @batched
    async def product(variants: list["ProductVariant"], info: Info) -> list["Product"]:
        """Its product."""
        missing = list({variant.product_key for variant in variants if variant.parent is None})
        # Whoever holds a variant may see its product, also when it is withdrawn at this very moment.
        rows = await queries.products_by_key(info.context, missing, sight(info, sees_all=True)) if missing else []
        found = {row[0]: product_of(row) for row in rows if row is not None}
        return [variant.parent or found[variant.product_key] for variant in variants]

    @batched
    async def image(variants: list["ProductVariant"], info: Info) -> list[Image | None]:
        """Picture of this variant, else of one in its color, else the first of the product; null when there is none."""
        rows = await queries.variant_images(info.context, [variant.key for variant in variants])
        return [image_from(row) for row in rows]


@object_type(PUBLIC)
class Product(Node):
    """A thing that is sold, in one or more variants. Texts are in the locale of the context, with fallback."""

    prefix: ClassVar[str] = "product"
    names: strawberry.Private[Texts]
    slugs: strawberry.Private[Texts]
    brand_key: strawberry.Private[UUID | None]
    words: strawberry.Private[Words | None] = None
    """All its texts; None as long as nobody needed them."""
    tax_class: strawberry.Private[str]
    state: strawberry.Private[str]
    vendor_key: strawberry.Private[UUID]
    along: strawberry.Private[dict[type[Any], Any]] = field(default_factory=dict)
    """What whoever read it brought along, by kind, so that it need not be looked up."""
    updated_at: datetime = described("Last change.")

    @batched
    async def brand(products: list["Product"], info: Info) -> list[Brand | None]:
        """Brand; null when it has none."""
        keys = list({product.brand_key for product in products if product.brand_key is not None})
        rows = await queries.brands_by_key(info.context, keys) if keys else []
        found = {row[0]: brand_of(row) for row in rows if row is not None}
        return [found.get(product.brand_key) for product in products]

    @derived
    def slug(self, info: Info) -> str:
        """Address part, unique per locale. Differs from the one that was asked for when that is an old one."""
        return i18n.pick(self.slugs, info.context.locales)

    @derived
    def name(self, info: Info) -> str:
        """Name."""
        return i18n.pick(self.names, info.context.locales)

    @batched
    async def description(products: list["Product"], info: Info) -> list[HTML]:
        """Description; empty when there is none."""
        locales = info.context.locales
        return [HTML(i18n.pick(words.description, locales)) for words in await words_of(products, info)]

    @derived
    def content_locale(self, info: Info) -> Locale:
        """Locale that the texts were really served in; differs from the context after a fallback."""
        return Locale(i18n.served(self.names, info.context.locales) or info.context.locales[0])

    @batched
    async def translations(
        products: list["Product"],
        info: Info,
        locales: Annotated[list[Locale] | None, argument("Only these; all when left out.")] = None,
    ) -> list[list[ProductTranslation]]:
        """Stored texts, without fallback. A locale without any text is left out."""
        return [_translations(words, locales) for words in await words_of(products, info)]

    @batched
    async def seo(products: list["Product"], info: Info) -> list[Seo]:
        """Title and description for search engines."""
        return [seo_from(words, info.context.locales) for words in await words_of(products, info)]

    @guarded(Permission.PRODUCTS_READ)
    def status(self) -> ProductStatus | None:
        """Publication state."""
        return ProductStatus(self.state)

    @batched
    async def categories(products: list["Product"], info: Info) -> list[list[Category]]:
        """Categories, the main one first."""
        return [placed(rows) for rows in await queries.categories_of(info.context, _keys(products))]

    @batched
    async def attributes(products: list["Product"], info: Info) -> list[list[AttributeValue]]:
        """Descriptive attributes, in display order."""
        return [attributes_from(rows) for rows in await queries.attributes_of(info.context, _keys(products))]

    @batched
    async def options(products: list["Product"], info: Info) -> list[list[ProductOption]]:
        """Choices that span the variants, in display order."""
        return [options_from(rows) for rows in await queries.options_of(info.context, _keys(products))]

    @batched
    async def media(products: list["Product"], info: Info) -> list[list[Media]]:
        """Pictures and films, in display order."""
        groups = await queries.media_of(info.context, _keys(products))
        return [[media_from(row) for row in rows] for rows in groups]

    @batched
    async def featured_image(products: list["Product"], info: Info) -> list[Image | None]:
        """First picture; null when there is none."""

        async def look_up(keys: list[UUID]) -> list[Image | None]:
            return [image_from(row) for row in await queries.featured_images(info.context, keys)]

        return await at_hand(products, Image, look_up)

    @batched
    async def variants(
        products: list["Product"],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> list[Connection[ProductVariant]]:
        """Variants, in display order."""
        asked = window("position", first, after, last, before)
        groups = await queries.variants_of(info.context, _keys(products))
        return [_page(product, rows, asked) for product, rows in zip(products, groups, strict=True)]

    @batched
    async def variant(
        products: list["Product"],
        info: Info,
        options: Annotated[list[SelectedOptionInput], argument("One choice for each option of the product.")],
    ) -> list[ProductVariant | None]:
        """The variant with exactly these choices; null when there is none."""
        wanted = {choice.option: choice.value for choice in options}
        groups = await queries.variants_of(info.context, _keys(products))
        return [_chosen(product, rows, wanted) for product, rows in zip(products, groups, strict=True)]


def _keys(products: Sequence[Product]) -> list[UUID]:
    return [product.key for product in products]


async def words_of(products: Sequence[Product], info: Info) -> list[Words]:
    """All texts of each product; those that came without are looked up."""
    bare = [product for product in products if product.words is None]
    if bare:
        for product, texts in zip(bare, await queries.long_texts_of(info.context, _keys(bare)), strict=True):
            product.words = Words(product.names, product.slugs, *(texts or ({}, {}, {})))
    return [cast("Words", product.words) for product in products]


def _translations(words: Words, locales: Sequence[str] | None) -> list[ProductTranslation]:
    stored = sorted(words.name.keys() | words.slugs.keys() | words.description.keys())
    return [_translation(words, tag) for tag in stored if locales is None or tag in locales]


def _translation(words: Words, tag: str) -> ProductTranslation:
    html = words.description.get(tag)
    return ProductTranslation(
        locale=Locale(tag),
        name=words.name.get(tag),
        slug=words.slugs.get(tag),
        description=None if html is None else HTML(html),
    )


def _chosen(product: Product, rows: Sequence[Row], wanted: dict[str, str]) -> ProductVariant | None:
    variants = (variant_of(row, product) for row in rows)
    return next((one for one in variants if {c.option.code: c.value.code for c in one.choices} == wanted), None)


def _page(product: Product, rows: Sequence[Row], asked: Window) -> Connection[ProductVariant]:
    """A page of the variants of one product, which were all read."""

    async def counted() -> int:
        return len(rows)

    shown = [row for row in rows if asked.keys is None or (_place(row) > asked.keys) is asked.forward]
    shown = [row for row in shown if _place(row) != asked.keys]
    if not asked.forward:
        shown.reverse()
    page: Connection[ProductVariant] = connection(
        Connection[ProductVariant],
        shown[: asked.limit + 1],
        asked,
        node=lambda row: variant_of(row, product),
        keys=_place,
        counted=counted,
    )
    return page


def _place(row: Row) -> tuple[Any, ...]:
    return row[4], row[0]


def product_of(row: Row) -> Product:
    """A product from the columns of `queries.PRODUCT_COLUMNS`, and its long texts if they stand behind them."""
    key, names, slugs, tax_class, state, vendor_key, updated_at, brand_key, *texts = row
    return Product(
        key=key, names=names, slugs=slugs, words=Words(names, slugs, *texts) if texts else None, tax_class=tax_class,
        state=state, vendor_key=vendor_key, updated_at=updated_at, brand_key=brand_key,
    )  # fmt: skip


def variant_of(row: Row, parent: Product | None = None) -> ProductVariant:
    """A variant from its row."""
    key, product_key, sku, barcode, _position, product_name, tax_class, choices = row
    return ProductVariant(
        key=key, product_key=product_key, sku=sku, barcode=barcode, product_name=product_name, tax_class=tax_class,
        choices=choices_from(choices), parent=parent,
    )  # fmt: skip


async def load_products(info: Info, keys: Sequence[UUID]) -> list[Product | None]:
    """Products of these keys, in their order, with one statement; None for what the caller may not see."""
    rows = await queries.products_by_key(info.context, keys, sight(info))
    return [product_of(row) if row else None for row in rows]


async def load_variants(info: Info, keys: Sequence[UUID]) -> list[ProductVariant | None]:
    """Variants of these keys, in their order, with one statement; None for what the caller may not see."""
    rows = await queries.variants_by_key(info.context, keys, sight(info))
    return [variant_of(row) if row else None for row in rows]


@node_loader("product")
async def _products(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return await load_products(info, keys)


@node_loader("variant")
async def _variants(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return await load_variants(info, keys)
