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
        return cls(**{**document, "lines": tuple(document.get("lines", ()))}) if document else None

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
    """A province or state."""

    code: str
    name: str
    local_name: str = field(default="")
