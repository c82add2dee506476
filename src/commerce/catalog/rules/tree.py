"""Where categories stand, and which products they hold."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from commerce.catalog.errors import UnderItself


def check_move(key: UUID, parent_key: UUID | None, parent_path: Sequence[UUID]) -> None:
    """A category goes anywhere but under itself."""
    if parent_key is not None and key in (parent_key, *parent_path):
        raise UnderItself("input", "parentId")


def memberships(category_keys: Sequence[UUID], paths: Mapping[UUID, Sequence[UUID]]) -> list[tuple[UUID, bool, int]]:
    """All categories that a product in these ones belongs to: key, whether directly, and place."""
    places: dict[UUID, tuple[bool, int]] = {key: (True, i) for i, key in reversed(list(enumerate(category_keys)))}
    for i, key in enumerate(category_keys):
        for above in paths[key]:
            places.setdefault(above, (False, i))
    return [(key, is_direct, place) for key, (is_direct, place) in places.items()]
