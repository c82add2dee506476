"""From an operation to its messages: the same for every transport."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar

from graphql import ExecutionResult, OperationType
from starlette.requests import HTTPConnection

from commerce.kit.context import Afresh, Context
from commerce.kit.http import ANYTHING, READING, NotRun, Pipeline, Prepared
from commerce.kit.http.watching import Room
from commerce.kit.outages import timed_out

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


class Live:
    """Runs the operations of connections that stay open. Queries and mutations have the bounds that they have over HTTP.

    `room` is shared with HTTP; `patience` is how many seconds a query may take.
    """

    def __init__(self, pipeline: Pipeline, room: Room, patience: float) -> None:
        self.pipeline = pipeline
        self.room = room
        self.patience = patience

    async def messages(self, prepared: Prepared, connection: HTTPConnection) -> AsyncGenerator[bytes]:
        """The messages of an operation as JSON: one for a query or mutation. NotRun when there will be no more."""
        if prepared.operation.kind is not OperationType.SUBSCRIPTION:
            yield await self._single(prepared)
            return
        pipeline, context = self.pipeline, prepared.context
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

    async def _single(self, prepared: Prepared) -> bytes:
        with self.room:
            if not prepared.is_reading:
                return (await _whole(self.pipeline.answer(prepared))).body
            try:
                async with asyncio.timeout(self.patience):
                    return (await self.pipeline.answer(prepared)).body
            except TimeoutError as error:
                raise NotRun.because(timed_out()) from error
