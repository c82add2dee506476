"""From what is asked to its answer: the same steps for every transport."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from graphql import ExecutionResult, OperationType
from graphql.execution.values import VariableValues
from starlette.requests import HTTPConnection
from starlette.types import Scope

from commerce.kit.answers import Answers, Kept, Visit
from commerce.kit.answers.kept import written
from commerce.kit.context import Context
from commerce.kit.errors import RequestError
from commerce.kit.execution import Operation, Operations
from commerce.kit.http.faults import NotRun, shown
from commerce.kit.http.request import Asked, Malformed
from commerce.kit.outages import outage

NewContext = Callable[[HTTPConnection], Awaitable[Context]]
Settle = Callable[[Context, Operation, VariableValues], Awaitable[None]]
"""Settles what a context takes from the operation itself, before anything else looks at it."""


@dataclass(slots=True)
class Prepared:
    """An operation that may run, with its values and the context that it runs in."""

    operation: Operation
    variables: dict[str, Any] | None
    values: VariableValues
    context: Context
    visit: Visit | None = None
    """Set where the answer may be one that was given before, or be given again."""

    @property
    def is_reading(self) -> bool:
        return self.operation.kind is OperationType.QUERY


@dataclass(slots=True)
class Answer:
    """The answer to an operation that was begun, as JSON."""

    body: bytes
    """Empty where it is `kept`."""
    context: Context
    kept: Kept | None = None
    """What everyone who asks the same is told."""
    status: str = "fwd=bypass"
    """How it came about, in the words of RFC 9211."""


class Documents(Protocol):
    """Documents that the server knows by themselves."""

    def knows(self, text: str) -> bool:
        """Whether a document that is sent whole need not be read any more."""

    async def find(self, asked: Asked) -> Operation:
        """The operation that is asked for. RequestError when it is not known, or may not be asked."""


class Gate(Protocol):
    """Whether there is room for an operation."""

    async def admit_reading(self, scope: Scope, text: str) -> None:
        """RequestError if there is no room to read a document that nobody knows."""

    async def admit(self, operation: Operation, values: VariableValues, context: Context) -> None:
        """RequestError, with a hint when to come again, if there is none. May add to `context.extensions`."""

    def answered(self, operation: Operation, context: Context, data: dict[str, Any] | None) -> None:
        """What it came to."""

    def known(self, context: Context) -> None:
        """The answer was found among those that were given before."""

    async def admit_again(self, scope: Scope, kept: Kept) -> dict[str, Any] | None:
        """Let somebody in who is not known, for an answer at hand: what the answer cost; None if there is no room."""


class Pipeline:
    """The steps from a request to its answer. What is not given is not asked."""

    def __init__(
        self,
        operations: Operations,
        new_context: NewContext,
        *,
        settle: Settle | None = None,
        documents: Documents | None = None,
        gate: Gate | None = None,
        answers: Answers | None = None,
    ) -> None:
        self.operations = operations
        self.new_context = new_context
        self.settle = settle
        self.documents = documents
        self.gate = gate
        self.answers = answers

    async def prepare(self, asked: Asked, connection: HTTPConnection) -> Prepared:
        """Everything that comes before the first field. Malformed or NotRun when it does not come to that."""
        context = None
        try:
            await self._check_room_to_read(asked, connection)
            operation = await self._find(asked)
            values = _checked(operation, asked)
            context = await self.new_context(connection)
            visit = self.answers.begin(asked.way, operation, context) if self.answers is not None else None
            if self.settle is not None:
                await self.settle(context, operation, values)
            if self.answers is not None and visit is not None:
                self.answers.settled(visit, operation, asked.variables, context)
            if self.gate is not None:
                await self.gate.admit(operation, values, context)
        except (Malformed, NotRun):
            raise
        except Exception as error:
            raise NotRun.because(error, context) from error
        return Prepared(operation, asked.variables, values, context, visit)

    async def afresh(self, prepared: Prepared, connection: HTTPConnection) -> Context:
        """A context like that of an operation that was begun, made anew: who asks is looked up again."""
        context = await self.new_context(connection)
        if self.settle is not None:
            await self.settle(context, prepared.operation, prepared.values)
        return context

    async def _check_room_to_read(self, asked: Asked, connection: HTTPConnection) -> None:
        """Reading a document is work before anything of it is known to be right."""
        known = self.documents or self.operations
        if self.gate is not None and asked.query is not None and not known.knows(asked.query):
            await self.gate.admit_reading(connection.scope, asked.query)

    async def _find(self, asked: Asked) -> Operation:
        if self.documents is not None:
            return await self.documents.find(asked)
        if asked.query is None:
            raise RequestError("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        return self.operations.find(asked.query, asked.operation)

    async def answer(self, prepared: Prepared) -> Answer:
        """Run a query or mutation, or find what it was answered before."""
        context, visit = prepared.context, prepared.visit
        try:
            if self.answers is None or visit is None:
                return Answer(self.written(await self._run(prepared), context), context)
            found = await self.answers.find(visit, context, lambda: self._run(prepared))
            if not isinstance(found, Kept):
                return Answer(self.written(found, context), context, status=visit.status)
            if visit.is_known and self.gate is not None:
                self.gate.known(context)
            return Answer(b"", context, found, visit.status)
        except Exception as error:
            raise NotRun.because(error, context) from error

    async def _run(self, prepared: Prepared) -> ExecutionResult:
        context, operation = prepared.context, prepared.operation
        result = await operation.execute(prepared.variables, prepared.values, context)
        if self.gate is not None:
            self.gate.answered(operation, context, result.data)
        return result

    def written(self, result: ExecutionResult, context: Context) -> bytes:
        """A result as JSON, with its errors as clients may see them."""
        data = orjson.dumps(result.data, default=str)
        if not result.errors:
            return written(data, context.extensions)
        _check_for_outage(result)
        errors = [shown(error, context.request_id, "BAD_USER_INPUT") for error in result.errors]
        answer = written(data, context.extensions)
        return b'{"errors":' + orjson.dumps(errors, default=str) + b"," + answer[1:]


def _check_for_outage(result: ExecutionResult) -> None:
    """Raise the outage that left nothing of the answer: then the whole request is answered so."""
    causes = [error.original_error for error in result.errors or ()]
    is_empty = not result.data or all(value is None for value in result.data.values())
    if is_empty and causes[0] is not None and all(map(outage, causes)):
        raise causes[0]


def _checked(operation: Operation, asked: Asked) -> VariableValues:
    """The values of an operation without faults that may be asked in this way."""
    if operation.errors:
        raise NotRun.by(operation.errors, "GRAPHQL_VALIDATION_FAILED")
    if operation.kind not in asked.allowed:
        if operation.kind is OperationType.MUTATION:
            raise Malformed(405, "Use POST for mutations.", "METHOD_NOT_ALLOWED", {"Allow": "POST"})
        raise Malformed(400, "Follow a subscription over a WebSocket, or with Accept: text/event-stream.")
    values = operation.values(asked.variables)
    if isinstance(values, list):
        raise NotRun.by(values, "BAD_USER_INPUT")
    return values
