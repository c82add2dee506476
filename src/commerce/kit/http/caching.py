"""What an answer says to the caches on its way: RFC 9110, 9111 and 9211."""

import re
from collections.abc import Sequence

from commerce.kit.answers import Kept
from commerce.kit.http.response import RawHeaders, raw

OWN = "private, no-store"
"""An answer that is for this caller only, or that no cache could find again."""
_TAG = re.compile(r'"[^"]*"')


class CacheHeaders:
    """The headers by which caches know what to do. `vary_by` are the request's headers that answers may depend on."""

    def __init__(self, vary_by: Sequence[str], seconds: int) -> None:
        """`seconds`: how long a CDN may hand out an answer without asking; 0 lets it ask each time."""
        self.vary_by = tuple(vary_by)
        self.seconds = seconds
        self._own: dict[str, RawHeaders] = {}

    def own(self, language: str) -> RawHeaders:
        """Of an answer that is kept by nobody."""
        known = self._own.get(language)
        if known is None:
            said = {"Content-Language": language, "Vary": self._vary(self.vary_by), "Cache-Control": OWN}
            known = self._own[language] = raw(said)
        return known

    def shareable(self, kept: Kept, now: float) -> RawHeaders:
        """Of an answer that everyone who asks for the same address may be given."""
        seconds = max(0, min(self.seconds, int(kept.until - now)))
        lasts = f"public, max-age=0, must-revalidate, s-maxage={seconds}" if seconds else "public, no-cache"
        varies = [name for name in self.vary_by if name.lower() in kept.varies]
        return raw(
            {
                "Content-Language": kept.language,
                "Vary": self._vary(varies),
                "Cache-Control": lasts,
                "ETag": kept.tag,
            }
        )

    def _vary(self, names: Sequence[str]) -> str:
        return ", ".join(("Accept", "Accept-Encoding", "Authorization", "Cookie", *names))


def is_known_to(client: str | None, kept: Kept) -> bool:
    """Whether the tags in `If-None-Match` name an answer. They are compared weakly."""
    if client is None:
        return False
    return client.strip() == "*" or kept.tag.removeprefix("W/") in _TAG.findall(client)


def status(said: str) -> RawHeaders:
    """How an answer came about, as `Cache-Status`."""
    return [(b"cache-status", b"answers; " + said.encode())]
