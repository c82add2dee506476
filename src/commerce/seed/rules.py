"""Whether the files of a folder fit together, and what is drawn for a product."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from commerce.catalog.values import AttributeKind
from commerce.demo.motifs import MOTIFS
from commerce.seed.drawing import Sketch
from commerce.seed.values import AttributeRow, CategoryRow, OptionRow, ProductRow, Row, ShopFiles

Problems = Iterator[str]
MOST_COLORS = 12
"""Colors of one product that get a picture of their own."""


def problems(shop: ShopFiles) -> list[str]:
    """Everything that does not fit, one line each, with its file and line."""
    return [*_doubles(shop), *_selling(shop), *_products(shop), *_prices(shop), *_stock(shop)]


def every_category(
    categories: Iterable[CategoryRow], parent: str | None = None
) -> Iterator[tuple[CategoryRow, str | None]]:
    """Categories with the code of their parent, parents first."""
    for category in categories:
        yield category, parent
        yield from every_category(category.children, category.code)


def _doubles(shop: ShopFiles) -> Problems:
    """Every code names one thing."""
    kinds: list[tuple[str, Sequence[Any]]] = [
        ("channel", shop.channels),
        ("warehouse", shop.warehouses),
        ("tax class", shop.tax_classes),
        ("zone", shop.zones),
        ("brand", shop.brands),
        ("category", [category for category, _ in every_category(shop.categories)]),
        ("option", shop.options),
        ("attribute", shop.attributes),
        ("product", shop.products),
    ]
    for kind, rows in kinds:
        yield from _twice(kind, [(row, row.code) for row in rows])
    yield from _twice("SKU", [(variant, variant.sku) for product in shop.products for variant in product.variants])
    yield from _twice("price of", [(row, f"{row.sku} in {row.channel} and {row.currency}") for row in shop.prices])
    yield from _twice("stock of", [(row, f"{row.sku} in {row.warehouse}") for row in shop.stock])


def _twice(kind: str, rows: Iterable[tuple[Row, str]]) -> Problems:
    first: dict[str, str] = {}
    for row, name in rows:
        if name in first:
            yield f"{row.origin}: the {kind} {name} stands in {first[name]} already."
        first.setdefault(name, row.origin)


def _unknown(row: Row, kind: str, names: Iterable[str | None], known: Collection[str]) -> Problems:
    for name in names:
        if name is not None and name not in known:
            yield f"{row.origin}: there is no {kind} {name}."


def _codes(rows: Iterable[Any]) -> set[str]:
    return {row.code for row in rows}


def _selling(shop: ShopFiles) -> Problems:
    channels, classes = _codes(shop.channels), _codes(shop.tax_classes)
    for channel in shop.channels:
        yield from _unknown(channel, "warehouse", channel.warehouses, _codes(shop.warehouses))
    for payment in shop.payments:
        yield from _unknown(payment, "channel", payment.channels, channels)
    for rate in shop.tax_rates:
        yield from _unknown(rate, "tax class", [rate.tax_class], classes)
    for method in (method for zone in shop.zones for method in zone.methods):
        yield from _unknown(method, "channel", [method.channel], channels)
        yield from _unknown(method, "tax class", [method.tax_class], classes)


def _products(shop: ShopFiles) -> Problems:
    brands, classes, channels = _codes(shop.brands), _codes(shop.tax_classes), _codes(shop.channels)
    categories = {category.code for category, _ in every_category(shop.categories)}
    options = {option.code: _codes(option.values) for option in shop.options}
    attributes = {attribute.code: attribute for attribute in shop.attributes}
    for product in shop.products:
        yield from _unknown(product, "brand", [product.brand], brands)
        yield from _unknown(product, "category", product.categories, categories)
        yield from _unknown(product, "tax class", [product.tax_class], classes)
        yield from _unknown(product, "channel", product.channels, channels)
        yield from _unknown(product, "option", product.options, options)
        yield from _attributes(product, attributes)
        yield from _variants(product, options)
        if product.picture:
            yield from _unknown(product.picture, "motif", [product.picture.motif], MOTIFS)


def _attributes(product: ProductRow, known: dict[str, AttributeRow]) -> Problems:
    yield from _unknown(product, "attribute", product.attributes, known)
    for code, value in product.attributes.items():
        attribute = known.get(code)
        if attribute and not _fits(attribute.kind, value):
            yield f"{product.origin}: {value!r} is no {attribute.kind} for the attribute {code}."
        elif attribute and attribute.kind is AttributeKind.ENUM:
            yield from _unknown(product, f"value of {code}", values_of(value), _codes(attribute.values))


def values_of(value: Any) -> tuple[str, ...]:
    """The values of an ENUM: one, or a list of them."""
    return tuple(value) if isinstance(value, list) else (value,)


def _fits(kind: AttributeKind, value: Any) -> bool:
    match kind:
        case AttributeKind.TEXT:
            return isinstance(value, dict) and all(isinstance(text, str) and text for text in value.values())
        case AttributeKind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case AttributeKind.BOOLEAN:
            return isinstance(value, bool)
        case AttributeKind.ENUM:
            return all(isinstance(one, str) for one in values_of(value))


def _variants(product: ProductRow, known: dict[str, set[str]]) -> Problems:
    """Each variant chooses a value of every option, and no two choose the same."""
    for variant in product.variants:
        if variant.options.keys() != set(product.options):
            wanted = ", ".join(product.options) or "no option"
            yield f"{variant.origin}: the variant {variant.sku} must choose {wanted}."
        for option, value in variant.options.items():
            yield from _unknown(variant, f"value of {option}", [value], known.get(option, ()))
    chosen = Counter(tuple(sorted(variant.options.items())) for variant in product.variants)
    for variant in product.variants:
        if chosen[tuple(sorted(variant.options.items()))] > 1:
            yield f"{variant.origin}: another variant chooses the same as {variant.sku}."


def _prices(shop: ShopFiles) -> Problems:
    """Every variant has a price in each currency of the channels that its product is sold in."""
    skus = {variant.sku for product in shop.products for variant in product.variants}
    currencies = {channel.code: channel.currencies for channel in shop.channels}
    for row in shop.prices:
        yield from _unknown(row, "SKU", [row.sku], skus)
        yield from _unknown(row, "channel", [row.channel], currencies)
        if row.currency not in currencies.get(row.channel, (row.currency,)):
            yield f"{row.origin}: the channel {row.channel} does not trade in {row.currency}."
    priced = {(row.sku, row.channel, row.currency) for row in shop.prices}
    for product in shop.products:
        for variant in product.variants:
            for channel in product.channels:
                for currency in currencies.get(channel, ()):
                    if (variant.sku, channel, currency) not in priced:
                        yield f"{variant.origin}: {variant.sku} has no price in {currency} in the channel {channel}."


def _stock(shop: ShopFiles) -> Problems:
    skus = {variant.sku for product in shop.products for variant in product.variants}
    for row in shop.stock:
        yield from _unknown(row, "SKU", [row.sku], skus)
        yield from _unknown(row, "warehouse", [row.warehouse], _codes(shop.warehouses))


def sketches(products: Iterable[ProductRow], options: Iterable[OptionRow]) -> list[Sketch]:
    """What is to be drawn: a picture of each product, and one for each color that it comes in."""
    swatches = {(option.code, value.code): value.color for option in options for value in option.values if value.color}
    return [sketch for product in products for sketch in _sketches(product, swatches)]


def _sketches(product: ProductRow, swatches: Mapping[tuple[str, str], str]) -> list[Sketch]:
    """The picture of the product comes first; when it shows one of the colors, it is that one's too."""
    if product.picture is None:
        return []
    first = {
        swatches[choice]: variant.sku
        for variant in reversed(product.variants)
        for choice in variant.options.items()
        if choice in swatches
    }
    backdrop, main, details = product.picture.palette
    colors = [main, *[color for color in first if color != main][:MOST_COLORS]]
    return [
        Sketch(product.code, first.get(color), product.picture.motif, (backdrop, color, details)) for color in colors
    ]
