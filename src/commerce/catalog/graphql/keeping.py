"""Changing categories, brands, attributes and options."""

from typing import Any
from uuid import UUID

import strawberry

from commerce.catalog import actions, queries
from commerce.catalog.graphql.categories import Brand, Category, brand_of, load_categories
from commerce.catalog.graphql.inputs.drafts import category_change, category_draft, value_drafts
from commerce.catalog.graphql.inputs.vocabulary import (
    AttributeCreateInput,
    BrandCreateInput,
    BrandUpdateInput,
    CategoryCreateInput,
    CategoryDeleteInput,
    CategoryMoveInput,
    CategoryUpdateInput,
    OptionCreateInput,
)
from commerce.catalog.graphql.vocabulary import Attribute, Option, attributes_of, options_of
from commerce.i18n.graphql import texts_from
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.graphql import ID, PART, Info, Payload, described, key_from, mutation, object_type


@object_type(PART)
class CategoryPayload(Payload):
    """Result of the category mutations."""

    category: Category | None = described("The category after the mutation.", default=None)


@object_type(PART)
class CategoryDeletePayload(Payload):
    """Result of `categoryDelete`."""

    deleted_id: ID | None = described("Id of the category that is gone; null after an error.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        return cls(deleted_id=arguments["input"].category_id)


@object_type(PART)
class BrandPayload(Payload):
    """Result of the brand mutations."""

    brand: Brand | None = described("The brand after the mutation.", default=None)


@object_type(PART)
class AttributePayload(Payload):
    """Result of `attributeCreate`."""

    attribute: Attribute | None = described("The attribute after the mutation.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        return await _attribute(info, arguments["input"].code)


@object_type(PART)
class OptionPayload(Payload):
    """Result of `optionCreate`."""

    option: Option | None = described("The option after the mutation.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        return await _option(info, arguments["input"].code)


@strawberry.type
class CategoriesMutation:
    @mutation(Permission.PRODUCTS_WRITE)
    async def category_create(self, info: Info, input: CategoryCreateInput) -> CategoryPayload:
        """Adds a category behind its siblings. Codes: INVALID, REQUIRED, TAKEN, NOT_FOUND."""
        draft = category_draft(input)
        async with info.context.transaction() as session:
            category = await actions.create_category(session, draft)
            session.answer = ids.encode(Category.prefix, category.id)
        return await _payload(info, category.id)

    @mutation(Permission.PRODUCTS_WRITE)
    async def category_update(self, info: Info, input: CategoryUpdateInput) -> CategoryPayload:
        """Changes a category. Codes: INVALID, REQUIRED, TAKEN, NOT_FOUND."""
        key, change = _category_key(input.category_id), category_change(input)
        async with info.context.transaction() as session:
            await actions.update_category(session, key, change)
            session.answer = input.category_id
        return await _payload(info, key)

    @mutation(Permission.PRODUCTS_WRITE)
    async def category_move(self, info: Info, input: CategoryMoveInput) -> CategoryPayload:
        """Puts a category under another one, never under itself. Codes: INVALID, NOT_FOUND."""
        key = _category_key(input.category_id)
        parent = key_from(Category.prefix, input.parent_id, "input", "parentId") if input.parent_id else None
        async with info.context.transaction() as session:
            await actions.move_category(session, key, parent, input.position)
            session.answer = input.category_id
        return await _payload(info, key)

    @mutation(Permission.PRODUCTS_WRITE)
    async def category_delete(self, info: Info, input: CategoryDeleteInput) -> CategoryDeletePayload:
        """Removes an empty category. Codes: NOT_FOUND, IN_USE."""
        async with info.context.transaction() as session:
            await actions.delete_category(session, _category_key(input.category_id))
        return CategoryDeletePayload(deleted_id=input.category_id)


@strawberry.type
class VocabularyMutation:
    @mutation(Permission.PRODUCTS_WRITE)
    async def brand_create(self, info: Info, input: BrandCreateInput) -> BrandPayload:
        """Adds a brand. Codes: INVALID, REQUIRED, TAKEN."""
        name = texts_from(input.name, "input", "name")
        async with info.context.transaction() as session:
            brand = await actions.create_brand(session, name, input.slug, input.code)
            session.answer = ids.encode(Brand.prefix, brand.id)
        return BrandPayload(brand=brand_of((brand.id, brand.slug, brand.name)))

    @mutation(Permission.PRODUCTS_WRITE)
    async def brand_update(self, info: Info, input: BrandUpdateInput) -> BrandPayload:
        """Changes a brand. Codes: INVALID, REQUIRED, TAKEN, NOT_FOUND."""
        key = key_from(Brand.prefix, input.brand_id, "input", "brandId")
        name = texts_from(input.name, "input", "name") if input.name is not None else None
        async with info.context.transaction() as session:
            brand = await actions.update_brand(session, key, name, input.slug)
            session.answer = input.brand_id
        return BrandPayload(brand=brand_of((brand.id, brand.slug, brand.name)))

    @mutation(Permission.PRODUCTS_WRITE)
    async def attribute_create(self, info: Info, input: AttributeCreateInput) -> AttributePayload:
        """Adds an attribute. Codes: INVALID, REQUIRED, TAKEN, LIMIT_EXCEEDED."""
        name, values = texts_from(input.name, "input", "name"), value_drafts(input.values)
        async with info.context.transaction() as session:
            await actions.create_attribute(session, input.code, name, input.kind, input.unit, values)
        return await _attribute(info, input.code)

    @mutation(Permission.PRODUCTS_WRITE)
    async def option_create(self, info: Info, input: OptionCreateInput) -> OptionPayload:
        """Adds an option with its values. Codes: INVALID, REQUIRED, TAKEN, LIMIT_EXCEEDED."""
        name, values = texts_from(input.name, "input", "name"), value_drafts(input.values)
        async with info.context.transaction() as session:
            await actions.create_option(session, input.code, name, values)
        return await _option(info, input.code)


async def _attribute(info: Info, code: str) -> AttributePayload:
    return AttributePayload(attribute=attributes_of(await queries.attribute_rows(info.context, code))[0])


async def _option(info: Info, code: str) -> OptionPayload:
    return OptionPayload(option=options_of(await queries.option_rows(info.context, code))[0])


async def _payload(info: Info, key: UUID) -> CategoryPayload:
    return CategoryPayload(category=(await load_categories(info, [key]))[0])


def _category_key(text: str) -> UUID:
    return key_from(Category.prefix, text, "input", "categoryId")
