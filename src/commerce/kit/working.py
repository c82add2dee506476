"""The worker's loop over the queue, by pgqueuer: retries back off, and jobs that fail for good are held for a look."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg
import structlog
from pgqueuer import PgQueuer
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.models import Job as QueuedJob
from pgqueuer.models import Schedule

from commerce.kit import jobs
from commerce.kit.jobs import AT_ONCE, ENTRYPOINT, Tick

if TYPE_CHECKING:
    from commerce.kit.context import Context

log = structlog.get_logger()

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
        await jobs.run(new_context(), job.payload or b"{}")

    for name, expression, scheduled in jobs.schedules:

        def ticking(task: Tick) -> Callable[[Schedule], Awaitable[None]]:
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
