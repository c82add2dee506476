"""Inputs as the values that actions take."""

from collections.abc import Sequence
from uuid import UUID

from commerce.catalog import rules
from commerce.catalog.graphql.categories import Brand, Category
from commerce.catalog.graphql.inputs.products import (
    AttributeInput,
    MediaInput,
    ProductCreateInput,
    ProductUpdateInput,
    ProductVariantInput,
    ProductVariantUpdateInput,
)
from commerce.catalog.graphql.inputs.vocabulary import CategoryCreateInput, CategoryUpdateInput, NamedValueInput
from commerce.catalog.graphql.options import SelectedOptionInput
from commerce.catalog.values import (
    UNSET,
    AttributeDraft,
    CategoryChange,
    CategoryDraft,
    MediaDraft,
    ProductChange,
    ProductDraft,
    SeoDraft,
    Unset,
    ValueDraft,
    VariantChange,
    VariantDraft,
)
from commerce.i18n.graphql import TextInput, texts_from
from commerce.i18n.values import Texts
from commerce.kit.errors import Invalid, TooLong
from commerce.kit.graphql import ID, key_from

LONGEST_SEO = 1000
LONGEST_ALT = 500
LONGEST_TEXT = 2000
LONGEST_PLACEHOLDER = 100
Field = tuple[str | int, ...]


def product_draft(given: ProductCreateInput) -> ProductDraft:
    return ProductDraft(
        name=texts_from(given.name, "input", "name"),
        variants=variant_drafts(given.variants),
        code=given.code,
        slugs=_slugs(given.slugs) or {},
        description=_optional(given.description, "description", rules.LONGEST_DESCRIPTION) or {},
        seo=_seo(given.seo_title, given.seo_description),
        category_keys=_category_keys(given.category_ids),
        brand_key=key_from(Brand.prefix, given.brand_id, "input", "brandId") if given.brand_id else None,
        tax_class=given.tax_class,
        options=tuple(given.options),
        attributes=_attribute_drafts(given.attributes),
        media=media_drafts(given.media),
        rank=given.rank,
    )


def product_change(given: ProductUpdateInput) -> ProductChange:
    return ProductChange(
        name=texts_from(given.name, "input", "name") if given.name is not None else None,
        slugs=_slugs(given.slugs),
        description=_optional(given.description, "description", rules.LONGEST_DESCRIPTION),
        seo_title=_optional(given.seo_title, "seoTitle", 255),
        seo_description=_optional(given.seo_description, "seoDescription", LONGEST_SEO),
        category_keys=_category_keys(given.category_ids) if given.category_ids is not None else None,
        brand_key=_maybe_brand(given),
        tax_class=given.tax_class,
        attributes=_attribute_drafts(given.attributes) if given.attributes is not None else None,
        rank=given.rank,
    )


def category_draft(given: CategoryCreateInput) -> CategoryDraft:
    return CategoryDraft(
        name=texts_from(given.name, "input", "name"),
        code=given.code,
        parent_key=key_from(Category.prefix, given.parent_id, "input", "parentId") if given.parent_id else None,
        slugs=_slugs(given.slugs) or {},
        description=_optional(given.description, "description", rules.LONGEST_DESCRIPTION) or {},
        seo=_seo(given.seo_title, given.seo_description),
        image=_media(given.image, ("input", "image")) if given.image else None,
    )


def category_change(given: CategoryUpdateInput) -> CategoryChange:
    image = given.image
    return CategoryChange(
        name=texts_from(given.name, "input", "name") if given.name is not None else None,
        slugs=_slugs(given.slugs),
        description=_optional(given.description, "description", rules.LONGEST_DESCRIPTION),
        seo_title=_optional(given.seo_title, "seoTitle", 255),
        seo_description=_optional(given.seo_description, "seoDescription", LONGEST_SEO),
        image=UNSET if image is None else _media(image.value, ("input", "image")) if image.value else None,
    )


def variant_drafts(given: Sequence[ProductVariantInput]) -> tuple[VariantDraft, ...]:
    return tuple(
        VariantDraft(
            one.sku.strip(),
            _choices(one.choices, ("input", "variants", i, "choices")),
            one.barcode,
            one.weight_grams,
            one.max_per_order,
        )
        for i, one in enumerate(given)
    )


def variant_change(given: ProductVariantUpdateInput) -> VariantChange:
    return VariantChange(
        sku=UNSET if given.sku is None else given.sku.strip(),
        barcode=UNSET if given.barcode is None else given.barcode.value,
        weight_g=UNSET if given.weight_grams is None else given.weight_grams.value,
        max_per_order=UNSET if given.max_per_order is None else given.max_per_order.value,
    )


def media_drafts(given: Sequence[MediaInput]) -> tuple[MediaDraft, ...]:
    return tuple(_media(one, ("input", "media", i)) for i, one in enumerate(given))


def value_drafts(given: Sequence[NamedValueInput]) -> tuple[ValueDraft, ...]:
    return tuple(
        ValueDraft(one.code, texts_from(one.name, "input", "values", i, "name"), one.color)
        for i, one in enumerate(given)
    )


def _media(given: MediaInput, field: Field) -> MediaDraft:
    if given.placeholder is not None and len(given.placeholder) > LONGEST_PLACEHOLDER:
        raise TooLong(*field, "placeholder", most=LONGEST_PLACEHOLDER)
    alt = texts_from(given.alt, *field, "alt", most=LONGEST_ALT, required=False)
    return MediaDraft(given.kind, given.path, given.url, given.width, given.height, alt, given.sku, given.placeholder)


def _choices(given: Sequence[SelectedOptionInput], field: Field) -> dict[str, str]:
    choices: dict[str, str] = {}
    for i, choice in enumerate(given):
        if choice.option in choices:
            raise Invalid(*field, i, "option")
        choices[choice.option] = choice.value
    return choices


def _attribute_drafts(given: Sequence[AttributeInput]) -> tuple[AttributeDraft, ...]:
    return tuple(
        AttributeDraft(
            one.code,
            tuple(one.values),
            texts_from(one.text, "input", "attributes", i, "text", most=LONGEST_TEXT) if one.text is not None else None,
            one.number,
            one.boolean,
        )
        for i, one in enumerate(given)
    )


def _maybe_brand(given: ProductUpdateInput) -> UUID | Unset | None:
    brand = given.brand_id
    if brand is None:
        return UNSET
    return key_from(Brand.prefix, brand.value, "input", "brandId") if brand.value else None


def _category_keys(given: Sequence[ID]) -> tuple[UUID, ...]:
    keys = tuple(key_from(Category.prefix, text, "input", "categoryIds", i) for i, text in enumerate(given))
    for i, key in enumerate(keys):
        if key in keys[:i]:
            raise Invalid("input", "categoryIds", i)
    return keys


def _seo(title: list[TextInput], description: list[TextInput]) -> SeoDraft:
    return SeoDraft(
        _optional(title, "seoTitle", 255) or {}, _optional(description, "seoDescription", LONGEST_SEO) or {}
    )


def _slugs(given: list[TextInput] | None) -> Texts | None:
    return texts_from(given, "input", "slugs") if given else None


def _optional(given: list[TextInput] | None, field: str, most: int) -> Texts | None:
    return None if given is None else texts_from(given, "input", field, most=most, required=False)
