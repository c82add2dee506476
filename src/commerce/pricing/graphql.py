"""Prices, as the API says them."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from commerce.catalog import queries as catalog
from commerce.catalog.graphql import Product, ProductVariant
from commerce.channels import queries as channels
from commerce.channels.graphql import selling
from commerce.channels.rules import check_currency
from commerce.channels.values import Market
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.errors import NotFound, Refusal, raise_all
from commerce.kit.graphql import (
    ID,
    PART,
    PUBLIC,
    Info,
    Money,
    MoneyInput,
    Payload,
    amount_from,
    argument,
    at_hand,
    batched,
    channel_named,
    derived,
    described,
    extend,
    in_channels,
    input_type,
    key_from,
    money,
    mutation,
    nodes_of,
    object_type,
)
from commerce.pricing import actions, queries, rules, values


@object_type(PUBLIC)
class Price:
    """A shelf price as it is to be shown. The sums that are charged are those of the cart."""

    value: strawberry.Private[values.Price]
    variant_key: strawberry.Private[UUID]
    tax_class: strawberry.Private[str]
    with_tax: strawberry.Private[bool]

    @derived
    def current(self) -> Money:
        """Amount to show: with or without tax as the channel displays it."""
        return money(self.value.amount)

    @derived
    def compare_at(self) -> Money | None:
        """Struck-through former price; null unless it is above `current`."""
        return money(self.value.compare_at) if self.value.compare_at else None

    @derived
    def saving(self) -> Money | None:
        """`compareAt` minus `current`, or null."""
        saved = rules.saving(self.value)
        return money(saved) if saved else None

    @derived
    def saving_percent(self) -> int | None:
        """Rounded percentage off, halves up, or null."""
        return rules.saving_percent(self.value)

    @derived
    def includes_tax(self) -> bool:
        """Whether `current` contains tax."""
        return self.with_tax

    @batched
    async def lowest_recent(prices: list["Price"], info: Info) -> list[Money | None]:
        """Lowest price of the 30 days before the present reduction began; null when there is no reduction."""
        reduced = list({price.variant_key for price in prices if price.value.compare_at})
        here = selling(info)
        lowest = await queries.lowest_before_reduction(info.context, reduced, here.market.key, here.currency)
        found = dict(zip(reduced, lowest, strict=True))
        return [money(amount) if (amount := found.get(price.variant_key)) else None for price in prices]


@object_type(PART)
class PriceRange:
    """From-to prices over the variants that are on sale in this context."""

    min: Price = described("Cheapest.")
    max: Price = described("Dearest.")

    @derived
    def is_single(self) -> bool:
        """True when both are equal, so that no `from` is needed."""
        return self.min.value.amount == self.max.value.amount


def price_of(value: values.Price, variant_key: UUID, tax_class: str, market: Market) -> Price:
    """A price of a variant, as it is shown in a market."""
    return Price(value=value, variant_key=variant_key, tax_class=tax_class, with_tax=market.prices_include_tax)


@extend(ProductVariant)
@batched
async def price(
    variants: list[ProductVariant],
    info: Info,
    quantity: Annotated[int, argument("How many are to be bought, at least 1.")] = 1,
) -> list[Price | None]:
    """Price of one in this context when so many are bought; null when it is not on sale here."""
    if quantity < 1:
        return [None] * len(variants)
    here = selling(info)
    keys = [variant.key for variant in variants]
    found = await queries.prices(info.context, keys, here.market.key, here.currency)
    return [
        price_of(value, variant.key, variant.tax_class, here.market) if value else None
        for variant, value in zip(variants, found, strict=True)
    ]


@extend(Product)
@batched
async def price_range(products: list[Product], info: Info) -> list[PriceRange | None]:
    """Price range of the variants on sale; null when none is priced in this context."""
    here = selling(info)

    async def look_up(keys: list[UUID]) -> list[values.PriceRange | None]:
        return await queries.ranges(info.context, keys, here.market.key, here.currency)

    found = await at_hand(products, values.PriceRange, look_up)
    return [
        _range_of(value, product.tax_class, here.market) if value else None
        for product, value in zip(products, found, strict=True)
    ]


def _range_of(value: values.PriceRange, tax_class: str, market: Market) -> PriceRange:
    return PriceRange(
        min=price_of(value.min, value.cheapest, tax_class, market),
        max=price_of(value.max, value.dearest, tax_class, market),
    )


@input_type
class PriceInput:
    """The price of a variant in one currency."""

    variant_id: ID = described("Variant.")
    amount: MoneyInput = described("What one unit costs, with or without tax as the channel displays it.")
    compare_at: MoneyInput | None = described(
        "Struck-through price, in the same currency and greater than the amount; null when it is not reduced.",
        default=None,
    )


@input_type
class PricesSetInput:
    """Prices of variants in a channel."""

    channel_id: ID = described("Channel.")
    prices: list[PriceInput] = described("Prices to set, each variant and currency once.")


@object_type(PART)
class PricesPayload(Payload):
    """Result of `pricesSet`."""

    variants: list[ProductVariant] = described(
        "The variants that were named, in the order of the input.", default_factory=list
    )

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        return await _payload(info, arguments["input"])


@strawberry.type
class PricingMutation:
    @mutation(in_channels(Permission.PRODUCTS_WRITE))
    async def prices_set(self, info: Info, input: PricesSetInput) -> PricesPayload:
        """Sets prices: all of them or, when one is refused, none. Codes: INVALID, NOT_FOUND, WRONG_CURRENCY."""
        async with info.context.transaction() as session:
            channel_key = channel_named(info, input.channel_id, Permission.PRODUCTS_WRITE, "input", "channelId")
            [market] = await channels.markets_by_key(session, [channel_key])
            if market is None:
                raise NotFound("input", "channelId")
            entries = _entries(input, market)
            known = await catalog.known_variants(session, [entry.variant_key for entry in entries])
            raise_all(
                [
                    NotFound("input", "prices", i, "variantId")
                    for i, entry in enumerate(entries)
                    if entry.variant_key not in known
                ]
            )
            await actions.set_prices(session, entries)
        return await _payload(info, input)


def _entries(given: PricesSetInput, market: Market) -> list[values.PriceEntry]:
    """What was sent as entries; all that is wrong with it is told at once."""
    entries, wrong = [], []
    for i, one in enumerate(given.prices):
        try:
            entries.append(_entry(one, market))
        except Refusal as refusal:
            wrong.append(refusal.within("input", "prices", i))
    raise_all(wrong)
    return entries


def _entry(given: PriceInput, market: Market) -> values.PriceEntry:
    key = key_from(ProductVariant.prefix, given.variant_id, "variantId")
    amount = amount_from(given.amount, "amount")
    check_currency(market, amount.currency, "amount", "currencyCode")
    compare_at = amount_from(given.compare_at, "compareAt") if given.compare_at else None
    return values.PriceEntry(key, market.key, values.Price(amount, compare_at))


async def _payload(info: Info, given: PricesSetInput) -> PricesPayload:
    keys = list(dict.fromkeys(ids.decode(ProductVariant.prefix, one.variant_id) for one in given.prices))
    found = await nodes_of([ids.encode(ProductVariant.prefix, key) for key in keys if key], info)
    return PricesPayload(variants=[variant for variant in found if isinstance(variant, ProductVariant)])
