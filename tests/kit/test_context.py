"""One door to the database: all of a transaction comes true, or nothing of it."""

import asyncio
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, text
from sqlmodel import col

from commerce.app import Shop
from commerce.channels.models import Channel
from commerce.channels.queries import open_markets
from commerce.kit.context import Context
from commerce.kit.events import Event, OutboxEvent, record
from commerce.kit.jobs import Job, enqueue, later
from tests.channels.factory import make_channel
from tests.conftest import ShopUnderTest

COUNTS = (
    select(func.count()).select_from(Channel),
    select(func.count()).select_from(OutboxEvent),
)
QUEUED = select(func.count()).select_from(text("pgqueuer"))


@dataclass(frozen=True)
class BellRang(Event):
    times: int


async def counts(context: Context) -> list[int]:
    """Channels, events and jobs that are there."""
    return [(await context.rows(statement))[0][0] for statement in (COUNTS[0], COUNTS[1], QUEUED)]


async def write_everything(context: Context, *, fail: bool) -> None:
    async with context.transaction() as session:
        session.add(
            Channel(
                code="bell", name={"en": "Bell"}, locales=["en"], currencies=["USD"], countries=["US"],
                prices_include_tax=False, time_zone="UTC", created_at=session.now(),
            )
        )  # fmt: skip
        record(session, BellRang(3))
        later(session, "kit.test.bell")
        await session.flush()
        [row] = await session.rows(COUNTS[0])
        assert row[0] == 1
        if fail:
            raise LookupError


async def test_rows_events_and_jobs_come_true_together(context: Context) -> None:
    await write_everything(context, fail=False)
    assert await counts(context) == [1, 1, 1]


async def test_rows_events_and_jobs_are_undone_together(context: Context) -> None:
    with pytest.raises(LookupError):
        await write_everything(context, fail=True)
    assert await counts(context) == [0, 0, 0]


@pytest.mark.race
async def test_nothing_is_left_on_real_connections_either(racing_shop: Shop) -> None:
    context = racing_shop.context()
    with pytest.raises(LookupError):
        await write_everything(context, fail=True)
    assert await counts(context) == [0, 0, 0]
    await write_everything(context, fail=False)
    assert await counts(context) == [1, 1, 1]


@pytest.mark.race
async def test_job_that_is_queued_first_is_undone_too(racing_shop: Shop) -> None:
    """The driver's adapter begins its transaction with the first statement: here that is the queue's own."""

    async def queue_and_fail() -> None:
        async with racing_shop.database.session() as session:
            await enqueue(session, [Job("kit.test.bell")])
            raise LookupError

    with pytest.raises(LookupError):
        await queue_and_fail()
    assert await counts(racing_shop.context()) == [0, 0, 0]


async def test_second_transaction_inside_one_is_a_mistake(context: Context) -> None:
    async with context.transaction():
        with pytest.raises(RuntimeError, match="already open"):
            async with context.transaction():
                pass


async def test_reading_beside_an_open_transaction_is_a_mistake(context: Context) -> None:
    async with context.transaction() as session:
        with pytest.raises(RuntimeError, match="pass its session"):
            await open_markets(context)
        assert await open_markets(session) == ()
    assert await open_markets(context) == ()


async def test_siblings_may_read_at_once(shop: ShopUnderTest) -> None:
    await make_channel(shop)
    context = shop.context()
    answers = await asyncio.gather(*(open_markets(context) for _ in range(10)))
    assert [[market.code for market in markets] for markets in answers] == [["web"]] * 10


@pytest.mark.race
async def test_more_readers_and_writers_than_connections(racing_shop: Shop) -> None:
    async def write(number: int) -> None:
        async with racing_shop.context().transaction() as session:
            record(session, BellRang(number))
            await session.execute(text("select pg_sleep(0.01)"))

    context = racing_shop.context()
    async with asyncio.timeout(20):
        await asyncio.gather(*(write(i) for i in range(100)), *(open_markets(context) for _ in range(100)))
    found = await context.rows(select(col(OutboxEvent.payload)))
    assert sorted(row[0]["times"] for row in found) == list(range(100))


@pytest.mark.race
async def test_writers_of_one_context_wait_for_each_other(racing_shop: Shop) -> None:
    context, seen = racing_shop.context(), []

    async def write(number: int) -> None:
        async with context.transaction() as session:
            seen.append(number)
            await session.execute(text("select pg_sleep(0.01)"))
            seen.append(number)

    await asyncio.gather(*(write(i) for i in range(5)))
    assert seen == [number for i in range(5) for number in (i, i)]


async def test_transaction_may_begin_anew_after_a_failure(context: Context) -> None:
    with pytest.raises(LookupError):
        await write_everything(context, fail=True)
    await write_everything(context, fail=False)
    assert await counts(context) == [1, 1, 1]
