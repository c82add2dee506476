"""A whole folder, in the right order, all or nothing."""

from dataclasses import dataclass
from pathlib import Path

from commerce.catalog import queries as catalog
from commerce.inventory.values import Ref
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.payments.providers import Providers
from commerce.seed.actions import delivering, goods, products, selling, vocabulary
from commerce.seed.pictures import Picture, by_product, draw_all
from commerce.seed.progress import Counting, silently
from commerce.seed.rules import sketches
from commerce.seed.values import ShopFiles


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many products are new, and of how many variants a price is."""

    products: int
    prices: int


async def load(
    context: Context, shop: ShopFiles, ref: Ref, media: Path | None, counting: Counting = silently
) -> Outcome:
    """Bring what is not in the shop yet. Without a media folder, nothing is drawn.

    What is there already is found by code or SKU and left alone, but for prices, which are set.
    """
    known = await catalog.product_keys_by_code(context, [row.code for row in shop.products])
    new = [row for row in shop.products if row.code not in known]
    pictures = await draw_all(sketches(new, shop.options), media, counting) if media else []
    async with context.transaction() as session:
        await catalog.lock_tree(session)  # who loads at the same time waits here, and then finds everything there
        return await _load(session, shop, ref, pictures, context[Providers], counting)


async def _load(
    session: Session, shop: ShopFiles, ref: Ref, pictures: list[Picture], providers: Providers, counting: Counting
) -> Outcome:
    warehouses = await selling.add_warehouses(session, shop.warehouses)
    channels = await selling.add_channels(session, shop.channels, warehouses)
    await selling.offer_payments(session, shop.payments, shop.channels, channels, providers)
    await delivering.add_taxes(session, shop.tax_classes, shop.tax_rates)
    await delivering.add_shipping(session, shop.zones, channels)
    await vocabulary.add_options(session, shop.options)
    await vocabulary.add_attributes(session, shop.attributes)
    around = products.Surroundings(
        brands=await vocabulary.add_brands(session, shop.brands),
        categories=await vocabulary.add_categories(session, shop.categories),
        channels=channels,
        attributes={row.code: row.kind for row in shop.attributes},
    )
    with counting("Adding products", len(shop.products)) as count:
        added = await products.add_products(session, shop.products, around, by_product(pictures), count)
    changed = await goods.set_prices(session, shop.prices, channels)
    await goods.fill_up(session, shop.stock, warehouses, ref)
    return Outcome(added, changed)
