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
    operation = Operations(strawberry.Schema(Query)).find("{ " + "name " * 50 + "}")
    assert operation.document is not None
    seen = weakref.ref(operation)
    gc.collect()
    gc.disable()
    try:
        operation.operations._known.clear()
        del operation
        assert seen() is None
        assert gc.collect() < 20  # not the nodes of the document
    finally:
        gc.enable()
