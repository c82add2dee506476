"""Reading variants and what they choose, many at a time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, array
from sqlmodel import col

from commerce.catalog.models import Product, ProductOption, Variant, VariantChoice
from commerce.catalog.queries.visibility import eyes, in_sight, visible
from commerce.catalog.queries.vocabulary import option_values_known, options_known
from commerce.catalog.values import Sight, VariantForSale
from commerce.kit.db import Reads, Row, among, grouped, keyed

_choices = (
    select(
        func.array_agg(
            aggregate_order_by(
                array([col(ProductOption.id), col(VariantChoice.option_id), col(VariantChoice.value_id)]),
                col(ProductOption.position),
            ),
            type_=ARRAY(Uuid, dimensions=2),
        )
    )
    .select_from(VariantChoice)
    .join(
        ProductOption,
        and_(
            col(ProductOption.product_id) == col(Variant.product_id),
            col(ProductOption.option_id) == col(VariantChoice.option_id),
        ),
    )
    .where(col(VariantChoice.variant_id) == col(Variant.id))
    .correlate(Variant)
    .scalar_subquery()
)
_columns = (
    col(Variant.id),
    col(Variant.product_id),
    col(Variant.sku),
    col(Variant.barcode),
    col(Variant.position),
    col(Product.name),
    col(Product.tax_class),
    _choices,
)
_of_product = col(Product.id) == col(Variant.product_id)
_of = (
    select(col(Variant.product_id), *_columns)
    .join(Product, _of_product)
    .where(among(Variant.product_id))
    .order_by(col(Variant.position), col(Variant.id))
)
_by_key = select(*_columns).join(Product, _of_product).where(among(Variant.id), in_sight())
_for_sale = (
    select(
        col(Variant.id),
        col(Variant.product_id),
        col(Product.vendor_id),
        col(Variant.sku),
        col(Product.name),
        col(Product.tax_class),
        col(Variant.weight_g),
        col(Variant.max_per_order),
        visible(),
        _choices,
    )
    .join(Product, _of_product)
    .where(among(Variant.id))
)


async def variants_of(reads: Reads, product_keys: Sequence[UUID]) -> list[list[Row]]:
    """The variants of each product, in display order. Whoever holds the products may see them."""
    rows = await _with_choices(reads, await reads.rows(_of, keys=list(product_keys)))
    return [[row[1:] for row in own] for own in grouped(rows, product_keys)]


async def variants_by_key(reads: Reads, keys: Sequence[UUID], sight: Sight) -> list[Row | None]:
    """Variants of these keys, in their order; None where the product is out of sight."""
    found = keyed(await _with_choices(reads, await reads.rows(_by_key, keys=list(keys), **eyes(sight))))
    return [found.get(key) for key in keys]


async def variants_for_sale(
    reads: Reads, keys: Sequence[UUID], channel_key: UUID, now: datetime
) -> list[VariantForSale | None]:
    """What selling needs to know of each variant, in their order; None for a variant that does not exist."""
    rows = await reads.rows(_for_sale, keys=list(keys), channel_key=channel_key, now=now)
    found = keyed(await _with_choices(reads, rows))
    return [_variant_for_sale(found[key]) if key in found else None for key in keys]


async def _with_choices(reads: Reads, rows: Sequence[Row]) -> list[Row]:
    """Rows whose last column tells what is chosen by keys, with codes, names and colors in their place."""
    chosen = [choice for row in rows for choice in row[-1] or ()]
    options = await options_known(reads, (option for _, option, _ in chosen))
    values = await option_values_known(reads, (value for _, _, value in chosen))

    def named(choices: Sequence[Row]) -> list[Row]:
        known = [one for one in choices if one[1] in options and one[2] in values]  # no more what goes away in between
        return [(key, *options[option][1:], *values[value][:4]) for key, option, value in known]

    return [(*row[:-1], named(row[-1] or ())) for row in rows]


def _variant_for_sale(row: Row) -> VariantForSale:
    key, product_key, vendor_key, sku, name, tax_class, weight_g, most, is_visible, choices = row
    pairs = tuple((choice[2], choice[5]) for choice in choices)
    return VariantForSale(
        key, product_key, vendor_key, sku, name, pairs, tax_class, weight_g, most, is_visible=is_visible
    )
