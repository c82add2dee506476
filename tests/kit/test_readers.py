import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from commerce.kit.db import _reader, driver_url
from commerce.kit.readers import Readers


def readers_of(url: str, size: int, patience: float = 5.0) -> Readers:
    async def connect() -> Any:
        return await _reader(driver_url(url))

    return Readers(connect, size, patience)


async def test_no_more_connections_are_opened_than_there_may_be(empty_url: str) -> None:
    readers = readers_of(empty_url, 3)

    found = await asyncio.gather(*(readers.fetch("select pg_backend_pid() from pg_sleep(0.01)") for _ in range(30)))

    assert len({row[0][0] for row in found}) == 3
    await readers.close()


async def test_who_finds_none_waits_no_longer_than_patience_allows(empty_url: str) -> None:
    readers = readers_of(empty_url, 1, patience=0.05)
    busy = asyncio.create_task(readers.fetch("select pg_sleep(0.5)"))
    await asyncio.sleep(0.1)

    with pytest.raises(PoolTimeoutError):
        await readers.fetch("select 1")

    await busy
    assert await readers.fetch("select 1") == [(1,)]
    await readers.close()


async def test_a_statement_that_is_called_off_stops_and_its_connection_serves_on(empty_url: str) -> None:
    readers = readers_of(empty_url, 1)
    slow = asyncio.create_task(readers.fetch("select pg_sleep(30)"))
    await asyncio.sleep(0.1)

    slow.cancel()

    async with asyncio.timeout(5):
        assert await readers.fetch(
            "select count(*) from pg_stat_activity where query like '%sleep(30)%' and state = 'active' and pid <> pg_backend_pid()"
        ) == [(0,)]
    await readers.close()


async def test_a_lost_connection_is_replaced(empty_url: str) -> None:
    readers = readers_of(empty_url, 2)
    await readers.fetch("select 1")
    other = readers_of(empty_url, 1)
    await other.fetch(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend' and datname = current_database()"
    )
    await asyncio.sleep(0.1)

    assert await readers.fetch("select 1") == [(1,)]
    await readers.close()
    await other.close()


async def test_whoever_gives_up_waiting_leaves_its_turn_to_others(empty_url: str) -> None:
    readers = readers_of(empty_url, 1)
    busy = asyncio.create_task(readers.fetch("select pg_sleep(0.2)"))
    await asyncio.sleep(0.05)
    waiting = [asyncio.create_task(readers.fetch("select 1")) for _ in range(5)]
    await asyncio.sleep(0)
    for task in waiting[:4]:
        task.cancel()

    assert await waiting[4] == [(1,)]
    await busy
    await readers.close()


async def test_those_who_wait_are_served_before_those_who_come_again_and_again(empty_url: str) -> None:
    readers = readers_of(empty_url, 1)
    order: list[str] = []

    async def greedy() -> None:
        for _ in range(20):
            await readers.fetch("select 1")
            order.append("greedy")

    async def patient() -> None:
        await readers.fetch("select 1")
        order.append("patient")

    await asyncio.gather(greedy(), patient())
    assert order.index("patient") < 3
    await readers.close()
