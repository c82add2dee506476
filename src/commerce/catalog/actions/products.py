"""What we do with products."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from commerce.catalog import queries, rules
from commerce.catalog.actions.media import media_rows
from commerce.catalog.actions.wording import keep_slugs
from commerce.catalog.events import ProductCreated, ProductUpdated
from commerce.catalog.models import (
    CategoryProduct,
    Media,
    Product,
    ProductAttribute,
    ProductOption,
    SlugKind,
    Variant,
    VariantChoice,
)
from commerce.catalog.values import (
    AttributeDraft,
    KnownAttribute,
    KnownOption,
    ProductChange,
    ProductDraft,
    ProductStatus,
    References,
    Unset,
    VariantDraft,
)
from commerce.i18n.values import Texts
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, Refusal, Taken, raise_all
from commerce.kit.events import record
from commerce.kit.ids import new_key
from commerce.vendors import actions as vendors


async def create_product(session: Session, draft: ProductDraft) -> Product:
    """Add a product as a draft: nobody sees it until it is published."""
    await queries.hold_tree(session)
    known = await queries.references(
        session,
        options=draft.options,
        attributes=[attribute.code for attribute in draft.attributes],
        categories=draft.category_keys,
        brand_key=draft.brand_key,
    )
    wrong = [*rules.wrong_draft(draft, known), *_unknown(draft.category_keys, draft.brand_key, known)]
    raise_all(wrong)
    product = await _add_product(session, draft)
    options = {code: known.options[code] for code in draft.options}
    await queries.add_rows(session, ProductOption, _option_rows(product.id, options))
    variants = await add_variant_rows(session, product.id, draft.variants, options, 0, ("input", "variants"))
    await _put_into(session, product.id, draft.category_keys, known, draft.rank)
    await queries.add_rows(session, ProductAttribute, _attribute_rows(product.id, draft.attributes, known.attributes))
    await queries.add_rows(session, Media, media_rows(draft.media, product.id, variants))
    record(session, ProductCreated(product.id))
    return product


async def _add_product(session: Session, draft: ProductDraft) -> Product:
    key, now, slugs = new_key(), session.now(), rules.slugs_for(draft.name, draft.slugs)
    await keep_slugs(session, SlugKind.PRODUCT, key, slugs, draft.slugs)
    product = Product(
        id=key,
        code=draft.code or next(iter(slugs.values())),
        vendor_id=await vendors.house(session),
        brand_id=draft.brand_key,
        name=draft.name,
        slugs=slugs,
        description=rules.sanitized(draft.description),
        seo_title=draft.seo.title,
        seo_description=draft.seo.description,
        tax_class=draft.tax_class,
        status=ProductStatus.DRAFT.value,
        rank=draft.rank,
        created_at=now,
        updated_at=now,
    )
    if not await queries.add_free(session, Product, [product.model_dump()], "code"):
        raise Taken("input", "code", value=product.code)
    return product


async def add_variant_rows(
    session: Session,
    product_key: UUID,
    drafts: Sequence[VariantDraft],
    options: dict[str, KnownOption],
    place: int,
    field: tuple[str, ...],
) -> dict[str, UUID]:
    """Add variants that were found right, from a place on; answers their keys by SKU."""
    keys = {draft.sku: new_key() for draft in drafts}
    rows = [
        {"id": keys[draft.sku], "product_id": product_key, "sku": draft.sku, "barcode": draft.barcode,
         "weight_g": draft.weight_g, "max_per_order": draft.max_per_order, "position": place + i,
         "choice_key": rules.choice_key(draft, options)}
        for i, draft in enumerate(drafts)
    ]  # fmt: skip
    added = await queries.add_free(session, Variant, rows, "sku")
    raise_all([Taken(*field, i, "sku", value=draft.sku) for i, draft in enumerate(drafts) if draft.sku not in added])
    await queries.add_rows(session, VariantChoice, _choice_rows(drafts, keys, options))
    return keys


def _option_rows(product_key: UUID, options: dict[str, KnownOption]) -> list[dict[str, Any]]:
    return [
        {"id": new_key(), "product_id": product_key, "option_id": option.key, "position": i}
        for i, option in enumerate(options.values())
    ]


def _choice_rows(
    drafts: Sequence[VariantDraft], keys: dict[str, UUID], options: dict[str, KnownOption]
) -> list[dict[str, Any]]:
    return [
        {"variant_id": keys[draft.sku], "option_id": options[code].key, "value_id": options[code].values[value]}
        for draft in drafts
        for code, value in draft.choices.items()
    ]


def _attribute_rows(
    product_key: UUID, drafts: Sequence[AttributeDraft], known: dict[str, KnownAttribute]
) -> list[dict[str, Any]]:
    """One row for each value: an ENUM may have several."""
    rows = []
    for draft in drafts:
        attribute = known[draft.code]
        for i, value in enumerate(draft.values or [None]):
            rows.append(
                {"id": new_key(), "product_id": product_key, "attribute_id": attribute.key, "position": i,
                 "value_id": attribute.values[value] if value is not None else None,
                 "text": draft.text or None, "number": draft.number, "boolean": draft.boolean}
            )  # fmt: skip
    return rows


def _unknown(category_keys: Sequence[UUID], brand_key: UUID | None, known: References) -> list[Refusal]:
    wrong: list[Refusal] = [
        NotFound("input", "categoryIds", i) for i, key in enumerate(category_keys) if key not in known.category_paths
    ]
    if brand_key is not None and brand_key not in known.brand_keys:
        wrong.append(NotFound("input", "brandId"))
    return wrong


async def _put_into(
    session: Session, product_key: UUID, category_keys: Sequence[UUID], known: References, rank: int
) -> None:
    rows = [
        {"category_id": key, "product_id": product_key, "is_direct": is_direct, "position": place, "rank": rank}
        for key, is_direct, place in rules.memberships(category_keys, known.category_paths)
    ]
    await queries.add_rows(session, CategoryProduct, rows)


async def update_product(session: Session, key: UUID, change: ProductChange) -> Product:
    """Change what is given."""
    await queries.hold_tree(session)
    product = await held_product(session, key)
    brand_key = None if isinstance(change.brand_key, Unset) else change.brand_key
    category_keys, attributes = change.category_keys or (), change.attributes or ()
    known = await queries.references(
        session,
        attributes=[attribute.code for attribute in attributes],
        categories=category_keys,
        brand_key=brand_key,
    )
    wrong = [*_unknown(category_keys, brand_key, known), *rules.wrong_slugs(change.slugs or {})]
    wrong += rules.wrong_rank(change.rank)
    wrong += rules.wrong_attributes(attributes, known.attributes)
    wrong += rules.wrong_tax_class(change.tax_class, "input", "taxClass") if change.tax_class else []
    raise_all(wrong)
    if change.slugs:
        await keep_slugs(session, SlugKind.PRODUCT, key, change.slugs, change.slugs)
    _apply(product, change, session.now())
    await _replace(session, product, change, known)
    record(session, ProductUpdated(key))
    return product


def _apply(product: Product, change: ProductChange, now: datetime) -> None:
    product.name = change.name or product.name
    product.slugs = change.slugs or product.slugs
    product.tax_class = change.tax_class or product.tax_class
    product.description = _given(change.description and rules.sanitized(change.description), product.description)
    product.seo_title = _given(change.seo_title, product.seo_title)
    product.seo_description = _given(change.seo_description, product.seo_description)
    if not isinstance(change.brand_key, Unset):
        product.brand_id = change.brand_key
    product.rank = product.rank if change.rank is None else change.rank
    product.updated_at = now


def _given(texts: Texts | None, present: Texts) -> Texts:
    return present if texts is None else texts


async def _replace(session: Session, product: Product, change: ProductChange, known: References) -> None:
    """Categories and attributes are replaced as a whole."""
    if change.category_keys is not None:
        await queries.clear_categories(session, product.id)
        await _put_into(session, product.id, change.category_keys, known, product.rank)
    elif change.rank is not None:
        await queries.set_rank(session, product.id, product.rank)
    if change.attributes is not None:
        await queries.clear_attributes(session, product.id)
        rows = _attribute_rows(product.id, change.attributes, known.attributes)
        await queries.add_rows(session, ProductAttribute, rows)


async def archive(session: Session, key: UUID) -> Product:
    """Withdraw a product for good. Orders, its SKUs and its slugs keep pointing at it."""
    product = await held_product(session, key)
    product.status = ProductStatus.ARCHIVED.value
    product.updated_at = session.now()
    record(session, ProductUpdated(key))
    return product


async def held_product(session: Session, key: UUID) -> Product:
    """The product, held until the transaction ends."""
    product = await queries.lock_product(session, key)
    if product is None:
        raise NotFound("input", "productId")
    return product
