"""From what is asked to its answer: the same steps for every transport."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from graphql import ExecutionResult, OperationType
from graphql.execution.values import VariableValues
from starlette.requests import HTTPConnection

from commerce.kit.context import Context
from commerce.kit.execution import Operation, Operations
from commerce.kit.http.faults import NotRun, shown
from commerce.kit.http.request import Asked, Malformed

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


@dataclass(slots=True)
class Answer:
    """The answer to an operation that was begun, as JSON."""

    body: bytes
    context: Context


class Documents(Protocol):
    """Documents that the server knows by themselves."""

    async def find(self, asked: Asked) -> Operation:
        """The operation that is asked for. RequestError when it is not known, or may not be asked."""


class Gate(Protocol):
    """Whether there is room for an operation."""

    async def admit(self, operation: Operation, values: VariableValues, context: Context) -> None:
        """RequestError, with a hint when to come again, if there is none. May add to `context.extensions`."""

    def answered(self, operation: Operation, context: Context, data: dict[str, Any] | None) -> None:
        """What it came to."""

    def known(self, context: Context) -> None:
        """The answer was found among those that were given before."""


class Answers(Protocol):
    """Answers that were given before. What is kept is the value of `data`, as JSON."""

    async def find(self, prepared: Prepared) -> bytes | None:
        """The data, if it is known and still true."""

    async def keep(self, prepared: Prepared, data: bytes) -> None:
        """Remember the data, unless it is not for others. It had no errors."""


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
            operation = await self._find(asked)
            values = _checked(operation, asked)
            context = await self.new_context(connection)
            if self.settle is not None:
                await self.settle(context, operation, values)
            if self.gate is not None:
                await self.gate.admit(operation, values, context)
        except (Malformed, NotRun):
            raise
        except Exception as error:
            raise NotRun.because(error, context) from error
        return Prepared(operation, asked.variables, values, context)

    async def _find(self, asked: Asked) -> Operation:
        if self.documents is not None:
            return await self.documents.find(asked)
        assert asked.query is not None
        return self.operations.find(asked.query, asked.operation)

    async def answer(self, prepared: Prepared) -> Answer:
        """Run a query or mutation, or find what it was answered before."""
        context = prepared.context
        kept = await self.answers.find(prepared) if self.answers is not None else None
        if kept is not None:
            if self.gate is not None:
                self.gate.known(context)
            return Answer(_joined(b'{"data":' + kept, context), context)
        try:
            result = await prepared.operation.execute(prepared.variables, prepared.values, context)
            if self.gate is not None:
                self.gate.answered(prepared.operation, context, result.data)
            if result.errors or self.answers is None:
                return Answer(self.written(result, context), context)
            data = orjson.dumps(result.data, default=str)
            await self.answers.keep(prepared, data)
            return Answer(_joined(b'{"data":' + data, context), context)
        except Exception as error:
            raise NotRun.because(error, context) from error

    def written(self, result: ExecutionResult, context: Context) -> bytes:
        """A result as JSON, with its errors as clients may see them."""
        data = orjson.dumps(result.data, default=str)
        if not result.errors:
            return _joined(b'{"data":' + data, context)
        errors = [shown(error, context.request_id, "BAD_USER_INPUT") for error in result.errors]
        return _joined(b'{"errors":' + orjson.dumps(errors, default=str) + b',"data":' + data, context)


def _checked(operation: Operation, asked: Asked) -> VariableValues:
    """The values of an operation without faults that may be asked in this way."""
    if operation.errors:
        raise NotRun.by(operation.errors, "GRAPHQL_VALIDATION_FAILED")
    if operation.kind not in asked.allowed:
        if operation.kind is OperationType.MUTATION:
            raise Malformed(405, "Use POST for mutations.", "METHOD_NOT_ALLOWED", {"Allow": "POST"})
        raise Malformed(400, f"A {operation.kind.value if operation.kind else 'document'} is not answered here.")
    values = operation.values(asked.variables)
    if isinstance(values, list):
        raise NotRun.by(values, "BAD_USER_INPUT")
    return values


def _joined(begun: bytes, context: Context) -> bytes:
    """The answer with its extensions, if there are any."""
    if not context.extensions:
        return begun + b"}"
    return begun + b',"extensions":' + orjson.dumps(context.extensions, default=str) + b"}"
