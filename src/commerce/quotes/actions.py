"""Gather what a quote is computed from, and compute it."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from commerce.catalog import queries as catalog
from commerce.catalog.values import VariantForSale
from commerce.inventory import queries as inventory
from commerce.inventory.errors import OutOfStock
from commerce.kit.db import Reads
from commerce.pricing import queries as pricing
from commerce.pricing.values import Price
from commerce.quotes.errors import MoreThanAllowed, NotSoldHere, WithoutPrice
from commerce.quotes.rules import compute
from commerce.quotes.values import Basket, Item, Occasion, Offer, Problem, Wanted
from commerce.shipping import queries as shipping
from commerce.shipping.values import ShippingMethod
from commerce.tax import queries as tax


async def quote(reads: Reads, occasion: Occasion, wanted: Sequence[Wanted], *, with_stock: bool = True) -> Offer:
    """Quote what is wanted. Lines that cannot be bought at all are left out of the sums and told as problems."""
    keys = list(dict.fromkeys(line.variant_key for line in wanted))
    market = occasion.market
    variants = dict(zip(keys, await catalog.variants_for_sale(reads, keys, market.key, occasion.now), strict=True))
    prices = dict(zip(keys, await pricing.prices(reads, keys, market.key, occasion.currency), strict=True))
    stock = dict(zip(keys, await inventory.available(reads, keys, market.key), strict=True)) if with_stock else None
    rates = await tax.rates(reads, occasion.country, occasion.region)
    methods: tuple[ShippingMethod, ...] = ()
    if occasion.is_addressed:
        methods = await shipping.options(reads, market.key, occasion.country, occasion.currency)
    items, problems = _sort_out(wanted, variants, prices, stock)
    basket = Basket(
        currency=occasion.currency,
        includes_tax=market.prices_include_tax,
        items=tuple(items),
        rates={code: rate.ppm for code, rate in rates.items()},
        method=_chosen(methods, occasion.method_key),
        is_addressed=occasion.is_addressed,
        is_tax_exempt=occasion.is_tax_exempt,
    )
    known = {key: variant for key, variant in variants.items() if variant is not None}
    return Offer(compute(basket), known, tuple(problems), methods)


def _chosen(methods: Sequence[ShippingMethod], key: UUID | None) -> ShippingMethod | None:
    return next((method for method in methods if method.key == key), None)


def _sort_out(
    wanted: Sequence[Wanted],
    variants: dict[UUID, VariantForSale | None],
    prices: dict[UUID, Price | None],
    stock: dict[UUID, int] | None,
) -> tuple[list[Item], list[Problem]]:
    """What can be bought, and what stands in the way of the rest. Lines of one variant count together."""
    items, problems = [], []
    together = Counter[UUID]()
    for line in wanted:
        together[line.variant_key] += line.quantity
    for line in wanted:
        variant, price = variants[line.variant_key], prices[line.variant_key]
        if variant is None or not variant.is_visible:
            problems.append(Problem(line.key, NotSoldHere))
            continue
        if price is None:
            problems.append(Problem(line.key, WithoutPrice))
            continue
        items.append(Item(line.key, variant, line.quantity, price.amount, price.compare_at))
        limit = variant.max_per_order
        if limit is not None and together[line.variant_key] > limit:
            problems.append(Problem(line.key, MoreThanAllowed, limit))
        elif stock is not None and together[line.variant_key] > stock[line.variant_key]:
            problems.append(Problem(line.key, OutOfStock, stock[line.variant_key]))
    return items, problems
