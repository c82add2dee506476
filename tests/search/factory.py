"""Goods on sale, as tests of lists want them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from commerce.catalog import actions as catalog
from commerce.catalog import queries as catalog_queries
from commerce.catalog import rules
from commerce.catalog.models import Brand, Category, Product
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
from commerce.inventory import actions as inventory
from commerce.inventory import queries as stock
from commerce.kit.ids import encode
from commerce.kit.money import Money
from commerce.pricing import actions as pricing
from commerce.pricing.values import Price, PriceEntry
from commerce.shop import Shop

CURRENCIES = ["USD", "JPY", "KWD"]


async def make_channel(shop: Shop, code: str = "web", **given: Any) -> UUID:
    options = {
        "name": {"en": "Web"}, "locales": ["en", "zh-Hans"], "currencies": CURRENCIES, "countries": ["US"],
        "prices_include_tax": False, "time_zone": "UTC", **given,
    }  # fmt: skip
    async with shop.context().transaction() as session:
        channel = await channels.create(session, code=code, **options)
        place = await inventory.create_warehouse(session, code=f"of-{code}", name={"en": "Main"}, country="US")
        await inventory.sell_from(session, channel.id, [place.id])
    return channel.id


async def make_category(shop: Shop, name: str = "Mugs", parent: Category | None = None, **given: Any) -> Category:
    draft = CategoryDraft(**{"name": {"en": name}, "parent_key": parent.id if parent else None, **given})
    async with shop.context().transaction() as session:
        return await catalog.create_category(session, draft)


async def make_brand(shop: Shop, name: str = "Acme", **given: Any) -> Brand:
    async with shop.context().transaction() as session:
        return await catalog.create_brand(session, {"en": name}, **given)


async def make_option(shop: Shop, code: str = "color", *values: str) -> None:
    async with shop.context().transaction() as session:
        await catalog.create_option(session, code, {"en": code.title()}, _values(values or ("red", "blue")))


async def make_attribute(
    shop: Shop, code: str = "material", *values: str, kind: AttributeKind = AttributeKind.ENUM
) -> None:
    drafts = _values(values) if kind is AttributeKind.ENUM else []
    async with shop.context().transaction() as session:
        await catalog.create_attribute(session, code, {"en": code.title()}, kind, values=drafts)


def _values(codes: Sequence[str]) -> list[ValueDraft]:
    return [ValueDraft(code, {"en": code.title(), "zh-Hans": f"{code}（中）"}) for code in codes]


async def make_product(
    shop: Shop,
    name: str = "Mug",
    *sold_in: UUID,
    names: Mapping[str, str] | None = None,
    price: str | Mapping[str, str] | None = "10.00",
    prices: Sequence[str] = (),
    stock: int = 0,
    start: datetime | None = None,
    end: datetime | None = None,
    categories: Sequence[Category] = (),
    brand: Brand | None = None,
    **given: Any,
) -> Product:
    """A product on sale in these channels. `price` is in dollars or by currency; `prices` give it one variant each."""
    sku = given.pop("sku", name.upper().replace(" ", "-"))
    skus = [f"{sku}-{i}" for i in range(len(prices))] or [sku]
    draft = ProductDraft(
        **{
            "name": {"en": name, **(names or {})},
            "slugs": {"en": rules.slugify(sku)},
            "variants": tuple(VariantDraft(one) for one in skus[:1]),
            "category_keys": tuple(category.id for category in categories),
            "brand_key": brand.id if brand else None,
            **({"options": ("size",), "variants": _sized(skus)} if len(skus) > 1 else {}),
            **given,
        }
    )
    async with shop.context().transaction() as session:
        product = await catalog.create_product(session, draft)
        if sold_in:
            await catalog.publish(session, product.id, sold_in, start, end)
    skus = [variant.sku for variant in draft.variants]
    each = prices or [price] * len(skus)
    amounts = [{"USD": one} if isinstance(one, str) else one or {} for one in each]
    await set_prices(shop, sold_in, dict(zip(skus, amounts, strict=True)))
    if stock:
        await receive(shop, dict.fromkeys(skus, stock))
    return product


def _sized(skus: Sequence[str]) -> tuple[VariantDraft, ...]:
    return tuple(VariantDraft(sku, {"size": f"s{i}"}) for i, sku in enumerate(skus))


async def set_prices(shop: Shop, channel_keys: Sequence[UUID], by_sku: Mapping[str, Mapping[str, str]]) -> None:
    async with shop.context().transaction() as session:
        keys = await catalog_keys(session, list(by_sku))
        entries = [
            PriceEntry(keys[sku], channel, Price(Money.of(amount, currency)))
            for sku, amounts in by_sku.items()
            for channel in channel_keys
            for currency, amount in amounts.items()
        ]
        if entries:
            await pricing.set_prices(session, entries)


async def receive(shop: Shop, units: Mapping[str, int], warehouse: str = "of-web") -> None:
    async with shop.context().transaction() as session:
        keys = await catalog_keys(session, list(units))
        place = (await stock.warehouse_keys_by_code(session, [warehouse]))[warehouse]
        await inventory.receive(session, [(keys[sku], place, count) for sku, count in units.items()])


async def catalog_keys(session: Any, skus: list[str]) -> dict[str, UUID]:
    return await catalog_queries.variant_keys_by_sku(session, skus)


def said(code: str, *values: str, **other: Any) -> AttributeDraft:
    """What a product says of an attribute."""
    return AttributeDraft(code, values=values, **other)


def picture(path: str = "mug.webp") -> MediaDraft:
    return MediaDraft(path=path, width=800, height=600, alt={"en": "A picture"})


def product_id(product: Product) -> str:
    return encode("product", product.id)


def category_id(category: Category) -> str:
    return encode("category", category.id)


def brand_id(brand: Brand) -> str:
    return encode("brand", brand.id)
