"""What we do with pictures and films."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from commerce.catalog.values import MediaDraft
from commerce.kit.ids import new_key


def media_rows(
    drafts: Sequence[MediaDraft], product_key: UUID, variants: Mapping[str, UUID], place: int = 0
) -> list[dict[str, Any]]:
    """Rows of a product's media, from a place on."""
    return [
        {**medium(draft), "product_id": product_key, "variant_id": variants[draft.sku] if draft.sku else None,
         "position": place + i}
        for i, draft in enumerate(drafts)
    ]  # fmt: skip


def medium(draft: MediaDraft) -> dict[str, Any]:
    """The row of a picture or film, without its owner and place."""
    return {
        "id": new_key(), "kind": draft.kind.value, "path": draft.path, "url": draft.url, "width": draft.width,
        "height": draft.height, "alt": draft.alt, "placeholder": draft.placeholder,
    }  # fmt: skip
