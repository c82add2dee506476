"""Where people may be sent back to."""

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from commerce.accounts.errors import ReturnNotAllowed
from commerce.accounts.values import ReturnPlaces

LONGEST = 2000
_PORTS = {"https": 443, "http": 80}
_LOCAL = ("localhost", "127.0.0.1", "::1")


def check_return_url(url: str, places: ReturnPlaces, *field: str) -> None:
    """Refuse an address that is not the shop's: codes would go to whoever wrote it."""
    parts = _parts(url)
    origin = _origin(parts) if parts is not None else None
    if parts is None or origin is None or not (places.is_open or origin in _origins(places.origins)):
        raise ReturnNotAllowed(*field)


def _origins(allowed: Iterable[str]) -> set[str | None]:
    return {_origin(parts) for one in allowed if (parts := _parts(one)) is not None}


def _parts(url: str) -> SplitResult | None:
    """The parts of a plain address; None for one that browsers may read in another way than we do."""
    if len(url) > LONGEST or not url.isascii() or any(letter in url for letter in "\\ \t\r\n") or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    is_plain = parts.hostname and "@" not in parts.netloc and not parts.fragment
    return parts if is_plain and parts.scheme in _PORTS else None


def _origin(parts: SplitResult) -> str | None:
    """Scheme, host and port as browsers compare them; None where anybody on the way could read along."""
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        return None
    return f"{parts.scheme}://{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"
