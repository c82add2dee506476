"""Tables of the catalog."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from commerce.catalog.values import AttributeKind, MediaKind, ProductStatus
from commerce.i18n.values import Texts
from commerce.kit.changes import public
from commerce.kit.db import Table, choice, document, instant


class SlugKind(StrEnum):
    """What a slug leads to."""

    PRODUCT = "PRODUCT"
    CATEGORY = "CATEGORY"


@public
class Brand(Table, table=True):
    """A maker."""

    __tablename__ = "catalog_brand"

    code: str = Field(unique=True)
    slug: str = Field(unique=True)
    name: Texts = document(nullable=False)
    created_at: datetime = instant(nullable=False)


@public
class Category(Table, table=True):
    """A place in the tree. `path` holds the keys from the root down to the parent."""

    __tablename__ = "catalog_category"
    __table_args__ = (Index(None, "parent_id", "position"), Index(None, "path", postgresql_using="gin"))

    code: str = Field(unique=True)
    parent_id: UUID | None = Field(default=None, foreign_key="catalog_category.id")
    path: list[UUID] = Field(sa_type=ARRAY(Uuid), nullable=False)
    position: int
    name: Texts = document(nullable=False)
    slugs: Texts = document(nullable=False)
    description: Texts = document(nullable=False)
    seo_title: Texts = document(nullable=False)
    seo_description: Texts = document(nullable=False)
    created_at: datetime = instant(nullable=False)


@public
class Product(Table, table=True):
    """A thing that is sold. `slugs` repeats its current slugs, so that reading needs no join."""

    __tablename__ = "catalog_product"
    __table_args__ = (
        Index(None, "created_at", "id"),
        Index("ix_catalog_product_merchant_order", text("(-rank)"), "id"),
    )

    code: str = Field(unique=True)
    vendor_id: UUID = Field(foreign_key="vendors_vendor.id", index=True)
    brand_id: UUID | None = Field(default=None, foreign_key="catalog_brand.id", index=True)
    name: Texts = document(nullable=False)
    slugs: Texts = document(nullable=False)
    description: Texts = document(nullable=False)
    seo_title: Texts = document(nullable=False)
    seo_description: Texts = document(nullable=False)
    tax_class: str = Field(default="standard", sa_column_kwargs={"server_default": "standard"})
    status: str = choice(default=ProductStatus.DRAFT.value, nullable=False)
    rank: int = 0
    created_at: datetime = instant(nullable=False)
    updated_at: datetime = instant(nullable=False)


@public
class CategoryProduct(SQLModel, table=True):
    """A product in a category: one row for each that it is put into, and one for each above those.

    `position` orders the categories of a product, `rank` the products of a category.
    """

    __tablename__ = "catalog_category_product"
    __table_args__ = (
        # Backwards it gives the merchant's order, with the latest product first where ranks are equal.
        Index("ix_catalog_category_product_merchant_order", "category_id", text("(-rank)"), "product_id"),
    )

    category_id: UUID = Field(foreign_key="catalog_category.id", primary_key=True)
    product_id: UUID = Field(foreign_key="catalog_product.id", primary_key=True, index=True)
    is_direct: bool
    position: int
    rank: int


@public
class Attribute(Table, table=True):
    """A descriptive property, such as the material."""

    __tablename__ = "catalog_attribute"

    code: str = Field(unique=True)
    name: Texts = document(nullable=False)
    kind: str = choice(default=AttributeKind.TEXT.value, nullable=False)
    unit: str | None = None
    position: int = 0


@public
class AttributeChoice(Table, table=True):
    """A value that an ENUM attribute may take."""

    __tablename__ = "catalog_attribute_value"
    __table_args__ = (UniqueConstraint("attribute_id", "code"),)

    attribute_id: UUID = Field(foreign_key="catalog_attribute.id")
    code: str
    name: Texts = document(nullable=False)
    position: int


@public
class ProductAttribute(Table, table=True):
    """What a product says of an attribute. A second value of the same ENUM is a second row."""

    __tablename__ = "catalog_product_attribute"
    __table_args__ = (
        UniqueConstraint("product_id", "attribute_id", "position"),
        CheckConstraint('num_nonnulls(value_id, "text", number, "boolean") = 1', name="one_value"),
    )

    product_id: UUID = Field(foreign_key="catalog_product.id")
    attribute_id: UUID = Field(foreign_key="catalog_attribute.id", index=True)
    value_id: UUID | None = Field(default=None, foreign_key="catalog_attribute_value.id", index=True)
    text: Texts | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    number: Decimal | None = Field(default=None, sa_type=Numeric)
    boolean: bool | None = None
    position: int


@public
class Option(Table, table=True):
    """A choice that variants differ by, such as the color. All products share it."""

    __tablename__ = "catalog_option"

    code: str = Field(unique=True)
    name: Texts = document(nullable=False)


@public
class OptionValue(Table, table=True):
    """One value of an option."""

    __tablename__ = "catalog_option_value"
    __table_args__ = (UniqueConstraint("option_id", "code"),)

    option_id: UUID = Field(foreign_key="catalog_option.id")
    code: str
    name: Texts = document(nullable=False)
    color: str | None = None
    position: int


@public
class ProductOption(Table, table=True):
    """An option that spans the variants of a product."""

    __tablename__ = "catalog_product_option"
    __table_args__ = (UniqueConstraint("product_id", "option_id"),)

    product_id: UUID = Field(foreign_key="catalog_product.id")
    option_id: UUID = Field(foreign_key="catalog_option.id", index=True)
    position: int


@public
class Variant(Table, table=True):
    """One buyable version of a product. `choice_key` tells its choices, so that no two can have the same."""

    __tablename__ = "catalog_variant"
    __table_args__ = (
        UniqueConstraint("product_id", "choice_key"),
        Index(None, "product_id", "position", "id"),
        CheckConstraint("weight_g >= 0", name="weight"),
        CheckConstraint("max_per_order > 0", name="max_per_order"),
    )

    product_id: UUID = Field(foreign_key="catalog_product.id")
    sku: str = Field(unique=True)
    barcode: str | None = Field(default=None, index=True)
    weight_g: int | None = None
    max_per_order: int | None = None
    position: int
    choice_key: str


@public
class VariantChoice(SQLModel, table=True):
    """What a variant chooses of one option."""

    __tablename__ = "catalog_variant_choice"

    variant_id: UUID = Field(foreign_key="catalog_variant.id", primary_key=True)
    option_id: UUID = Field(foreign_key="catalog_option.id", primary_key=True, index=True)
    value_id: UUID = Field(foreign_key="catalog_option_value.id", index=True)


@public
class Media(Table, table=True):
    """A picture or a film of a product or a category: a file below the media folder, or an address elsewhere."""

    __tablename__ = "catalog_media"
    __table_args__ = (
        CheckConstraint("num_nonnulls(product_id, category_id) = 1", name="one_owner"),
        CheckConstraint("num_nonnulls(path, url) = 1", name="one_place"),
        Index(None, "product_id", "position"),
        Index(None, "variant_id", "position", postgresql_where=text("variant_id is not null")),
        Index(None, "category_id", unique=True, postgresql_where=text("category_id is not null")),
    )

    product_id: UUID | None = Field(default=None, foreign_key="catalog_product.id")
    variant_id: UUID | None = Field(default=None, foreign_key="catalog_variant.id")
    category_id: UUID | None = Field(default=None, foreign_key="catalog_category.id")
    kind: str = choice(default=MediaKind.IMAGE.value, nullable=False)
    path: str | None = None
    url: str | None = None
    width: int | None = None
    height: int | None = None
    alt: Texts = document(nullable=False)
    placeholder: str | None = None
    position: int


@public
class Publication(SQLModel, table=True):
    """When a product can be seen in a channel: from the first instant on, until just before the second."""

    __tablename__ = "catalog_publication"
    __table_args__ = (
        CheckConstraint("unpublished_at >= published_at", name="end_after_start"),
        Index(None, "channel_id", "product_id"),
    )

    product_id: UUID = Field(foreign_key="catalog_product.id", primary_key=True)
    channel_id: UUID = Field(foreign_key="channels_channel.id", primary_key=True)
    published_at: datetime = instant(nullable=False)
    unpublished_at: datetime | None = instant(default=None, nullable=True)


@public
class Slug(Table, table=True):
    """An address part, current or of old: old ones still lead to where they led."""

    __tablename__ = "catalog_slug"
    __table_args__ = (
        UniqueConstraint("kind", "locale", "slug"),
        Index(None, "kind", "target_id", "locale", unique=True, postgresql_where=text("is_current")),
        Index(None, "kind", "slug"),
        Index(None, "target_id"),
    )

    kind: str = choice(nullable=False)
    target_id: UUID
    locale: str
    slug: str
    is_current: bool
    created_at: datetime = instant(nullable=False)
