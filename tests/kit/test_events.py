"""What happened is known to whoever wants to know it, once it is true."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

from commerce.kit import events, jobs
from commerce.kit.context import Context
from commerce.kit.events import Event, OutboxEvent, on, record
from commerce.kit.ids import new_key
from commerce.kit.jobs import drain, job_named, later


@dataclass(frozen=True)
class ParcelArrived(Event):
    parcel_id: UUID
    at: datetime
    weight: int | None = None


RECORDED = select(col(OutboxEvent.name), col(OutboxEvent.payload), col(OutboxEvent.recorded_at))
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_handlers() -> Iterator[None]:
    """Handlers and jobs of a test end with it."""
    handlers, named = dict(events._handlers), dict(jobs._jobs)
    yield
    events._handlers.clear()
    events._handlers.update(handlers)
    jobs._jobs.clear()
    jobs._jobs.update(named)


async def arrive(context: Context, weight: int | None = None) -> ParcelArrived:
    event = ParcelArrived(new_key(), AT, weight)
    async with context.transaction() as session:
        record(session, event)
    return event


async def test_every_handler_gets_the_fact_as_it_was_recorded(context: Context) -> None:
    seen: list[tuple[str, Event, object]] = []

    @on(ParcelArrived)
    async def weigh(context: Context, event: ParcelArrived) -> None:
        seen.append(("weigh", event, context.actor.kind))

    @on(ParcelArrived)
    async def shelve(context: Context, event: ParcelArrived) -> None:
        seen.append(("shelve", event, context.actor.kind))

    event = await arrive(context, 12)
    assert seen == []
    assert await drain(context) == 2
    assert seen == [("weigh", event, "SYSTEM"), ("shelve", event, "SYSTEM")]
    assert await drain(context) == 0


async def test_fact_without_a_handler_is_kept_all_the_same(context: Context) -> None:
    event = await arrive(context)
    [row] = await context.rows(RECORDED)
    payload = {"parcel_id": str(event.parcel_id), "at": "2026-11-22T12:00:00Z", "weight": None}
    assert tuple(row) == ("ParcelArrived", payload, AT)
    assert await drain(context) == 0


async def test_failing_handler_does_not_hold_up_another(context: Context) -> None:
    seen = []

    @on(ParcelArrived)
    async def stumble(context: Context, event: ParcelArrived) -> None:
        raise LookupError("stumbled")

    @on(ParcelArrived)
    async def shelve(context: Context, event: ParcelArrived) -> None:
        seen.append(event)

    event = await arrive(context)
    with pytest.raises(LookupError, match="stumbled"):
        await drain(context)
    assert seen == [event]


async def test_handler_may_record_and_write_in_its_turn(context: Context) -> None:
    @on(ParcelArrived)
    async def split(context: Context, event: ParcelArrived) -> None:
        if event.weight:
            await arrive(context, event.weight - 1)

    await arrive(context, 3)
    assert await drain(context) == 4
    assert [row[1]["weight"] for row in await context.rows(RECORDED)] == [3, 2, 1, 0]


async def test_job_runs_with_its_arguments_after_its_delay(context: Context) -> None:
    seen = []

    @job_named("kit.test.ring")
    async def ring(context: Context, arguments: dict[str, object]) -> None:
        seen.append(arguments)

    async with context.transaction() as session:
        later(session, "kit.test.ring", timedelta(hours=1), bell="late")
        later(session, "kit.test.ring", bell="soon", times=2)
    assert await drain(context) == 1
    assert seen == [{"bell": "soon", "times": 2}]
    assert await drain(context, ahead=timedelta(minutes=59)) == 0
    assert await drain(context, ahead=timedelta(minutes=61)) == 1
    assert seen[1:] == [{"bell": "late"}]


async def test_event_that_gained_a_field_is_still_understood(context: Context) -> None:
    seen = []

    @on(ParcelArrived)
    async def shelve(context: Context, event: ParcelArrived) -> None:
        seen.append(event)

    async with context.transaction() as session:
        [(name, _)] = events._handlers["ParcelArrived"]
        later(session, name, parcel_id=str(UUID(int=5)), at="2026-11-22T12:00:00+00:00")
    await drain(context)
    assert seen == [ParcelArrived(UUID(int=5), AT)]
