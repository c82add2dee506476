"""What staff send to change products."""

from datetime import datetime
from decimal import Decimal

import strawberry

from commerce.catalog.graphql.options import SelectedOptionInput
from commerce.catalog.values import MediaKind
from commerce.i18n.graphql import TextInput
from commerce.kit.graphql import ID, described, described_enum, input_type
from commerce.kit.scalars import URL

described_enum({MediaKind.IMAGE: "A picture.", MediaKind.VIDEO: "A film."})(MediaKind)


@input_type
class MediaInput:
    """A picture or film: either a file below the media folder or an address elsewhere."""

    kind: MediaKind = described("What it is.", default=MediaKind.IMAGE)
    path: str | None = described("Path below the media folder: `mugs/red.webp`.", default=None)
    url: URL | None = described("Address elsewhere.", default=None)
    width: int | None = described("Width in pixels; a picture needs it.", default=None)
    height: int | None = described("Height in pixels; a picture needs it.", default=None)
    alt: list[TextInput] = described(
        "Text for those who cannot see it, by locale, at most 500 characters.", default_factory=list
    )
    sku: str | None = described("SKU of the variant of this product that it shows.", default=None)
    placeholder: str | None = described("ThumbHash in base64, at most 100 characters.", default=None)


@input_type
class AttributeInput:
    """What a product says of an attribute: the one part that its kind asks for."""

    code: str = described("Code of the attribute.")
    values: list[str] = described("Codes of values, for an ENUM.", default_factory=list)
    text: list[TextInput] | None = described("Text by locale, for a TEXT, at most 2000 characters.", default=None)
    number: Decimal | None = described("Number in the unit of the attribute, for a NUMBER.", default=None)
    boolean: bool | None = described("True or false, for a BOOLEAN.", default=None)


@input_type
class ProductVariantInput:
    """A variant to be."""

    sku: str = described("Stock keeping unit, unique in the shop, at most 64 characters.")
    choices: list[SelectedOptionInput] = described("One choice for each option of the product.", default_factory=list)
    barcode: str | None = described("GTIN, EAN or UPC, at most 64 characters.", default=None)
    weight_grams: int | None = described("Weight in grams.", default=None)
    max_per_order: int | None = described("Largest quantity per order; no limit when left out.", default=None)


@input_type
class ProductCreateInput:
    """A new product. It is a draft until it is published."""

    name: list[TextInput] = described("Name by locale, at most 255 characters.")
    variants: list[ProductVariantInput] = described("Variants in display order: at least one, at most 250.")
    code: str | None = described(
        "Stable code for integrations: letters, digits, dots, dashes and underscores, at most 100. The slug when left"
        " out.",
        default=None,
    )
    slugs: list[TextInput] = described(
        "Address part by locale: lower-case letters, digits and dashes, at most 100. Made from the name where left out.",
        default_factory=list,
    )
    description: list[TextInput] = described(
        "Description by locale, as HTML, which is sanitized; at most 50000 characters.", default_factory=list
    )
    seo_title: list[TextInput] = described("Page title by locale, at most 255 characters.", default_factory=list)
    seo_description: list[TextInput] = described(
        "Page description by locale, at most 1000 characters.", default_factory=list
    )
    category_ids: list[ID] = described("Categories, the main one first.", default_factory=list)
    brand_id: ID | None = described("Brand.", default=None)
    tax_class: str = described("Code of the tax class.", default="standard")
    options: list[str] = described("Codes of the options that span the variants, in order.", default_factory=list)
    attributes: list[AttributeInput] = described("Descriptive attributes.", default_factory=list)
    media: list[MediaInput] = described("Pictures and films, in display order.", default_factory=list)
    rank: int = described("Place in lists in the shop's own order: smaller first.", default=0)


@input_type
class ProductUpdateInput:
    """Changes to a product. What is left out stays; lists are replaced as a whole."""

    product_id: ID = described("Product.")
    name: list[TextInput] | None = described("Name by locale, at most 255 characters.", default=None)
    slugs: list[TextInput] | None = described("Address part by locale. The old ones keep leading here.", default=None)
    description: list[TextInput] | None = described("Description by locale, as HTML, which is sanitized.", default=None)
    seo_title: list[TextInput] | None = described("Page title by locale.", default=None)
    seo_description: list[TextInput] | None = described("Page description by locale.", default=None)
    category_ids: list[ID] | None = described("Categories, the main one first.", default=None)
    brand_id: strawberry.Maybe[ID | None] = described("Brand; null takes it away.", default=None)
    tax_class: str | None = described("Code of the tax class.", default=None)
    attributes: list[AttributeInput] | None = described("Descriptive attributes.", default=None)
    rank: int | None = described("Place in lists in the shop's own order: smaller first.", default=None)


@input_type
class ProductPublishInput:
    """Puts a product on sale in channels."""

    product_id: ID = described("Product.")
    channel_ids: list[ID] = described("Channels.")
    publish_at: datetime | None = described("From when on; now when left out.", default=None)
    unpublish_at: datetime | None = described("Until just before when; forever when left out.", default=None)


@input_type
class ProductUnpublishInput:
    """Takes a product off sale in channels."""

    product_id: ID = described("Product.")
    channel_ids: list[ID] = described("Channels. Where it is not published, nothing happens.")
    unpublish_at: datetime | None = described("From when on; now when left out.", default=None)


@input_type
class ProductDeleteInput:
    """Withdraws a product."""

    product_id: ID = described("Product.")


@input_type
class ProductVariantsAddInput:
    """Adds variants to a product."""

    product_id: ID = described("Product.")
    variants: list[ProductVariantInput] = described("Variants, in display order, behind those it has.")


@input_type
class ProductVariantUpdateInput:
    """Changes to a variant. What is left out stays; its choices are for good."""

    variant_id: ID = described("Variant.")
    sku: str | None = described("Stock keeping unit, unique in the shop, at most 64 characters.", default=None)
    barcode: strawberry.Maybe[str | None] = described("GTIN, EAN or UPC; null takes it away.", default=None)
    weight_grams: strawberry.Maybe[int | None] = described("Weight in grams; null when unknown.", default=None)
    max_per_order: strawberry.Maybe[int | None] = described(
        "Largest quantity per order; null for no limit.", default=None
    )


@input_type
class ProductMediaAddInput:
    """Adds pictures and films to a product."""

    product_id: ID = described("Product.")
    media: list[MediaInput] = described("Pictures and films, in display order, behind those it has.")
