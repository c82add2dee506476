"""What is kept of documents, and what is not."""

import gc
import weakref

import strawberry

from commerce.kit.execution import Operations


@strawberry.type
class Query:
    @strawberry.field
    def name(self) -> str:
        return "shop"


def test_a_document_that_is_forgotten_is_gone_at_once() -> None:
    found = [_garbage_of("{ " + "name " * count + "}") for count in (1, 200)]
    assert found[0] == found[1]  # not the nodes and tokens of the document


def _garbage_of(text: str) -> int:
    """Objects that only the collector can free after a document was forgotten."""
    operation = Operations(strawberry.Schema(Query)).find(text)
    seen = weakref.ref(operation)
    gc.collect()
    gc.disable()
    try:
        operation.operations._known.clear()
        del operation
        assert seen() is None
        return gc.collect()
    finally:
        gc.enable()
