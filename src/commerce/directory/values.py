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
    """A province or state. `local_name` is what is printed on parcels, `native_name` what it is called in its own language."""

    code: str
    name: str
    local_name: str = field(default="")
    native_name: str = ""


@dataclass(frozen=True, slots=True)
class FormatField:
    """A field of a form for addresses. Those of one row stand beside each other."""

    name: str
    label: str
    row: int
    is_required: bool


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """What a form for addresses looks like in a country."""

    country: str
    fields: tuple[FormatField, ...]
    postal_code_pattern: str | None
    postal_code_examples: tuple[str, ...]
    regions: tuple[Region, ...]
