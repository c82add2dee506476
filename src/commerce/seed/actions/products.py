"""Products with their variants and pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from commerce.catalog import actions as catalog
from commerce.catalog import queries
from commerce.catalog.values import (
    AttributeDraft,
    AttributeKind,
    MediaDraft,
    ProductDraft,
    ProductStatus,
    VariantDraft,
)
from commerce.kit.db import Session
from commerce.seed.actions.vocabulary import seo_draft
from commerce.seed.drawing import SIZE
from commerce.seed.errors import blaming
from commerce.seed.pictures import Picture
from commerce.seed.rules import values_of
from commerce.seed.values import ProductRow, VariantRow


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What products refer to: keys by code, and what sort of value each attribute has."""

    brands: Mapping[str, UUID]
    categories: Mapping[str, UUID]
    channels: Mapping[str, UUID]
    attributes: Mapping[str, AttributeKind]


async def add_products(
    session: Session,
    rows: Sequence[ProductRow],
    around: Surroundings,
    pictures: Mapping[str, Sequence[Picture]],
    count: Callable[[], object],
) -> int:
    """Add the products that are not there yet, and to the others the variants that they lack; how many are new."""
    known = await queries.product_keys_by_code(session, [row.code for row in rows])
    skus = await queries.variant_keys_by_sku(session, [variant.sku for row in rows for variant in row.variants])
    for i, row in enumerate(rows):
        with blaming(row.origin):
            if row.code not in known:
                await _add(session, _draft(row, around, pictures.get(row.code, ()), i), row, around)
            elif missing := [variant for variant in row.variants if variant.sku not in skus]:
                await catalog.add_variants(session, known[row.code], _variants(missing))
        count()
    return len(rows) - len(known)


async def _add(session: Session, draft: ProductDraft, row: ProductRow, around: Surroundings) -> None:
    product = await catalog.create_product(session, draft)
    if row.status is ProductStatus.ACTIVE and row.channels:
        await catalog.publish(session, product.id, [around.channels[code] for code in row.channels])
    if row.status is ProductStatus.ARCHIVED:
        await catalog.archive(session, product.id)


def _draft(row: ProductRow, around: Surroundings, pictures: Sequence[Picture], place: int) -> ProductDraft:
    return ProductDraft(
        name=row.name,
        variants=_variants(row.variants),
        code=row.code,
        slugs=row.slug,
        description=row.description,
        seo=seo_draft(row.seo),
        category_keys=tuple(around.categories[code] for code in row.categories),
        brand_key=around.brands[row.brand] if row.brand else None,
        tax_class=row.tax_class,
        options=row.options,
        attributes=tuple(_attribute(code, around.attributes[code], value) for code, value in row.attributes.items()),
        media=tuple(_medium(picture, row) for picture in pictures),
        rank=place,
    )


def _variants(rows: Sequence[VariantRow]) -> tuple[VariantDraft, ...]:
    return tuple(VariantDraft(row.sku, row.options, row.barcode, row.weight_g, row.max_per_order) for row in rows)


def _attribute(code: str, kind: AttributeKind, value: Any) -> AttributeDraft:
    match kind:
        case AttributeKind.TEXT:
            return AttributeDraft(code, text=dict(value))
        case AttributeKind.NUMBER:
            return AttributeDraft(code, number=Decimal(str(value)))
        case AttributeKind.BOOLEAN:
            return AttributeDraft(code, boolean=value)
        case AttributeKind.ENUM:
            return AttributeDraft(code, values=values_of(value))


def _medium(picture: Picture, row: ProductRow) -> MediaDraft:
    return MediaDraft(path=picture.path, width=SIZE, height=SIZE, alt=row.name, sku=picture.sketch.sku)
