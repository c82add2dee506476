"""Cookies for pages of our own: an extra beside tokens in headers, which other sites can do nothing with.

They are sent along by whatever page, so they count only from pages of origins that are named; a request that changes
something is JSON by POST, which no page of another site can send without being asked first (CORS).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class CookieRules:
    """How cookies are kept by browsers, and from which pages they are taken."""

    origins: frozenset[str]
    """Origins whose pages may use them, beside the shop's own host; never any."""
    is_secure: bool
    path: str = "/graphql"

    def name(self, part: str) -> str:
        """The full name of a cookie. With this prefix browsers take it over HTTPS only."""
        return f"__Secure-commerce-{part}" if self.is_secure else f"commerce-{part}"

    def takes(self, headers: Mapping[str, str]) -> bool:
        """Whether the page that sends a request may use cookies. Whoever is not a page may."""
        origin = headers.get("origin", "").rstrip("/").lower()
        if not origin:
            return headers.get("sec-fetch-site") != "cross-site"
        return origin in self.origins or self._is_host(origin, headers.get("host", ""))

    def _is_host(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.netloc == host.lower() and parts.scheme == ("https" if self.is_secure else "http")

    def read(self, headers: Mapping[str, str], part: str) -> str | None:
        """The value of a cookie that came with a request; None from a page that may not use it.

        None too where there are several: one is not ours, but of somebody else under the same domain.
        """
        if "cookie" not in headers or not self.takes(headers):
            return None
        pairs = (pair.strip().partition("=") for pair in headers["cookie"].split(";"))
        found = [value for name, _, value in pairs if name == self.name(part)]
        return (found[0] or None) if len(found) == 1 else None

    def written(self, part: str, value: str, seconds: int) -> str:
        """The header that has a browser keep a cookie, out of reach of scripts; for no time at all to forget it."""
        secure = "; Secure" if self.is_secure else ""
        return f"{self.name(part)}={value}; Path={self.path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
