"""Who may keep a connection open, and how many of them."""

import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from commerce.kit.http import Malformed

COME_BACK = {"Retry-After": "10"}


class Door:
    """Counts the connections that stay open in this process, and lets only known origins in.

    `origins` are those whose pages may connect; `*` for any. A page may always connect to the host that it came from,
    and so may whoever is not a page.
    """

    def __init__(self, origins: Collection[str], most: int, most_per_address: int) -> None:
        self.origins = {origin.rstrip("/").lower() for origin in origins}
        self.most = most
        self.most_per_address = most_per_address
        self._open: set[Callable[[], None]] = set()
        self._addresses: Counter[str] = Counter()

    @contextlib.contextmanager
    def enter(self, connection: HTTPConnection, leave: Callable[[], None]) -> Iterator[None]:
        """Take a place for as long as the connection is open; `leave` asks it to end. Malformed when there is none."""
        self._check_origin(connection)
        address = _neighborhood(connection.client.host if connection.client else "")
        if self._addresses[address] >= self.most_per_address:
            raise Malformed(429, "Too many connections from this address.", "TOO_MANY_CONNECTIONS", COME_BACK)
        if len(self._open) >= self.most:
            raise Malformed(503, "Too many connections.", "TOO_MANY_CONNECTIONS", COME_BACK)
        self._open.add(leave)
        self._addresses[address] += 1
        try:
            yield
        finally:
            self._open.discard(leave)
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]

    def close(self) -> None:
        """Ask everyone to leave."""
        for leave in list(self._open):
            leave()

    def _check_origin(self, connection: HTTPConnection) -> None:
        origin = connection.headers.get("origin", "").lower()
        if not origin or "*" in self.origins or origin in self.origins:
            return
        if _host(origin) != connection.headers.get("host", "").lower():
            raise Malformed(403, "Pages of this origin may not connect.", "FORBIDDEN")


def _host(origin: str) -> str | None:
    """The host of an origin; None when it is none."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


def _neighborhood(host: str) -> str:
    """An address as it is counted: one client of IPv6 has a whole network of them."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else host
