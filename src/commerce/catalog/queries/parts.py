"""Reading what hangs on products and categories, many at a time."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, case, exists, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import col

from commerce.catalog.models import (
    Attribute,
    AttributeChoice,
    Brand,
    Media,
    Option,
    OptionValue,
    Product,
    ProductAttribute,
    ProductOption,
    Variant,
    VariantChoice,
)
from commerce.catalog.queries.visibility import eyes, in_sight
from commerce.catalog.values import MediaKind, Sight
from commerce.kit.db import Reads, Row, among, grouped, keyed

_is_image = col(Media.kind) == MediaKind.IMAGE.value
MEDIA_COLUMNS = (
    col(Media.id),
    col(Media.kind),
    col(Media.path),
    col(Media.url),
    col(Media.width),
    col(Media.height),
    col(Media.alt),
    col(Media.placeholder),
)
"""What `catalog.graphql.image_from` takes."""


def _media_of(owner: Any) -> Select[Any]:
    return select(owner, *MEDIA_COLUMNS).where(among(owner)).order_by(col(Media.position), col(Media.id))


def _first_image(owner: Any) -> Select[Any]:
    first = select(owner, *MEDIA_COLUMNS).ext(distinct_on(owner)).where(among(owner), _is_image)
    return first.order_by(owner, col(Media.position), col(Media.id))


_media = _media_of(col(Media.product_id))
_featured = _first_image(col(Media.product_id))
_of_categories = _first_image(col(Media.category_id))
_shown: Any = aliased(VariantChoice)
# The variant in the picture has the color of this one, and differs from it in size or the like.
_has_the_color = (
    exists()
    .where(col(VariantChoice.variant_id) == col(Variant.id), _shown.variant_id == col(Media.variant_id))
    .where(_shown.value_id == col(VariantChoice.value_id))
    .where(col(OptionValue.id) == col(VariantChoice.value_id), col(OptionValue.color).is_not(None))
    .correlate(Variant, Media)
)
_nearness = case(
    (col(Media.variant_id) == col(Variant.id), 0),
    (col(Media.variant_id).is_(None), 2),
    (_has_the_color, 1),
    else_=3,
)
_variant_image = (
    select(col(Variant.id), *MEDIA_COLUMNS)
    .ext(distinct_on(col(Variant.id)))
    .join(Media, col(Media.product_id) == col(Variant.product_id))
    .where(among(Variant.id), _is_image)
    .order_by(col(Variant.id), _nearness, col(Media.position), col(Media.id))
)
_media_by_key = (
    select(*MEDIA_COLUMNS)
    .outerjoin(Product, col(Product.id) == col(Media.product_id))
    .where(among(Media.id), or_(col(Media.category_id).is_not(None), in_sight()))
)


async def media_of(reads: Reads, product_keys: Sequence[UUID]) -> list[list[Row]]:
    """Pictures and films of each product, in display order."""
    return _beheaded(grouped(await reads.rows(_media, keys=list(product_keys)), product_keys))


async def featured_images(reads: Reads, product_keys: Sequence[UUID]) -> list[Row | None]:
    """The first picture of each product."""
    return _one_each(await reads.rows(_featured, keys=list(product_keys)), product_keys)


async def variant_images(reads: Reads, variant_keys: Sequence[UUID]) -> list[Row | None]:
    """The picture of each variant, else one in its color, one of its product as a whole, or one of another variant."""
    return _one_each(await reads.rows(_variant_image, keys=list(variant_keys)), variant_keys)


async def category_images(reads: Reads, category_keys: Sequence[UUID]) -> list[Row | None]:
    """The picture of each category."""
    return _one_each(await reads.rows(_of_categories, keys=list(category_keys)), category_keys)


async def media_by_key(reads: Reads, keys: Sequence[UUID], sight: Sight) -> list[Row | None]:
    """Media of these keys, in their order; None where the product is out of sight."""
    found = keyed(await reads.rows(_media_by_key, keys=list(keys), **eyes(sight)))
    return [found.get(key) for key in keys]


_offered = (
    select(
        col(Variant.product_id),
        col(ProductOption.id),
        col(Option.code),
        col(Option.name),
        col(OptionValue.id),
        col(OptionValue.code),
        col(OptionValue.name),
        col(OptionValue.color),
    )
    .select_from(Variant)
    .join(VariantChoice, col(VariantChoice.variant_id) == col(Variant.id))
    .join(OptionValue, col(OptionValue.id) == col(VariantChoice.value_id))
    .join(Option, col(Option.id) == col(VariantChoice.option_id))
    .join(
        ProductOption,
        and_(
            col(ProductOption.product_id) == col(Variant.product_id),
            col(ProductOption.option_id) == col(VariantChoice.option_id),
        ),
    )
    .group_by(col(Variant.product_id), col(ProductOption.id), col(Option.id), col(OptionValue.id))
    .order_by(col(ProductOption.position), col(OptionValue.position), col(OptionValue.id))
)
_options = _offered.where(among(Variant.product_id))
_options_by_key = _offered.join(Product, col(Product.id) == col(Variant.product_id)).where(
    among(ProductOption.id), in_sight()
)
_values_by_key = select(
    col(OptionValue.id), col(OptionValue.code), col(OptionValue.name), col(OptionValue.color)
).where(among(OptionValue.id))
_brands_by_key = select(col(Brand.id), col(Brand.slug), col(Brand.name)).where(among(Brand.id))
_brand_by_slug = select(col(Brand.id), col(Brand.slug), col(Brand.name)).where(col(Brand.slug) == bindparam("slug"))


async def options_of(reads: Reads, product_keys: Sequence[UUID]) -> list[list[Row]]:
    """The options of each product: one row for each value that a variant of it chooses, in display order."""
    return _beheaded(grouped(await reads.rows(_options, keys=list(product_keys)), product_keys))


async def options_by_key(reads: Reads, keys: Sequence[UUID], sight: Sight) -> list[list[Row]]:
    """The same for options of products; no row where the product is out of sight."""
    rows = await reads.rows(_options_by_key, keys=list(keys), **eyes(sight))
    return grouped([row[1:] for row in rows], keys)


async def option_values_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Row | None]:
    """Values of options, in the order of their keys."""
    found = keyed(await reads.rows(_values_by_key, keys=list(keys)))
    return [found.get(key) for key in keys]


async def brands_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Row | None]:
    """Brands of these keys, in their order."""
    found = keyed(await reads.rows(_brands_by_key, keys=list(keys)))
    return [found.get(key) for key in keys]


async def brand_by_slug(reads: Reads, slug: str) -> Row | None:
    """The brand with this address part."""
    rows = await reads.rows(_brand_by_slug, slug=slug)
    return rows[0] if rows else None


_attributes = (
    select(
        col(ProductAttribute.product_id),
        col(Attribute.code),
        col(Attribute.name),
        col(Attribute.kind),
        col(Attribute.unit),
        col(ProductAttribute.text),
        col(ProductAttribute.number),
        col(ProductAttribute.boolean),
        col(AttributeChoice.code),
        col(AttributeChoice.name),
    )
    .select_from(ProductAttribute)
    .join(Attribute, col(Attribute.id) == col(ProductAttribute.attribute_id))
    .outerjoin(AttributeChoice, col(AttributeChoice.id) == col(ProductAttribute.value_id))
    .where(among(ProductAttribute.product_id))
    .order_by(col(Attribute.position), col(Attribute.code), col(ProductAttribute.position))
)


async def attributes_of(reads: Reads, product_keys: Sequence[UUID]) -> list[list[Row]]:
    """What each product says of its attributes, in display order: one row for each value."""
    return _beheaded(grouped(await reads.rows(_attributes, keys=list(product_keys)), product_keys))


def _beheaded(groups: list[list[Row]]) -> list[list[Row]]:
    """Grouped rows without the owner that leads them."""
    return [[row[1:] for row in group] for group in groups]


def _one_each(rows: Sequence[Row], owners: Sequence[UUID]) -> list[Row | None]:
    found = {row[0]: row[1:] for row in rows}
    return [found.get(owner) for owner in owners]
