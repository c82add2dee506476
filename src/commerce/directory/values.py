"""What others keep of a place."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address as it was given. Which parts are needed depends on the country."""

    name: str
    country: str
    lines: tuple[str, ...] = ()
    company: str | None = None
    city: str | None = None
    district: str | None = None
    region: str | None = None
    postal_code: str | None = None
    phone: str | None = None

    def document(self) -> dict[str, Any]:
        """As it is stored in a JSON column."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def read(cls, document: dict[str, Any] | None) -> "Address | None":
        """From a JSON column."""
        return cls(**{**document, "lines": tuple(document.get("lines", ()))}) if document else None


@dataclass(frozen=True, slots=True)
class Region:
    """A province or state."""

    code: str
    name: str
    local_name: str = field(default="")
