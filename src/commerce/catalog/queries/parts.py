"""Reading what hangs on products and categories, many at a time."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, exists, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import col

from commerce.catalog.models import (
    Media,
    OptionValue,
    Product,
    ProductAttribute,
    ProductOption,
    Variant,
    VariantChoice,
)
from commerce.catalog.queries.visibility import eyes, in_sight
from commerce.catalog.queries.vocabulary import (
    attribute_values_known,
    attributes_known,
    option_values_known,
    options_known,
)
from commerce.catalog.values import MediaKind, Sight
from commerce.kit.db import Reads, Row, among, grouped, keyed
from commerce.kit.reference import remembered_each

_is_image = col(Media.kind) == MediaKind.IMAGE.value
_media_columns = (
    col(Media.id),
    col(Media.kind),
    col(Media.path),
    col(Media.url),
    col(Media.width),
    col(Media.height),
    col(Media.alt),
    col(Media.placeholder),
)


def _media_of(owner: Any) -> Select[Any]:
    return select(owner, *_media_columns).where(among(owner)).order_by(col(Media.position), col(Media.id))


def _first_image(owner: Any) -> Select[Any]:
    first = select(owner, *_media_columns).ext(distinct_on(owner)).where(among(owner), _is_image)
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
    select(col(Variant.id), *_media_columns)
    .ext(distinct_on(col(Variant.id)))
    .join(Media, col(Media.product_id) == col(Variant.product_id))
    .where(among(Variant.id), _is_image)
    .order_by(col(Variant.id), _nearness, col(Media.position), col(Media.id))
)
_media_by_key = (
    select(*_media_columns)
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


@remembered_each
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
        col(ProductOption.position),
        col(VariantChoice.option_id),
        col(VariantChoice.value_id),
    )
    .select_from(Variant)
    .join(VariantChoice, col(VariantChoice.variant_id) == col(Variant.id))
    .join(
        ProductOption,
        and_(
            col(ProductOption.product_id) == col(Variant.product_id),
            col(ProductOption.option_id) == col(VariantChoice.option_id),
        ),
    )
    .distinct()
)
_options = _offered.where(among(Variant.product_id))
_options_by_key = _offered.join(Product, col(Product.id) == col(Variant.product_id)).where(
    among(ProductOption.id), in_sight()
)


async def options_of(reads: Reads, product_keys: Sequence[UUID]) -> list[list[Row]]:
    """The options of each product: one row for each value that a variant of it chooses, in display order."""
    rows = await _with_names(reads, await reads.rows(_options, keys=list(product_keys)))
    return _beheaded(grouped(rows, product_keys))


async def options_by_key(reads: Reads, keys: Sequence[UUID], sight: Sight) -> list[list[Row]]:
    """The same for options of products; no row where the product is out of sight."""
    rows = await _with_names(reads, await reads.rows(_options_by_key, keys=list(keys), **eyes(sight)))
    return grouped([row[1:] for row in rows], keys)


async def _with_names(reads: Reads, rows: Sequence[Row]) -> list[Row]:
    """Product, option of the product, its code and name, and the value's key, code, name and color."""
    options = await options_known(reads, (row[3] for row in rows))
    values = await option_values_known(reads, (row[4] for row in rows))
    known = [row for row in rows if row[3] in options and row[4] in values]  # no more what goes away in between
    ordered = sorted(known, key=lambda row: (row[2], values[row[4]][4], row[4]))
    return [(product, key, *options[option][1:], *values[value][:4]) for product, key, _, option, value in ordered]


_attributes = select(
    col(ProductAttribute.product_id),
    col(ProductAttribute.attribute_id),
    col(ProductAttribute.position),
    col(ProductAttribute.text),
    col(ProductAttribute.number),
    col(ProductAttribute.boolean),
    col(ProductAttribute.value_id),
).where(among(ProductAttribute.product_id))


async def attributes_of(reads: Reads, product_keys: Sequence[UUID]) -> list[list[Row]]:
    """What each product says of its attributes, in display order: one row for each value."""
    rows = await reads.rows(_attributes, keys=list(product_keys))
    attributes = await attributes_known(reads, (row[1] for row in rows))
    values = await attribute_values_known(reads, (row[6] for row in rows))

    values[None] = (None, None, None)
    known = [row for row in rows if row[1] in attributes and row[6] in values]  # no more what goes away in between
    known.sort(key=lambda row: (*attributes[row[1]][1:3], row[2]))
    said = [
        (product, *attributes[attribute][2:], *given, *values[value][1:])
        for product, attribute, _, *given, value in known
    ]
    return _beheaded(grouped(said, product_keys))


def _beheaded(groups: list[list[Row]]) -> list[list[Row]]:
    """Grouped rows without the owner that leads them."""
    return [[row[1:] for row in group] for group in groups]


def _one_each(rows: Sequence[Row], owners: Sequence[UUID]) -> list[Row | None]:
    found = {row[0]: tuple(row[1:]) for row in rows}
    return [found.get(owner) for owner in owners]
