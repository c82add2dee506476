"""From an operation to its messages: the same for every transport."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar

from graphql import ExecutionResult, OperationType
from starlette.requests import HTTPConnection

from commerce.kit.context import Afresh, Context
from commerce.kit.http import ANYTHING, READING, NotRun, Pipeline, Prepared

T = TypeVar("T")
FOLLOWING = frozenset({OperationType.SUBSCRIPTION})
LIVE_READING = READING | FOLLOWING
LIVE_ANYTHING = ANYTHING | FOLLOWING


def ends_at(context: Context) -> float | None:
    """When the credential of a caller ends, by the clock of the event loop; None when it does not."""
    until = context.actor.until
    if until is None:
        return None
    return asyncio.get_running_loop().time() + (until - context.now()).total_seconds()


async def _whole(work: Coroutine[Any, Any, T]) -> T:
    """Work that is not broken off when the client leaves, as it is not over HTTP either."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


async def messages(pipeline: Pipeline, prepared: Prepared, connection: HTTPConnection) -> AsyncGenerator[bytes]:
    """The messages of an operation as JSON: one for a query or mutation. NotRun when there will be no more."""
    if prepared.operation.kind is not OperationType.SUBSCRIPTION:
        yield (await _whole(pipeline.answer(prepared))).body
        return
    context = prepared.context
    context[Afresh] = Afresh(lambda: pipeline.afresh(prepared, connection))
    try:
        begun = await prepared.operation.subscribe(prepared.variables, context)
        if isinstance(begun, ExecutionResult):
            raise NotRun.by(begun.errors or [], "BAD_USER_INPUT")  # noqa: TRY301  (passed on below)
        async with contextlib.aclosing(begun) as results:
            async for result, within in results:
                yield pipeline.written(result, within)
    except NotRun:
        raise
    except Exception as error:
        raise NotRun.because(error, context) from error
