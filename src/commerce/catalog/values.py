"""What others hand to the catalog, and what it hands to them."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from commerce.i18n.values import Texts


class ProductStatus(StrEnum):
    """Publication state of a product."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"


class AttributeKind(StrEnum):
    """Type of the values of an attribute."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    ENUM = "ENUM"


class MediaKind(StrEnum):
    """What sort of media it is."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"


@dataclass(frozen=True, slots=True)
class MediaPlace:
    """Where media files lie, and under which address they are served."""

    folder: Path
    public_url: str
    _base: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_base", f"{self.public_url.rstrip('/')}/media/")

    def address(self, path: str) -> str:
        """The absolute address of a file."""
        return self._base + (path if _NEEDS_NO_QUOTES(path) else quote(path))


_NEEDS_NO_QUOTES = re.compile(r"[A-Za-z0-9_.~/-]*").fullmatch


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose eyes see the catalog: a channel at an instant, or a merchant's, which see all."""

    channel_key: UUID
    now: datetime
    sees_all: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a product or a category."""

    name: Texts
    slugs: Texts
    description: Texts
    seo_title: Texts
    seo_description: Texts


@dataclass(frozen=True, slots=True)
class VariantForSale:
    """What carts, quotes and orders need to know of a variant. `choices` are pairs of option and value."""

    key: UUID
    product_key: UUID
    vendor_key: UUID
    sku: str
    product_name: Texts
    choices: tuple[tuple[Texts, Texts], ...]
    tax_class: str
    weight_g: int | None
    max_per_order: int | None
    is_visible: bool


@dataclass(frozen=True, slots=True)
class SeoDraft:
    """Texts for search engines; where one is missing, it is made from the name or the description."""

    title: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AttributeDraft:
    """What a product is to say of an attribute: the part that fits its kind."""

    code: str
    values: tuple[str, ...] = ()
    text: Texts | None = None
    number: Decimal | None = None
    boolean: bool | None = None


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant to be. `choices` maps codes of options to codes of their values."""

    sku: str
    choices: dict[str, str] = field(default_factory=dict)
    barcode: str | None = None
    weight_g: int | None = None
    max_per_order: int | None = None


@dataclass(frozen=True, slots=True)
class MediaDraft:
    """A picture or film to be: a file below the media folder, or an address elsewhere."""

    kind: MediaKind = MediaKind.IMAGE
    path: str | None = None
    url: str | None = None
    width: int | None = None
    height: int | None = None
    alt: Texts = field(default_factory=dict)
    sku: str | None = None
    placeholder: str | None = None


@dataclass(frozen=True, slots=True)
class ValueDraft:
    """A value of an option or an ENUM attribute to be."""

    code: str
    name: Texts
    color: str | None = None


@dataclass(frozen=True, slots=True)
class CategoryDraft:
    """A category to be. The slug of a locale that is left out is made from the name."""

    name: Texts
    code: str | None = None
    parent_key: UUID | None = None
    slugs: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    seo: SeoDraft = field(default_factory=SeoDraft)
    image: MediaDraft | None = None


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product to be. Options and attributes go by their codes; the first category is the main one.

    The slug of a locale that is left out is made from the name, the code from the slug.
    """

    name: Texts
    variants: tuple[VariantDraft, ...]
    code: str | None = None
    slugs: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    seo: SeoDraft = field(default_factory=SeoDraft)
    category_keys: tuple[UUID, ...] = ()
    brand_key: UUID | None = None
    tax_class: str = "standard"
    options: tuple[str, ...] = ()
    attributes: tuple[AttributeDraft, ...] = ()
    media: tuple[MediaDraft, ...] = ()
    rank: int = 0


class Unset:
    """Stands for what a change leaves as it is."""


UNSET = Unset()


@dataclass(frozen=True, slots=True)
class ProductChange:
    """Changes to a product. What is None or UNSET stays; texts, categories and attributes are replaced as a whole."""

    name: Texts | None = None
    slugs: Texts | None = None
    description: Texts | None = None
    seo_title: Texts | None = None
    seo_description: Texts | None = None
    category_keys: tuple[UUID, ...] | None = None
    brand_key: UUID | Unset | None = UNSET
    tax_class: str | None = None
    attributes: tuple[AttributeDraft, ...] | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class VariantChange:
    """Changes to a variant. What is UNSET stays; its choices are for good."""

    sku: str | Unset = UNSET
    barcode: str | Unset | None = UNSET
    weight_g: int | Unset | None = UNSET
    max_per_order: int | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """Changes to a category. What is None or UNSET stays; texts are replaced as a whole."""

    name: Texts | None = None
    slugs: Texts | None = None
    description: Texts | None = None
    seo_title: Texts | None = None
    seo_description: Texts | None = None
    image: MediaDraft | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class KnownOption:
    """An option with the keys of its values by code."""

    key: UUID
    values: dict[str, UUID]


@dataclass(frozen=True, slots=True)
class KnownAttribute:
    """An attribute with the keys of its values by code."""

    key: UUID
    kind: str
    values: dict[str, UUID]


@dataclass(frozen=True, slots=True)
class References:
    """What the drafts of products refer to, as far as it exists. Categories go with the keys of those above them."""

    options: dict[str, KnownOption] = field(default_factory=dict)
    attributes: dict[str, KnownAttribute] = field(default_factory=dict)
    category_paths: dict[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    brand_keys: frozenset[UUID] = frozenset()
