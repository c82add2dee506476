"""Pictures and films, as the API says them."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.catalog import queries
from commerce.catalog.graphql.sight import sight
from commerce.catalog.values import MediaKind, MediaPlace
from commerce.i18n import rules as i18n
from commerce.i18n.values import Texts
from commerce.kit.db import Row
from commerce.kit.graphql import PUBLIC, Info, Node, derived, interface, node_loader, object_type
from commerce.kit.scalars import URL


@interface(PUBLIC)
class Media(Node):
    """Something to look at."""

    alts: strawberry.Private[Texts]
    path: strawberry.Private[str | None]
    address: strawberry.Private[str | None]

    @derived
    def alt(self, info: Info) -> str:
        """Text for those who cannot see it, in the current locale; empty when there is none."""
        return i18n.pick(self.alts, info.context.locales)

    @derived
    def url(self, info: Info) -> URL:
        """Address of the file."""
        if self.path is None:
            return URL(self.address or "")
        return URL(info.context[MediaPlace].address(self.path))


@object_type(PUBLIC)
class Image(Media):
    """A picture."""

    prefix: ClassVar[str] = "image"
    size: strawberry.Private[tuple[int, int]]
    thumb_hash: strawberry.Private[str | None]

    @derived
    def width(self) -> int:
        """Width of the original in pixels."""
        return self.size[0]

    @derived
    def height(self) -> int:
        """Height of the original in pixels."""
        return self.size[1]

    @derived
    def placeholder(self) -> str | None:
        """ThumbHash placeholder in base64; null when none was stored."""
        return self.thumb_hash


@object_type(PUBLIC)
class Video(Media):
    """A film."""

    prefix: ClassVar[str] = "video"


def media_from(row: Row) -> Image | Video:
    """A picture or a film from its row."""
    key, kind, path, address, width, height, alts, placeholder = row
    if kind == MediaKind.VIDEO:
        return Video(key=key, alts=alts, path=path, address=address)
    return Image(key=key, alts=alts, path=path, address=address, size=(width or 0, height or 0), thumb_hash=placeholder)


def image_from(row: Row | None) -> Image | None:
    found = media_from(row) if row else None
    return found if isinstance(found, Image) else None


@node_loader("image")
async def _images(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return [image_from(row) for row in await queries.media_by_key(info.context, keys, sight(info))]


@node_loader("video")
async def _videos(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    rows = await queries.media_by_key(info.context, keys, sight(info))
    found = [media_from(row) if row else None for row in rows]
    return [media if isinstance(media, Video) else None for media in found]
