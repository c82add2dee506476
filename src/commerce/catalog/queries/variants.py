"""Reading variants and what they choose, many at a time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlmodel import col

from commerce.catalog.models import Option, OptionValue, Product, ProductOption, Variant, VariantChoice
from commerce.catalog.queries.visibility import eyes, in_sight, visible
from commerce.catalog.values import Sight, VariantForSale
from commerce.kit.db import Reads, Row, among, grouped, keyed

_choices = (
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(
                    col(ProductOption.id),
                    col(Option.code),
                    col(Option.name),
                    col(OptionValue.id),
                    col(OptionValue.code),
                    col(OptionValue.name),
                    col(OptionValue.color),
                ),
                col(ProductOption.position),
            ),
            type_=JSONB(),
        )
    )
    .select_from(VariantChoice)
    .join(OptionValue, col(OptionValue.id) == col(VariantChoice.value_id))
    .join(Option, col(Option.id) == col(VariantChoice.option_id))
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
        _choices,
        col(Product.tax_class),
        col(Variant.weight_g),
        col(Variant.max_per_order),
        visible(),
    )
    .join(Product, _of_product)
    .where(among(Variant.id))
)


async def variants_of(reads: Reads, product_keys: Sequence[UUID]) -> list[list[Row]]:
    """The variants of each product, in display order. Whoever holds the products may see them."""
    rows = grouped(await reads.rows(_of, keys=list(product_keys)), product_keys)
    return [[row[1:] for row in own] for own in rows]


async def variants_by_key(reads: Reads, keys: Sequence[UUID], sight: Sight) -> list[Row | None]:
    """Variants of these keys, in their order; None where the product is out of sight."""
    found = keyed(await reads.rows(_by_key, keys=list(keys), **eyes(sight)))
    return [found.get(key) for key in keys]


async def variants_for_sale(
    reads: Reads, keys: Sequence[UUID], channel_key: UUID, now: datetime
) -> list[VariantForSale | None]:
    """What selling needs to know of each variant, in their order; None for a variant that does not exist."""
    found = keyed(await reads.rows(_for_sale, keys=list(keys), channel_key=channel_key, now=now))
    return [_variant_for_sale(found[key]) if key in found else None for key in keys]


def _variant_for_sale(row: Row) -> VariantForSale:
    key, product_key, vendor_key, sku, name, choices, tax_class, weight_g, most, is_visible = row
    pairs = tuple((choice[2], choice[5]) for choice in choices or ())
    return VariantForSale(
        key, product_key, vendor_key, sku, name, pairs, tax_class, weight_g, most, is_visible=is_visible
    )
