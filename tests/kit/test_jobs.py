"""The worker's loop, on real connections: soon, again after a failure, and never lost."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
import structlog
from pgqueuer.queries import Queries

from commerce.app import Shop
from commerce.kit import jobs
from commerce.kit import working as loop
from commerce.kit.context import Context
from commerce.kit.jobs import every, job_named, later
from commerce.kit.working import work

pytestmark = pytest.mark.race


@pytest.fixture(autouse=True)
def _own_jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Jobs of a test end with it, and no other schedule runs."""
    monkeypatch.setattr(jobs, "schedules", [])
    named = dict(jobs._jobs)
    yield
    jobs._jobs.clear()
    jobs._jobs.update(named)


@pytest.fixture
async def pool(race_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(race_url, min_size=1, max_size=8) as pool:
        yield pool
        await pool.execute("truncate pgqueuer, pgqueuer_log, pgqueuer_schedules, pgqueuer_statistics")


@contextlib.asynccontextmanager
async def working(shop: Shop, pool: asyncpg.Pool, **options: Any) -> AsyncIterator[asyncio.Event]:
    """A worker that is told to stop at the end, and waited for."""
    stop = asyncio.Event()
    options = {"first_pause": timedelta(milliseconds=200), **options}
    task = asyncio.create_task(work(shop.context, pool, stop, **options))
    await asyncio.sleep(0.3)
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(30):
            await task


async def queue(shop: Shop, name: str, **arguments: Any) -> None:
    async with shop.context().transaction() as session:
        later(session, name, **arguments)


async def until(condition: Any, seconds: float = 60) -> float:
    """How long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it never came true"
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def test_job_runs_as_soon_as_it_is_committed(racing_shop: Shop, pool: asyncpg.Pool) -> None:
    seen: list[Any] = []

    @job_named("kit.test.ring")
    async def ring(context: Context, arguments: dict[str, Any]) -> None:
        seen.append((context.actor.kind, arguments))

    async with working(racing_shop, pool):
        for i in range(3):
            await queue(racing_shop, "kit.test.ring", times=i)
            assert await until(lambda i=i: len(seen) > i) < 4  # sooner than the next look at the clock
    assert seen == [("SYSTEM", {"times": i}) for i in range(3)]


async def test_job_that_fails_is_tried_again_after_growing_pauses(racing_shop: Shop, pool: asyncpg.Pool) -> None:
    tries: list[float] = []

    @job_named("kit.test.stumble")
    async def stumble(context: Context, arguments: dict[str, Any]) -> None:
        tries.append(time.monotonic())
        if len(tries) < 4:
            raise LookupError("stumbled")

    with structlog.testing.capture_logs() as logs:
        async with working(racing_shop, pool):
            await queue(racing_shop, "kit.test.stumble")
            await until(lambda: len(tries) == 4)
    pauses = [after - before for before, after in itertools.pairwise(tries)]
    assert pauses[0] >= 0.2
    assert pauses[1] >= 0.4
    assert pauses[2] >= 0.8
    assert [(entry["event"], entry["job"]) for entry in logs] == [("job failed", "kit.test.stumble")] * 3
    assert await pool.fetchval("select count(*) from pgqueuer") == 0


async def test_job_that_always_fails_is_held_for_a_look(
    racing_shop: Shop, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []
    monkeypatch.setattr(loop, "TRIES", 3)

    @job_named("kit.test.stumble")
    async def stumble(context: Context, arguments: dict[str, Any]) -> None:
        tries.append(arguments)
        raise LookupError

    async with working(racing_shop, pool, first_pause=timedelta(milliseconds=20)):
        await queue(racing_shop, "kit.test.stumble")
        await queue(racing_shop, "kit.test.unheard_of")
        await until(lambda: len(tries) == 3)
        for _ in range(200):
            if not await pool.fetchval("select count(*) from pgqueuer where status <> 'failed'"):
                break
            await asyncio.sleep(0.05)
    assert len(tries) == 3
    held = await pool.fetch("select status, payload from pgqueuer")
    assert [row["status"] for row in held] == ["failed"] * len(held)
    assert any(b"kit.test.stumble" in row["payload"] for row in held)


async def test_job_of_a_dead_worker_is_picked_again(racing_shop: Shop, pool: asyncpg.Pool) -> None:
    """A worker shows that it lives; a job whose worker has not been heard of for a while goes to another."""
    seen: list[Any] = []

    @job_named("kit.test.ring")
    async def ring(context: Context, arguments: dict[str, Any]) -> None:
        seen.append(arguments)

    for age in ("1 minute", "0 seconds"):
        await queue(racing_shop, "kit.test.ring", silent_for=age)
        await pool.execute(
            "update pgqueuer set status = 'picked', queue_manager_id = gen_random_uuid(),"
            " heartbeat = now() - $1::text::interval where status = 'queued'",
            age,
        )
    async with working(racing_shop, pool):
        await until(lambda: seen)
        await asyncio.sleep(0.3)
    assert seen == [{"silent_for": "1 minute"}]


async def test_job_under_way_is_finished_before_the_worker_stops(racing_shop: Shop, pool: asyncpg.Pool) -> None:
    steps = []

    @job_named("kit.test.long")
    async def long(context: Context, arguments: dict[str, Any]) -> None:
        steps.append("began")
        await asyncio.sleep(0.7)
        steps.append("ended")

    async with working(racing_shop, pool) as stop:
        await queue(racing_shop, "kit.test.long")
        await until(lambda: steps)
        stop.set()
    assert steps == ["began", "ended"]
    assert await pool.fetchval("select count(*) from pgqueuer") == 0


async def test_two_workers_share_the_work_and_do_each_job_once(racing_shop: Shop, pool: asyncpg.Pool) -> None:
    seen = []

    @job_named("kit.test.ring")
    async def ring(context: Context, arguments: dict[str, Any]) -> None:
        seen.append(arguments["number"])
        await asyncio.sleep(0.01)

    async with racing_shop.context().transaction() as session:
        for number in range(60):
            later(session, "kit.test.ring", number=number)
    async with working(racing_shop, pool), working(racing_shop, pool):
        await until(lambda: len(seen) >= 60)
        await asyncio.sleep(0.2)
    assert sorted(seen) == list(range(60))


async def test_one_of_two_workers_runs_each_tick(racing_shop: Shop, pool: asyncpg.Pool) -> None:
    ticks = []

    @every("* * * * *")
    async def tick(context: Context) -> None:
        ticks.append(context.actor.kind)

    [(name, expression, _)] = jobs.schedules
    await pool.execute(
        "insert into pgqueuer_schedules (expression, entrypoint, next_run) values ($1, $2, now() - interval '1 second')",
        expression,
        name.replace(".", "_"),
    )
    async with working(racing_shop, pool), working(racing_shop, pool):
        await until(lambda: ticks)
        await asyncio.sleep(0.3)
    assert 1 <= len(ticks) <= 2  # the minute may have turned in between
    assert set(ticks) == {"SYSTEM"}


async def test_jobs_are_put_into_the_queue_as_its_own_library_does_it(racing_shop: Shop, pool: asyncpg.Pool) -> None:
    delays = [timedelta(), timedelta(hours=1)]
    async with racing_shop.context().transaction() as session:
        for number, delay in enumerate(delays):
            later(session, "kit.test.ring", delay, number=number)
    entries = [jobs.Job("kit.test.ring", {"number": number}, delay) for number, delay in enumerate(delays)]
    payloads, none = [job.payload for job in entries], [None, None]
    await pool.execute(
        Queries(driver=None).qbq.build_enqueue_query(),  # type: ignore[arg-type]
        *([0, 0], [jobs.ENTRYPOINT] * 2, payloads, delays, none, ["{}", "{}"]),
    )
    rows = await pool.fetch(
        "select to_jsonb(pgqueuer) - array['id', 'created', 'updated', 'heartbeat', 'execute_after'] as job,"
        " date_trunc('hour', execute_after - created) as delay,"
        " (select jsonb_agg(to_jsonb(log) - array['id', 'created', 'job_id']) from pgqueuer_log as log"
        "  where job_id = pgqueuer.id) as log from pgqueuer order by id"
    )
    assert [tuple(row) for row in rows[:2]] == [tuple(row) for row in rows[2:]]
    assert [row["delay"] for row in rows[:2]] == delays
