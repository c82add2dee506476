"""What others keep of a place."""

from dataclasses import asdict, dataclass, field
from typing import Any

from commerce.kit.sealing import Vault


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
        """As a JSON document."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def read(cls, document: dict[str, Any] | None) -> "Address | None":
        """From a JSON document."""
        return cls(**{"name": "", **document, "lines": tuple(document.get("lines", ()))}) if document else None

    def sealed(self, vault: Vault) -> bytes:
        """As it is kept at rest."""
        kept = vault.seal_document("address", self.document())
        assert kept is not None
        return kept

    @classmethod
    def opened(cls, vault: Vault, sealed: bytes | None) -> "Address | None":
        """From what is kept at rest."""
        return cls.read(vault.open_document("address", sealed))


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
