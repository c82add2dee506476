"""Rows of the catalog, as tests want them."""

from typing import Any
from uuid import UUID

from commerce.app import Shop
from commerce.catalog import actions
from commerce.catalog.models import Brand, Category, Option, Product
from commerce.catalog.values import (
    AttributeDraft,
    AttributeKind,
    CategoryDraft,
    MediaDraft,
    ProductDraft,
    ValueDraft,
    VariantDraft,
)
from commerce.channels import actions as channels
from commerce.kit.ids import encode

COLORS = (ValueDraft("red", {"en": "Red", "zh-Hans": "红色"}, "#ff0000"), ValueDraft("blue", {"en": "Blue"}, "#0000ff"))
SIZES = (ValueDraft("s", {"en": "S"}), ValueDraft("m", {"en": "M"}))


async def make_channel(shop: Shop, code: str = "web", **given: Any) -> UUID:
    options = {
        "name": {"en": "Web"},
        "locales": ["en", "zh-Hans"],
        "currencies": ["USD"],
        "countries": ["US"],
        "prices_include_tax": False,
        "time_zone": "UTC",
        **given,
    }
    async with shop.context().transaction() as session:
        return (await channels.create(session, code=code, **options)).id


async def make_brand(shop: Shop, name: str = "Acme", **given: Any) -> Brand:
    async with shop.context().transaction() as session:
        return await actions.create_brand(session, {"en": name}, **given)


async def make_category(shop: Shop, name: str = "Mugs", parent: Category | None = None, **given: Any) -> Category:
    draft = CategoryDraft(name={"en": name}, parent_key=parent.id if parent else None, **given)
    async with shop.context().transaction() as session:
        return await actions.create_category(session, draft)


async def make_option(shop: Shop, code: str = "color", values: tuple[ValueDraft, ...] = COLORS) -> Option:
    async with shop.context().transaction() as session:
        return await actions.create_option(session, code, {"en": code.title()}, values)


async def make_attribute(shop: Shop, code: str, kind: AttributeKind, **given: Any) -> None:
    async with shop.context().transaction() as session:
        await actions.create_attribute(session, code, {"en": code.title()}, kind, **given)


async def make_product(shop: Shop, name: str = "Mug", channel: UUID | None = None, **given: Any) -> Product:
    """A product; on sale in the channel if one is given."""
    sku = name.upper().replace(" ", "-")
    draft = ProductDraft(**{"name": {"en": name}, "variants": (VariantDraft(sku),), **given})
    async with shop.context().transaction() as session:
        product = await actions.create_product(session, draft)
        if channel is not None:
            await actions.publish(session, product.id, [channel])
    return product


async def make_full_shop(shop: Shop, *names: str) -> None:
    """A shop on the web with products of these names, each with something of everything."""
    channel = await make_channel(shop)
    await make_option(shop)
    await make_option(shop, "size", SIZES)
    await make_attribute(shop, "material", AttributeKind.ENUM, values=[ValueDraft("clay", {"en": "Clay"})])
    mugs = await make_category(shop, "Mugs", await make_category(shop, "Home"))
    brand = await make_brand(shop)
    for name in names:
        variants = tuple(
            VariantDraft(f"{name}-{color.code}-{size.code}", {"color": color.code, "size": size.code})
            for color in COLORS
            for size in SIZES
        )
        media = (picture(f"{name}.webp"), picture(f"{name}-red.webp", sku=f"{name}-red-s"))
        await make_product(
            shop, name, channel, variants=variants, options=("color", "size"), media=media, brand_key=brand.id,
            category_keys=(mugs.id,), attributes=(AttributeDraft("material", values=("clay",)),),
        )  # fmt: skip


def picture(path: str = "mug.webp", **given: Any) -> MediaDraft:
    return MediaDraft(**{"path": path, "width": 800, "height": 600, "alt": {"en": "A picture"}, **given})


def product_id(product: Product) -> str:
    return encode("product", product.id)


def category_id(category: Category) -> str:
    return encode("category", category.id)


def channel_id(key: UUID) -> str:
    return encode("channel", key)
