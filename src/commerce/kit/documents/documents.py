"""Which document a request means: one that it sends, one of a manifest, or one that was sent before."""

from commerce.kit.documents.remembered import Remembered, digest_of
from commerce.kit.documents.trusted import Trusted
from commerce.kit.errors import RequestError
from commerce.kit.execution import Operation
from commerce.kit.http.request import Asked


class Documents:
    """Finds what is asked for. Where `only_trusted` holds, nothing is answered but what stands in a manifest."""

    def __init__(self, trusted: Trusted, remembered: Remembered, *, only_trusted: bool = False) -> None:
        self.trusted = trusted
        self.remembered = remembered
        self.only_trusted = only_trusted
        self._operations = trusted.operations

    def knows(self, text: str) -> bool:
        """Whether a document that is sent whole need not be read any more."""
        return self._operations.knows(text) or self.trusted.knows(text)

    async def find(self, asked: Asked) -> Operation:
        """The operation that is asked for. RequestError when it is not known, or may not be asked."""
        if asked.query is None:
            return await self._named(asked)
        if asked.document is not None and digest_of(asked.query) != asked.document:
            raise RequestError("BAD_REQUEST", "The hash in `persistedQuery` is not that of the document.")
        if self.only_trusted:
            return self._if_trusted(self.trusted.by_text(asked.query, asked.operation))
        operation = self._operations.find(asked.query, asked.operation)
        if asked.document is not None and not operation.errors:
            await self.remembered.keep(asked.document, asked.query)
        return operation

    async def _named(self, asked: Asked) -> Operation:
        """The operation of a document that is named by its id or its hash."""
        assert asked.document is not None
        trusted = self.trusted.by_id(asked.document, asked.operation)
        if trusted is not None or self.only_trusted:
            return self._if_trusted(trusted)
        text = await self.remembered.find(asked.document.removeprefix("sha256:"))
        if text is None:
            raise RequestError("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")  # Apollo reads the message too
        return self._operations.find(text, asked.operation)

    def _if_trusted(self, operation: Operation | None) -> Operation:
        if operation is None:
            raise RequestError(
                "DOCUMENT_NOT_TRUSTED", "Only documents that were registered with the shop are answered."
            )
        return operation
