"""The documents of manifests: parsed and checked at the start, and never forgotten."""

from collections.abc import Sequence

from graphql import OperationDefinitionNode

from commerce.kit.documents.manifests import Manifest, ManifestError
from commerce.kit.execution import NoOperation, Operation, Operations

HASH = "sha256:"
"""Before an id that is a hash, in the draft for persisted documents of GraphQL over HTTP."""


class Trusted:
    """Which documents clients were built with, by id. ManifestError for one that the schema cannot answer."""

    def __init__(self, operations: Operations, manifests: Sequence[Manifest] = ()) -> None:
        self.operations = operations
        self._by_id: dict[str, dict[str | None, Operation]] = {}
        self._by_text: dict[str, dict[str | None, Operation]] = {}
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
        return self._named(known, name) if known else None

    def by_text(self, text: str, name: str | None) -> Operation | None:
        """The operation of this name in a document that was sent whole; None if it is in no manifest."""
        known = self._by_text.get(text)
        return self._named(known, name) if known else None

    def _named(self, known: dict[str | None, Operation], name: str | None) -> Operation:
        found = known.get(name)
        return found or self.operations.find(next(iter(known.values())).text, name)

    def _ready(self, manifest: Manifest, key: str, text: str) -> dict[str | None, Operation]:
        """The operations of a document by their names; one that is alone needs none."""
        only = Operation(self.operations, text, None)
        if not only.errors:
            assert only.node is not None
            return {None: only, only.node.name.value if only.node.name else None: only}
        found: dict[str | None, Operation] = {name: Operation(self.operations, text, name) for name in _names(only)}
        if not found or not all(isinstance(error, NoOperation) for error in only.errors):
            reason = only.errors[0].message
            raise ManifestError(f"{manifest.path}: the document with the id {key!r} cannot be answered: {reason}")
        return found


def _names(operation: Operation) -> list[str]:
    definitions = operation.document.definitions if operation.document else ()
    return [one.name.value for one in definitions if isinstance(one, OperationDefinitionNode) and one.name]
