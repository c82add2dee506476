"""Changing products."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from commerce.catalog import actions, queries
from commerce.catalog.graphql.inputs.drafts import (
    media_drafts,
    product_change,
    product_draft,
    variant_change,
    variant_drafts,
)
from commerce.catalog.graphql.inputs.products import (
    ProductCreateInput,
    ProductDeleteInput,
    ProductMediaAddInput,
    ProductPublishInput,
    ProductUnpublishInput,
    ProductUpdateInput,
    ProductVariantsAddInput,
    ProductVariantUpdateInput,
)
from commerce.catalog.graphql.products import Product, ProductVariant, product_of, variant_of
from commerce.catalog.graphql.sight import sight
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.errors import NotFound, Refusal, raise_all
from commerce.kit.graphql import (
    ID,
    PART,
    Info,
    Payload,
    channel_named,
    described,
    in_channels,
    key_from,
    mutation,
    object_type,
)


@object_type(PART)
class ProductPayload(Payload):
    """Result of the product mutations."""

    product: Product | None = described("The product after the mutation.", default=None)


@object_type(PART)
class ProductVariantPayload(Payload):
    """Result of `productVariantUpdate`."""

    variant: ProductVariant | None = described("The variant after the mutation.", default=None)


@strawberry.type
class ProductsMutation:
    @mutation(Permission.PRODUCTS_WRITE)
    async def product_create(self, info: Info, input: ProductCreateInput) -> ProductPayload:
        """Adds a product as a draft. Codes: INVALID, REQUIRED, TAKEN, NOT_FOUND, LIMIT_EXCEEDED."""
        draft = product_draft(input)
        async with info.context.transaction() as session:
            product = await actions.create_product(session, draft)
            session.answer = ids.encode(Product.prefix, product.id)
        return await _payload(info, product.id)

    @mutation(Permission.PRODUCTS_WRITE)
    async def product_update(self, info: Info, input: ProductUpdateInput) -> ProductPayload:
        """Changes a product. Codes: INVALID, REQUIRED, TAKEN, NOT_FOUND."""
        key, change = _product_key(input.product_id), product_change(input)
        async with info.context.transaction() as session:
            await actions.update_product(session, key, change)
            session.answer = input.product_id
        return await _payload(info, key)

    @mutation(in_channels(Permission.PRODUCTS_WRITE))
    async def product_publish(self, info: Info, input: ProductPublishInput) -> ProductPayload:
        """Puts a product on sale in channels. Codes: INVALID, REQUIRED, NOT_FOUND, STATE_NOT_ALLOWED."""
        key, channels = _product_key(input.product_id), _channel_keys(info, input.channel_ids)
        async with info.context.transaction() as session:
            await actions.publish(session, key, channels, input.publish_at, input.unpublish_at)
            session.answer = input.product_id
        return await _payload(info, key)

    @mutation(in_channels(Permission.PRODUCTS_WRITE))
    async def product_unpublish(self, info: Info, input: ProductUnpublishInput) -> ProductPayload:
        """Takes a product off sale in channels. Codes: INVALID, REQUIRED, NOT_FOUND."""
        key, channels = _product_key(input.product_id), _channel_keys(info, input.channel_ids)
        async with info.context.transaction() as session:
            await actions.unpublish(session, key, channels, input.unpublish_at)
            session.answer = input.product_id
        return await _payload(info, key)

    @mutation(Permission.PRODUCTS_WRITE)
    async def product_delete(self, info: Info, input: ProductDeleteInput) -> ProductPayload:
        """Withdraws a product for good; what was sold of it stays readable. Codes: NOT_FOUND."""
        key = _product_key(input.product_id)
        async with info.context.transaction() as session:
            await actions.archive(session, key)
            session.answer = input.product_id
        return await _payload(info, key)

    @mutation(Permission.PRODUCTS_WRITE)
    async def product_variants_add(self, info: Info, input: ProductVariantsAddInput) -> ProductPayload:
        """Adds variants to a product. Codes: INVALID, REQUIRED, TAKEN, NOT_FOUND, LIMIT_EXCEEDED."""
        key, drafts = _product_key(input.product_id), variant_drafts(input.variants)
        async with info.context.transaction() as session:
            await actions.add_variants(session, key, drafts)
            session.answer = input.product_id
        return await _payload(info, key)

    @mutation(Permission.PRODUCTS_WRITE)
    async def product_variant_update(self, info: Info, input: ProductVariantUpdateInput) -> ProductVariantPayload:
        """Changes a variant. Codes: INVALID, REQUIRED, TAKEN, NOT_FOUND."""
        key = key_from(ProductVariant.prefix, input.variant_id, "input", "variantId")
        async with info.context.transaction() as session:
            await actions.update_variant(session, key, variant_change(input))
            session.answer = input.variant_id
        [row] = await queries.variants_by_key(info.context, [key], sight(info, sees_all=True))
        return ProductVariantPayload(variant=variant_of(row) if row else None)

    @mutation(Permission.PRODUCTS_WRITE)
    async def product_media_add(self, info: Info, input: ProductMediaAddInput) -> ProductPayload:
        """Adds pictures and films to a product. Codes: INVALID, REQUIRED, NOT_FOUND, LIMIT_EXCEEDED."""
        key, drafts = _product_key(input.product_id), media_drafts(input.media)
        async with info.context.transaction() as session:
            await actions.add_media(session, key, drafts)
            session.answer = input.product_id
        return await _payload(info, key)


async def _payload(info: Info, key: UUID) -> ProductPayload:
    """Who may change a product sees what became of it."""
    [row] = await queries.products_by_key(info.context, [key], sight(info, sees_all=True))
    return ProductPayload(product=product_of(row) if row else None)


def _product_key(text: str) -> UUID:
    return key_from(Product.prefix, text, "input", "productId")


def _channel_keys(info: Info, given: Sequence[ID]) -> list[UUID]:
    """The channels that were named, all of which the caller must see to."""
    keys, wrong = [], list[Refusal]()
    for i, text in enumerate(given):
        try:
            keys.append(channel_named(info, text, Permission.PRODUCTS_WRITE, "input", "channelIds", i))
        except NotFound as refusal:
            wrong.append(refusal)
    raise_all(wrong)
    return keys
