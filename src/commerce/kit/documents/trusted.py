"""The documents of manifests: parsed and checked at the start, and never forgotten."""

from collections.abc import Sequence

from graphql import OperationDefinitionNode

from commerce.kit.documents.manifests import Manifest, ManifestError
from commerce.kit.execution import Document, NoOperation, Operation, Operations

HASH = "sha256:"
"""Before an id that is a hash, in the draft for persisted documents of GraphQL over HTTP."""


class Trusted:
    """Which documents clients were built with, by id. ManifestError for one that the schema cannot answer."""

    def __init__(self, operations: Operations, manifests: Sequence[Manifest] = ()) -> None:
        self.operations = operations
        self._by_id: dict[str, Document] = {}
        self._by_text: dict[str, Document] = {}
        for manifest in manifests:
            for key, text in manifest.documents.items():
                known = self._by_text.get(text)
                if known is None:
                    known = self._by_text[text] = self._ready(manifest, key, text)
                self._by_id[key] = known

    def __len__(self) -> int:
        return len(self._by_id)

    def by_id(self, key: str, name: str | None) -> Operation | None:
        """The operation of this name in the document with this id; None if there is no such document."""
        known = self._by_id.get(key) or self._by_id.get(key.removeprefix(HASH))
        return known.operation(name) if known else None

    def by_text(self, text: str, name: str | None) -> Operation | None:
        """The operation of this name in a document that was sent whole; None if it is in no manifest."""
        known = self._by_text.get(text)
        return known.operation(name) if known else None

    def knows(self, text: str) -> bool:
        """Whether the document is in a manifest."""
        return text in self._by_text

    def _ready(self, manifest: Manifest, key: str, text: str) -> Document:
        """A document that can be answered, and that has something to ask."""
        document = Document(self.operations, text)
        errors = document.errors or document.operation(None).errors
        if errors and not (isinstance(errors[0], NoOperation) and _has_operations(document)):
            raise ManifestError(
                f"{manifest.path}: the document with the id {key!r} cannot be answered: {errors[0].message}"
            )
        return document


def _has_operations(document: Document) -> bool:
    definitions = document.node.definitions if document.node else ()
    return any(isinstance(one, OperationDefinitionNode) for one in definitions)
