"""Finding what drafts refer to, by the codes that merchants know."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col

from commerce.catalog.models import (
    Attribute,
    AttributeChoice,
    Brand,
    Category,
    Option,
    OptionValue,
    Product,
    ProductOption,
    Variant,
)
from commerce.catalog.values import KnownAttribute, KnownOption, References
from commerce.kit.db import Reads, Row, among


def _keys_by(column: Any, key: Any) -> Select[Any]:
    return select(col(column), col(key)).where(among(column))


_products = _keys_by(Product.code, Product.id)
_variants = _keys_by(Variant.sku, Variant.id)
_categories = _keys_by(Category.code, Category.id)
_brands = _keys_by(Brand.code, Brand.id)
_attributes = _keys_by(Attribute.code, Attribute.id)
_options = _keys_by(Option.code, Option.id)
_known_variants = select(col(Variant.id)).where(among(Variant.id))


async def product_keys_by_code(reads: Reads, codes: Sequence[str]) -> dict[str, UUID]:
    """Keys of the products that have these codes."""
    return _dict(await reads.rows(_products, keys=list(codes)))


async def known_variants(reads: Reads, keys: Sequence[UUID]) -> set[UUID]:
    """Those of the keys that variants have."""
    return {row[0] for row in await reads.rows(_known_variants, keys=list(keys))}


async def variant_keys_by_sku(reads: Reads, skus: Sequence[str]) -> dict[str, UUID]:
    """Keys of the variants that have these SKUs."""
    return _dict(await reads.rows(_variants, keys=list(skus)))


async def category_keys_by_code(reads: Reads, codes: Sequence[str]) -> dict[str, UUID]:
    """Keys of the categories that have these codes."""
    return _dict(await reads.rows(_categories, keys=list(codes)))


async def brand_keys_by_code(reads: Reads, codes: Sequence[str]) -> dict[str, UUID]:
    """Keys of the brands that have these codes."""
    return _dict(await reads.rows(_brands, keys=list(codes)))


async def attribute_keys_by_code(reads: Reads, codes: Sequence[str]) -> dict[str, UUID]:
    """Keys of the attributes that have these codes."""
    return _dict(await reads.rows(_attributes, keys=list(codes)))


async def option_keys_by_code(reads: Reads, codes: Sequence[str]) -> dict[str, UUID]:
    """Keys of the options that have these codes."""
    return _dict(await reads.rows(_options, keys=list(codes)))


_options_with_values = (
    select(col(Option.code), col(Option.id), col(OptionValue.code), col(OptionValue.id))
    .outerjoin(OptionValue, col(OptionValue.option_id) == col(Option.id))
    .where(among(Option.code))
)
_options_of_product = (
    select(col(Option.code), col(Option.id), col(OptionValue.code), col(OptionValue.id))
    .join(ProductOption, col(ProductOption.option_id) == col(Option.id))
    .outerjoin(OptionValue, col(OptionValue.option_id) == col(Option.id))
    .where(among(ProductOption.product_id))
)
_attributes_with_values = (
    select(
        col(Attribute.code), col(Attribute.id), col(AttributeChoice.code), col(AttributeChoice.id), col(Attribute.kind)
    )
    .outerjoin(AttributeChoice, col(AttributeChoice.attribute_id) == col(Attribute.id))
    .where(among(Attribute.code))
)
_paths = select(col(Category.id), col(Category.path)).where(among(Category.id))
_brand_keys = select(col(Brand.id)).where(among(Brand.id))


async def known_options(reads: Reads, codes: Sequence[str]) -> dict[str, KnownOption]:
    """Options of these codes, with all their values."""
    return _known_options(await reads.rows(_options_with_values, keys=list(codes)))


async def known_options_of(reads: Reads, product_key: UUID) -> dict[str, KnownOption]:
    """Options that a product has, with all their values."""
    return _known_options(await reads.rows(_options_of_product, keys=[product_key]))


async def known_attributes(reads: Reads, codes: Sequence[str]) -> dict[str, KnownAttribute]:
    """Attributes of these codes, with all their values."""
    found: dict[str, KnownAttribute] = {}
    for code, key, value, value_key, kind in await reads.rows(_attributes_with_values, keys=list(codes)):
        attribute = found.setdefault(code, KnownAttribute(key, kind, {}))
        if value_key is not None:
            attribute.values[value] = value_key
    return found


async def references(
    reads: Reads,
    *,
    options: Iterable[str] = (),
    attributes: Iterable[str] = (),
    categories: Iterable[UUID] = (),
    brand_key: UUID | None = None,
) -> References:
    """What exists of all this."""
    options, attributes, categories = list(options), list(attributes), list(categories)
    paths = await reads.rows(_paths, keys=categories) if categories else ()
    brands = await reads.rows(_brand_keys, keys=[brand_key]) if brand_key else ()
    return References(
        options=await known_options(reads, options) if options else {},
        attributes=await known_attributes(reads, attributes) if attributes else {},
        category_paths={key: tuple(path) for key, path in paths},
        brand_keys=frozenset(row[0] for row in brands),
    )


def _known_options(rows: Sequence[Row]) -> dict[str, KnownOption]:
    found: dict[str, KnownOption] = {}
    for code, key, value, value_key in rows:
        option = found.setdefault(code, KnownOption(key, {}))
        if value_key is not None:
            option.values[value] = value_key
    return found


def _dict(rows: Sequence[Row]) -> dict[str, UUID]:
    return {row[0]: row[1] for row in rows}


_every_attribute = (
    select(
        col(Attribute.code),
        col(Attribute.name),
        col(Attribute.kind),
        col(Attribute.unit),
        col(AttributeChoice.code),
        col(AttributeChoice.name),
    )
    .outerjoin(AttributeChoice, col(AttributeChoice.attribute_id) == col(Attribute.id))
    .order_by(col(Attribute.position), col(Attribute.code), col(AttributeChoice.position))
)
_attribute_by_code = _every_attribute.where(among(Attribute.code))
_every_option = (
    select(
        col(Option.code),
        col(Option.name),
        col(OptionValue.id),
        col(OptionValue.code),
        col(OptionValue.name),
        col(OptionValue.color),
    )
    .outerjoin(OptionValue, col(OptionValue.option_id) == col(Option.id))
    .order_by(col(Option.code), col(OptionValue.position))
)
_option_by_code = _every_option.where(among(Option.code))


async def all_attributes(reads: Reads) -> Sequence[Row]:
    """All attributes in display order, one row for each value."""
    return await reads.rows(_every_attribute)


async def attribute_rows(reads: Reads, code: str) -> Sequence[Row]:
    """One attribute, one row for each value."""
    return await reads.rows(_attribute_by_code, keys=[code])


async def all_options(reads: Reads) -> Sequence[Row]:
    """All options by code, one row for each value."""
    return await reads.rows(_every_option)


async def option_rows(reads: Reads, code: str) -> Sequence[Row]:
    """One option, one row for each value."""
    return await reads.rows(_option_by_code, keys=[code])
