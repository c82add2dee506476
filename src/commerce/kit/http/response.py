"""What a client gets: the form that it accepts, and the bytes on the wire."""

import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from starlette.types import Send

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
OFFERED = (JSON, RESPONSE_JSON)
"""What an operation may be answered in; the first is for those who accept anything."""


@lru_cache(maxsize=256)
def negotiated(accept: str, offered: Sequence[str] = OFFERED) -> str | None:
    """The offered media type that an `Accept` header likes best; None when it takes none of them.

    Where several are liked alike, the one that is named wins over a wildcard. Of those named, the later one in the
    offer wins, as newer clients name the old media type beside the new one; of those by a wildcard, the first.
    """
    if not accept.strip():
        return offered[0]
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    best: tuple[float, int, int] = (0.0, 0, 0)
    found = None
    for place, media in enumerate(offered):
        quality, precision = _quality(media, ranges)
        rank = quality, precision, place if precision == 2 else -place
        if quality > 0 and (found is None or rank > best):
            best, found = rank, media
    return found


def _range(part: str) -> tuple[str, float]:
    """A media range and its quality. Parameters other than `q` do not tell our answers apart."""
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            return name, _number(value.strip())
    return name, 1.0


def _number(value: str) -> float:
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(media: str, ranges: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """How much a media type is liked, by the most precise range that it falls into, and how precise that one is."""
    kind = media.partition("/")[0]
    for precision, name in ((2, media), (1, f"{kind}/*"), (0, "*/*")):
        liked = [quality for given, quality in ranges if given == name]
        if liked:
            return max(liked), precision
    return 0.0, 0


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client can unpack gzip, by its header `Accept-Encoding`."""
    liked = dict(map(_range, accept_encoding.split(",")))
    return liked.get("gzip", liked.get("*", 0.0)) > 0


def is_to_be_packed(body: bytes, accept_encoding: str) -> bool:
    """Whether a body is long enough to be packed, for a client that can unpack it."""
    return len(body) > SMALLEST_PACKED and takes_gzip(accept_encoding)


def packed(body: bytes) -> bytes:
    """The body in gzip, at the level that costs least: a higher one takes twice the time for a tenth of the size."""
    packer = zlib.compressobj(1, zlib.DEFLATED, _AS_GZIP)
    return packer.compress(body) + packer.flush()


_AS_GZIP = 31
SMALLEST_PACKED = 1_400
"""Bytes up to which an answer fits into one packet as it is."""
RawHeaders = list[tuple[bytes, bytes]]
IN_GZIP: RawHeaders = [(b"content-encoding", b"gzip")]


def raw(headers: Mapping[str, str]) -> RawHeaders:
    """Headers as they go over the wire."""
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


async def respond(
    send: Send, status: int, media: str, body: bytes, headers: RawHeaders, accept_encoding: str = ""
) -> None:
    """Send a whole answer, packed if it is long and the client can unpack it."""
    if is_to_be_packed(body, accept_encoding):
        body, headers = packed(body), headers + IN_GZIP
    whole = [*_FORM[media], (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": whole})
    await send({"type": "http.response.body", "body": body})


_FORM = {
    media: raw({"Content-Type": f"{media}; charset=utf-8", "X-Content-Type-Options": "nosniff"}) for media in OFFERED
}
