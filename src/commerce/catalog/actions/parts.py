"""What we do with the variants and media of a product."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from commerce.catalog import queries, rules
from commerce.catalog.actions.media import media_rows
from commerce.catalog.actions.products import add_variant_rows, held_product
from commerce.catalog.events import ProductUpdated
from commerce.catalog.models import Media, Variant
from commerce.catalog.values import MediaDraft, Unset, VariantChange, VariantDraft
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, Required, Taken, TooMany, raise_all
from commerce.kit.events import record


async def add_variants(session: Session, product_key: UUID, drafts: Sequence[VariantDraft]) -> dict[str, UUID]:
    """Add variants behind those that a product has; answers their keys by SKU."""
    product = await held_product(session, product_key)
    options = await queries.known_options_of(session, product_key)
    existing, place = await queries.combinations_of(session, product_key)
    if not drafts:
        raise Required("input", "variants")
    if len(existing) + len(drafts) > rules.MOST_VARIANTS:
        raise TooMany("input", "variants", most=rules.MOST_VARIANTS)
    raise_all(rules.wrong_variants(drafts, options, existing, ("input", "variants")))
    keys = await add_variant_rows(session, product_key, drafts, options, place, ("input", "variants"))
    product.updated_at = session.now()
    record(session, ProductUpdated(product_key))
    return keys


async def update_variant(session: Session, key: UUID, change: VariantChange) -> Variant:
    """Change what is given."""
    variant = await queries.lock_variant(session, key)
    if variant is None:
        raise NotFound("input", "variantId")
    draft = VariantDraft(
        sku=variant.sku if isinstance(change.sku, Unset) else change.sku,
        barcode=variant.barcode if isinstance(change.barcode, Unset) else change.barcode,
        weight_g=variant.weight_g if isinstance(change.weight_g, Unset) else change.weight_g,
        max_per_order=variant.max_per_order if isinstance(change.max_per_order, Unset) else change.max_per_order,
    )
    raise_all(rules.wrong_facts(draft, ("input",)))
    try:
        async with session.begin_nested():
            variant.sku, variant.barcode = draft.sku, draft.barcode
            variant.weight_g, variant.max_per_order = draft.weight_g, draft.max_per_order
    except IntegrityError as error:
        raise Taken("input", "sku", value=draft.sku) from error
    await queries.touch(session, variant.product_id, session.now())
    record(session, ProductUpdated(variant.product_id))
    return variant


async def add_media(session: Session, product_key: UUID, drafts: Sequence[MediaDraft]) -> None:
    """Add pictures and films behind those that a product has."""
    product = await held_product(session, product_key)
    if not drafts:
        raise Required("input", "media")
    variants = await queries.variant_keys_of(session, product_key)
    raise_all(rules.wrong_media(drafts, variants, ("input", "media")))
    place = await queries.next_media_place(session, product_key)
    await queries.add_rows(session, Media, media_rows(drafts, product_key, variants, place))
    product.updated_at = session.now()
    record(session, ProductUpdated(product_key))
