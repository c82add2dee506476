"""Background work: jobs are enqueued in the caller's transaction, and run by the worker (`kit.working`).

The queue is pgqueuer's (ADR 5), whose rows commit or roll back with their cause. A server only puts jobs into its tables,
with a statement of its own, so that it need not load what only the worker uses.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
import structlog
from sqlalchemy import Interval, bindparam, text

from commerce.kit.db import Session

if TYPE_CHECKING:
    from commerce.kit.context import Context

K = TypeVar("K")
Work = Callable[["Context", dict[str, Any]], Awaitable[None]]
Tick = Callable[["Context"], Awaitable[None]]
_jobs: dict[str, Work] = {}
schedules: list[tuple[str, str, Tick]] = []
"""What is done by the clock: its name, when, and how."""

log = structlog.get_logger()

ENTRYPOINT = "job"
"""The one entry point of the queue; the job's own name travels in its payload."""
AT_ONCE = 10
"""Jobs that one worker has under way at the same time: no more than its sessions can serve."""


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


def every(expression: str) -> Callable[[Tick], Tick]:
    """Run a function by the clock, as cron writes it: `*/5 * * * *`. One worker of many runs each tick.

    A sixth part counts seconds: `* * * * * */10`.
    """

    def register(work: Tick) -> Tick:
        schedules.append((f"{work.__module__}.{work.__qualname__}", expression, work))
        return work

    return register


def later(session: Session, name: str, delay: timedelta = timedelta(), **arguments: Any) -> None:
    """Have a job done after this transaction has committed, and not before `delay` has passed."""
    session.facts.append(Job(name, arguments, delay))


async def enqueue(session: Session, jobs: list[Job]) -> None:
    """Put jobs into the queue, within the transaction of the session."""
    connection = await session.connection()
    delays = [job.delay for job in jobs]
    await connection.exec_driver_sql(_ENQUEUE, (ENTRYPOINT, [job.payload for job in jobs], delays))


_ENQUEUE = """
with job as (
  insert into pgqueuer (priority, entrypoint, payload, execute_after, headers, status)
  select 0, $1, payload, now() + delay, '{}', 'queued'
  from unnest($2::bytea[], $3::interval[]) with ordinality as given (payload, delay, place) order by place
  returning id, entrypoint, priority)
insert into pgqueuer_log (job_id, status, entrypoint, priority) select id, 'queued', entrypoint, priority from job
"""
"""What pgqueuer itself does, for jobs of our one kind."""


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
