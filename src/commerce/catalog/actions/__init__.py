"""What we do with the catalog."""

from commerce.catalog.actions.categories import create_category, delete_category, move_category, update_category
from commerce.catalog.actions.parts import add_media, add_variants, update_variant
from commerce.catalog.actions.products import archive, create_product, update_product
from commerce.catalog.actions.publishing import publish, unpublish
from commerce.catalog.actions.vocabulary import create_attribute, create_brand, create_option, update_brand

__all__ = [
    "add_media",
    "add_variants",
    "archive",
    "create_attribute",
    "create_brand",
    "create_category",
    "create_option",
    "create_product",
    "delete_category",
    "move_category",
    "publish",
    "unpublish",
    "update_brand",
    "update_category",
    "update_product",
    "update_variant",
]
