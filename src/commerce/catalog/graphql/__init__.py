"""The catalog, as the API says it."""

import strawberry

from commerce.catalog.graphql.attributes import AttributeValue
from commerce.catalog.graphql.categories import Brand, Category, Seo, brand_of, category_of, load_categories
from commerce.catalog.graphql.keeping import CategoriesMutation, VocabularyMutation
from commerce.catalog.graphql.media import Image, Media, Video, image_from, media_from
from commerce.catalog.graphql.options import (
    ProductOption,
    ProductOptionValue,
    SelectedOption,
    SelectedOptionInput,
)
from commerce.catalog.graphql.products import (
    Product,
    ProductTranslation,
    ProductVariant,
    load_products,
    load_variants,
    product_of,
    variant_of,
)
from commerce.catalog.graphql.reading import LookupQuery, ProductBy
from commerce.catalog.graphql.sight import sight
from commerce.catalog.graphql.vocabulary import VocabularyQuery
from commerce.catalog.graphql.writing import ProductsMutation


@strawberry.type
class CatalogQuery(LookupQuery, VocabularyQuery):
    """Everything that can be read of the catalog."""


@strawberry.type
class CatalogMutation(CategoriesMutation, ProductsMutation, VocabularyMutation):
    """Everything that can be changed in the catalog."""


MEDIA_TYPES = (Image, Video)
"""Types that only an interface leads to, for the schema."""

__all__ = [
    "MEDIA_TYPES",
    "AttributeValue",
    "Brand",
    "CatalogMutation",
    "CatalogQuery",
    "Category",
    "Image",
    "Media",
    "Product",
    "ProductBy",
    "ProductOption",
    "ProductOptionValue",
    "ProductTranslation",
    "ProductVariant",
    "SelectedOption",
    "SelectedOptionInput",
    "Seo",
    "Video",
    "brand_of",
    "category_of",
    "image_from",
    "load_categories",
    "load_products",
    "load_variants",
    "media_from",
    "product_of",
    "sight",
    "variant_of",
]
