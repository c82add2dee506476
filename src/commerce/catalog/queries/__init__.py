"""Every statement about the catalog."""

from commerce.catalog.queries.categories import (
    categories_by_key,
    categories_of,
    category_by_slug,
    children_of,
    root_categories,
)
from commerce.catalog.queries.parts import (
    attributes_of,
    brand_by_slug,
    brands_by_key,
    category_images,
    featured_images,
    media_by_key,
    media_of,
    option_values_by_key,
    options_by_key,
    options_of,
    variant_images,
)
from commerce.catalog.queries.products import PRODUCT_COLUMNS, product_by_sku, product_by_slug, products_by_key
from commerce.catalog.queries.variants import variants_by_key, variants_for_sale, variants_of
from commerce.catalog.queries.visibility import eyes, in_sight, visible

__all__ = [
    "PRODUCT_COLUMNS",
    "attributes_of",
    "brand_by_slug",
    "brands_by_key",
    "categories_by_key",
    "categories_of",
    "category_by_slug",
    "category_images",
    "children_of",
    "eyes",
    "featured_images",
    "in_sight",
    "media_by_key",
    "media_of",
    "option_values_by_key",
    "options_by_key",
    "options_of",
    "product_by_sku",
    "product_by_slug",
    "products_by_key",
    "root_categories",
    "variant_images",
    "variants_by_key",
    "variants_for_sale",
    "variants_of",
    "visible",
]
