"""Channels, products and prices for tests."""

from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

from commerce.app import Shop
from commerce.catalog.models import Product, Publication, Variant
from commerce.channels import actions as channels
from commerce.channels import queries as channel_queries
from commerce.channels.values import Market
from commerce.kit import ids
from commerce.kit.money import Money
from commerce.pricing import actions
from commerce.pricing.values import Price, PriceEntry
from commerce.vendors import actions as vendors

_numbers = count(1)


@dataclass
class Made:
    """A product and its variants."""

    key: UUID
    variants: list[UUID]

    @property
    def id(self) -> str:
        return ids.encode("product", self.key)

    @property
    def variant_ids(self) -> list[str]:
        return [ids.encode("variant", key) for key in self.variants]


async def make_market(shop: Shop, code: str = "web", **given: Any) -> Market:
    options = {
        "name": {"en": "Web"},
        "locales": ["en", "zh-Hans"],
        "currencies": ["EUR", "USD", "JPY"],
        "countries": ["DE", "US"],
        "prices_include_tax": True,
        "time_zone": "UTC",
        **given,
    }
    async with shop.context().transaction() as session:
        channel = await channels.create(session, code=code, **options)
        [market] = await channel_queries.markets_by_key(session, [channel.id])
    assert market
    return market


async def make_product(
    shop: Shop, market: Market, variants: int = 1, tax_class: str = "standard", max_per_order: int | None = None
) -> Made:
    """A product on sale in a market."""
    number = next(_numbers)
    async with shop.context().transaction() as session:
        product = Product(
            code=f"product-{number}", vendor_id=await vendors.house(session), name={"en": f"Product {number}"},
            slugs={"en": f"product-{number}"}, description={}, seo_title={}, seo_description={}, tax_class=tax_class,
            status="ACTIVE", created_at=session.now(), updated_at=session.now(),
        )  # fmt: skip
        session.add(product)
        await session.flush()
        made = [
            Variant(
                product_id=product.id, sku=f"sku-{number}-{i}", position=i, choice_key=str(i),
                max_per_order=max_per_order,
            )
            for i in range(variants)
        ]  # fmt: skip
        session.add_all(made)
        session.add(Publication(product_id=product.id, channel_id=market.key, published_at=session.now()))
    return Made(product.id, [variant.id for variant in made])


async def set_price(
    shop: Shop, market: Market, variant_key: UUID, amount: str, compare_at: str | None = None, currency: str = "EUR"
) -> set[UUID]:
    price = Price(Money.of(amount, currency), Money.of(compare_at, currency) if compare_at else None)
    async with shop.context().transaction() as session:
        return await actions.set_prices(session, [PriceEntry(variant_key, market.key, price)])
