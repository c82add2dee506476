"""What happens in the catalog."""

from dataclasses import dataclass
from uuid import UUID

from commerce.kit.events import Event


@dataclass(frozen=True)
class ProductCreated(Event):
    product_key: UUID


@dataclass(frozen=True)
class ProductUpdated(Event):
    """Texts, variants, categories, attributes or media changed, or the product was archived."""

    product_key: UUID


@dataclass(frozen=True)
class ProductPublished(Event):
    """It is, or at an instant will be, on sale in these channels."""

    product_key: UUID
    channel_keys: tuple[UUID, ...]


@dataclass(frozen=True)
class ProductUnpublished(Event):
    """It is not, or from an instant on will not be, on sale in these channels."""

    product_key: UUID
    channel_keys: tuple[UUID, ...]
