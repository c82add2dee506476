"""Runs an operation twice, compiled and by graphql-core, and compares what comes of it."""

import json
from typing import Any

from graphql import ExecutionResult, GraphQLError
from graphql.execution.values import VariableValues

from commerce.kit.execution import Operations
from tests.execution import nasty

operations = Operations(nasty.schema, hide_suggestions=False, most_tokens=100_000)


def told(errors: list[GraphQLError] | None) -> list[str]:
    """What is told of errors, in an order of its own: the specification leaves theirs open."""
    return sorted(str((error.path, error.message, error.locations, error.extensions)) for error in errors or ())


def nulled(result: ExecutionResult) -> set[tuple[str | int, ...]]:
    """The positions of the answer that its errors explain: where each meets a null first."""
    return {_first_null(result.data, error.path or []) for error in result.errors or ()}


def _first_null(data: Any, path: list[str | int]) -> tuple[str | int, ...]:
    for depth, key in enumerate(path):
        if data is None:
            return tuple(path[:depth])
        data = data[key]
    assert data is None, path
    return tuple(path)


def written(result: ExecutionResult) -> str:
    """The data as text: keys in their order."""
    return json.dumps(result.data, default=str)


async def both(text: str, variables: dict[str, Any] | None = None) -> tuple[ExecutionResult, ExecutionResult]:
    """The results compiled and by graphql-core. Mutations leave the same traces."""
    nasty.log.clear()
    ours = await _run(text, variables, is_compiled=True)
    traces = list(nasty.log)
    nasty.log.clear()
    theirs = await _run(text, variables, is_compiled=False)
    assert traces == nasty.log
    return ours, theirs


async def _run(text: str, variables: dict[str, Any] | None, *, is_compiled: bool) -> ExecutionResult:
    operations.is_compiled = is_compiled
    operation = operations.find(text)
    if operation.errors:
        raise ValueError(operation.errors)
    values = operation.values(variables)
    assert isinstance(values, VariableValues), values
    assert is_compiled is (operation._plan(values) is not None)
    return await operation.execute(variables, values, nasty.Context())
