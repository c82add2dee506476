"""Background work: jobs are enqueued in the caller's transaction, and run by the worker.

The queue is pgqueuer's (ADR 5): its rows commit or roll back with their cause, retries back off, and jobs that fail
for good are held for a look.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg
import orjson
import structlog
from pgqueuer import PgQueuer
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.models import Job as QueuedJob
from pgqueuer.models import Schedule
from pgqueuer.queries import Queries
from sqlalchemy import Interval, bindparam, text

from commerce.kit.db import Session

if TYPE_CHECKING:
    from commerce.kit.context import Context

K = TypeVar("K")
Work = Callable[["Context", dict[str, Any]], Awaitable[None]]
_jobs: dict[str, Work] = {}
_schedules: list[tuple[str, str, Callable[["Context"], Awaitable[None]]]] = []

log = structlog.get_logger()

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
    """Run a function by the clock, as cron writes it: `*/5 * * * *`. One worker of many runs each tick.

    A sixth part counts seconds: `* * * * * */10`.
    """

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
    """Do one job. What it raises is logged under the job's name and goes on to the queue."""
    job = orjson.loads(payload)
    try:
        await _jobs[job["job"]](context, job["arguments"])
    except Exception:
        log.exception("job failed", job=job["job"], request_id=context.request_id)
        raise


async def each(context: "Context", keys: Iterable[K], work: Callable[["Context", K], Awaitable[object]]) -> None:
    """Do a piece of work for every key, a few at a time. One that fails is logged, and holds up no other."""
    gate = asyncio.Semaphore(AT_ONCE // 2)

    async def one(key: K) -> None:
        async with gate:
            try:
                await work(context.afresh(), key)
            except Exception:
                log.exception("work failed", work=work.__qualname__, key=str(key))

    await asyncio.gather(*(one(key) for key in keys))


async def drain(context: "Context", ahead: timedelta = timedelta()) -> int:
    """Do all the work that is due in the queue, here and now; how many jobs that were. For tests and tools.

    `ahead` also takes what falls due within that time. A job that fails does not hold up the others; what it raised
    comes at the end.
    """
    done = 0
    failures: list[Exception] = []
    while payloads := await _take_due(context, ahead):
        for payload in payloads:
            try:
                await run(context.afresh(), payload)
            except Exception as failure:  # noqa: BLE001
                failures.append(failure)
            done += 1
    if failures:
        raise failures[0]
    return done


async def _take_due(context: "Context", ahead: timedelta) -> list[bytes]:
    async with context.database.session() as session:
        due = await session.execute(_due, {"ahead": ahead})
        return [row.payload for row in sorted(due.all(), key=lambda row: row.id)]


_due = text(
    "delete from pgqueuer where id in (select id from pgqueuer where status = 'queued'"
    " and execute_after <= now() + :ahead order by id limit 50 for update skip locked) returning id, payload"
).bindparams(bindparam("ahead", type_=Interval))


AT_ONCE = 10
"""Jobs that one worker has under way at the same time: no more than its sessions can serve."""

TRIES = 8
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
LOST_AFTER = timedelta(seconds=30)
"""A job whose worker has not been heard of for so long is given to another."""


async def work(
    new_context: Callable[[], "Context"],
    pool: asyncpg.Pool,
    stop: asyncio.Event,
    *,
    first_pause: timedelta = FIRST_PAUSE,
    lost_after: timedelta = LOST_AFTER,
) -> None:
    """The worker's loop: run jobs and schedules until told to stop; jobs under way are finished.

    A job that fails is tried again after pauses that double, up to `TRIES` times in all, and is then held for a look.
    The pool must be plain, without codecs, and have room for two connections or more: one of them listens.
    """
    queue = PgQueuer.from_asyncpg_pool(pool)

    def retrying(parameters: EntrypointExecutorParameters) -> DatabaseRetryEntrypointExecutor:
        return DatabaseRetryEntrypointExecutor(
            parameters, max_attempts=TRIES - 1, initial_delay=first_pause, max_delay=LONGEST_PAUSE
        )

    @queue.entrypoint(ENTRYPOINT, executor_factory=retrying, on_failure="hold")
    async def _job(job: QueuedJob) -> None:
        await run(new_context(), job.payload or b"{}")

    for name, expression, scheduled in _schedules:

        def ticking(task: Callable[["Context"], Awaitable[None]]) -> Callable[[Schedule], Awaitable[None]]:
            async def tick(_schedule: Schedule) -> None:
                try:
                    await task(new_context())
                except Exception:
                    log.exception("tick failed", tick=f"{task.__module__}.{task.__qualname__}")
                    raise

            return tick

        queue.schedule(name.replace(".", "_"), expression)(ticking(scheduled))

    async def watch() -> None:
        await stop.wait()
        queue.shutdown.set()

    watcher = asyncio.create_task(watch())
    try:
        await queue.run(
            dequeue_timeout=timedelta(seconds=5),
            batch_size=AT_ONCE // 2,
            max_concurrent_tasks=AT_ONCE,
            heartbeat_timeout=lost_after,
            shutdown_on_listener_failure=True,
        )
    finally:
        watcher.cancel()
