"""Background work: jobs are enqueued in the caller's transaction, and run by the worker.

The queue is pgqueuer's (ADR 5): its rows commit or roll back with their cause, retries back off, and jobs that fail
for good are held for a look.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
from pgqueuer import PgQueuer
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.models import Job as QueuedJob
from pgqueuer.models import Schedule
from pgqueuer.queries import Queries
from sqlalchemy import text

from commerce.kit.db import Session

if TYPE_CHECKING:
    from commerce.kit.context import Context

Work = Callable[["Context", dict[str, Any]], Awaitable[None]]
_jobs: dict[str, Work] = {}
_schedules: list[tuple[str, str, Callable[["Context"], Awaitable[None]]]] = []

ENTRYPOINT = "job"
"""The one entry point of the queue; the job's own name travels in its payload."""


@dataclass(frozen=True)
class Job:
    """A piece of work by name, and when to start it: at once unless delayed."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    delay: timedelta = timedelta()

    @property
    def payload(self) -> bytes:
        return orjson.dumps({"job": self.name, "arguments": self.arguments})


def job_named(name: str) -> Callable[[Work], Work]:
    """Register work under a name that jobs in the queue refer to. It may run twice and must not mind."""

    def register(work: Work) -> Work:
        _jobs[name] = work
        return work

    return register


def every(
    expression: str,
) -> Callable[[Callable[["Context"], Awaitable[None]]], Callable[["Context"], Awaitable[None]]]:
    """Run a function by the clock, as cron writes it: `*/5 * * * *`. One worker of many runs each tick."""

    def register(work: Callable[["Context"], Awaitable[None]]) -> Callable[["Context"], Awaitable[None]]:
        _schedules.append((f"{work.__module__}.{work.__qualname__}", expression, work))
        return work

    return register


def later(session: Session, name: str, delay: timedelta = timedelta(), **arguments: Any) -> None:
    """Have a job done after this transaction has committed, and not before `delay` has passed."""
    session.facts.append(Job(name, arguments, delay))


async def enqueue(session: Session, jobs: list[Job]) -> None:
    """Put jobs into the queue, within the transaction of the session."""
    connection = await session.connection()
    await connection.exec_driver_sql(
        _enqueue_statement(),
        (
            [0] * len(jobs),
            [ENTRYPOINT] * len(jobs),
            [job.payload for job in jobs],
            [job.delay for job in jobs],
            [None] * len(jobs),
            ["{}"] * len(jobs),
        ),
    )


@cache
def _enqueue_statement() -> str:
    """Pgqueuer's own statement, to be run on the session's connection."""
    return Queries(driver=None).qbq.build_enqueue_query()  # type: ignore[arg-type]


async def run(context: "Context", payload: bytes) -> None:
    """Do one job."""
    job = orjson.loads(payload)
    await _jobs[job["job"]](context, job["arguments"])


async def drain(context: "Context") -> int:
    """Do all the work that is due in the queue, here and now; how many jobs that were. For tests and tools."""
    done = 0
    while True:
        async with context.database.session() as session:
            due = await session.execute(
                text(
                    "delete from pgqueuer where id in (select id from pgqueuer where status = 'queued'"
                    " and execute_after <= now() order by id limit 50 for update skip locked) returning id, payload"
                )
            )
            payloads = [row.payload for row in sorted(due.all(), key=lambda row: row.id)]
        if not payloads:
            return done
        for payload in payloads:
            await run(context.afresh(), payload)
            done += 1


class _Retrying(DatabaseRetryEntrypointExecutor):
    """Up to eight tries with growing pauses, then the job is held."""

    def __init__(self, parameters: EntrypointExecutorParameters) -> None:
        super().__init__(
            parameters, max_attempts=8, initial_delay=timedelta(seconds=2), max_delay=timedelta(minutes=10)
        )


async def work(new_context: Callable[[], "Context"], pool: asyncpg.Pool, stop: asyncio.Event) -> None:
    """The worker's loop: run jobs and schedules until told to stop; jobs under way are finished."""
    queue = PgQueuer.from_asyncpg_pool(pool)

    @queue.entrypoint(ENTRYPOINT, executor_factory=_Retrying, on_failure="hold")
    async def _job(job: QueuedJob) -> None:
        await run(new_context(), job.payload or b"{}")

    for name, expression, scheduled in _schedules:

        def ticking(task: Callable[["Context"], Awaitable[None]]) -> Callable[[Schedule], Awaitable[None]]:
            async def tick(_schedule: Schedule) -> None:
                await task(new_context())

            return tick

        queue.schedule(name.replace(".", "_"), expression)(ticking(scheduled))

    async def watch() -> None:
        await stop.wait()
        queue.shutdown.set()

    watcher = asyncio.create_task(watch())
    try:
        await queue.run(dequeue_timeout=timedelta(seconds=5), heartbeat_timeout=timedelta(seconds=30))
    finally:
        watcher.cancel()
