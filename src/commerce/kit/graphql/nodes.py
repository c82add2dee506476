"""Objects with a global identity."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.kit import ids
from commerce.kit.errors import (
    NotFound,
)
from commerce.kit.graphql.rules import PART
from commerce.kit.graphql.types import ID, Info, derived, interface


@interface(PART)
class Node:
    """Anything with a global identity. The id is opaque, stable, unique over all types, and the cache key of the object."""

    prefix: ClassVar[str]
    key: strawberry.Private[UUID]

    @derived
    def id(self) -> ID:
        """Opaque global id. Never parse it and never build it."""
        return ID(ids.encode(self.prefix, self.key))


NodeLoader = Callable[[Sequence[UUID], Info], Awaitable[Sequence[Node | None]]]
_node_loaders: dict[str, NodeLoader] = {}


def node_loader(prefix: str) -> Callable[[NodeLoader], NodeLoader]:
    """Register how the nodes of a prefix are read, many keys at once. What the caller may not see is None."""

    def register(loader: NodeLoader) -> NodeLoader:
        _node_loaders[prefix] = loader
        return loader

    return register


async def nodes_of(global_ids: Sequence[str], info: Info) -> list[Node | None]:
    """The objects of these ids in their order; None for what does not exist or must not be seen."""
    wanted: dict[str, list[UUID]] = {}
    parts = [ids.split(text) for text in global_ids]
    for part in parts:
        if part is not None and part[0] in _node_loaders:
            wanted.setdefault(part[0], []).append(part[1])
    found: dict[tuple[str, UUID], Node | None] = {}
    for prefix, keys in wanted.items():
        for key, node in zip(keys, await _node_loaders[prefix](keys, info), strict=True):
            found[prefix, key] = node
    return [found.get(part) if part else None for part in parts]


def key_from(prefix: str, text: str, *field: str | int) -> UUID:
    """The key within an id that a client sent; NOT_FOUND when it is not an id of this type."""
    key = ids.decode(prefix, text)
    if key is None:
        raise NotFound(*field)
    return key
