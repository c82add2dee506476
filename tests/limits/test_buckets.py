"""Points of a client: spent by all processes from one bucket, back by the second, and counted alone without Redis."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import redis.asyncio as redis

from commerce.kit.limits import Allowance, Buckets
from commerce.kit.limits.wells import PATIENCE, PAUSE, STRICTER

SMALL = Allowance(maximum=100, restore_rate=10)


class Ticks:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


async def test_points_are_spent_and_come_back(ticks: Ticks) -> None:
    buckets = Buckets(None, ticks)
    assert (await buckets.take("ada", 70, SMALL)).available == 30
    refused = await buckets.take("ada", 50, SMALL)
    assert (refused.is_admitted, refused.available, refused.retry_after) == (False, 30, 2.0)
    ticks.now += 1.9
    assert not (await buckets.take("ada", 50, SMALL)).is_admitted
    ticks.now += 0.2
    assert (await buckets.take("ada", 50, SMALL)).available == 1
    ticks.now += 1_000
    assert (await buckets.take("ada", 1, SMALL)).available == 99


async def test_each_client_has_its_own(ticks: Ticks) -> None:
    buckets = Buckets(None, ticks)
    assert (await buckets.take("ada", 100, SMALL)).is_admitted
    assert not (await buckets.take("ada", 1, SMALL)).is_admitted
    assert (await buckets.take("ben", 100, SMALL)).is_admitted
    assert (await buckets.take("cleo", 100, SMALL.times(5))).available == 400


async def test_what_was_not_used_comes_back_and_what_was_used_beyond_is_paid(ticks: Ticks) -> None:
    buckets = Buckets(None, ticks)
    await buckets.take("ada", 90, SMALL)
    assert buckets.settle("ada", 80, SMALL).available == 90
    await buckets.take("ada", 10, SMALL)
    assert buckets.settle("ada", -100, SMALL).available == -20
    refused = await buckets.take("ada", 30, SMALL)
    assert (refused.is_admitted, refused.retry_after) == (False, 5.0)
    ticks.now += 5.1
    assert (await buckets.take("ada", 30, SMALL)).is_admitted


async def test_nobody_has_more_than_the_maximum(ticks: Ticks) -> None:
    buckets = Buckets(None, ticks)
    assert buckets.settle("ada", 1_000, SMALL).available == 100
    assert not (await buckets.take("ada", 101, SMALL)).is_admitted


async def test_processes_spend_from_one_bucket(cache: redis.Redis) -> None:
    slow = Allowance(maximum=1_000, restore_rate=1)
    processes = [Buckets(cache) for _ in range(4)]
    levels = await asyncio.gather(*(processes[i % 4].take("ada", 10, slow) for i in range(200)))
    assert 90 <= sum(level.is_admitted for level in levels) <= 100  # some lies drawn and not spent
    assert all(level.retry_after > 0 for level in levels if not level.is_admitted)


async def test_what_a_process_does_not_spend_the_others_get_back(cache: redis.Redis, ticks: Ticks) -> None:
    slow = Allowance(maximum=1_000, restore_rate=1)
    one, other = Buckets(cache, ticks), Buckets(cache, ticks)
    assert (await one.take("ada", 100, slow)).available == 900
    one.settle("ada", 90, slow)
    ticks.now += 2
    assert (await one.take("ada", 1, slow)).available in {989, 990}
    ticks.now += 2
    assert (await other.take("ada", 880, slow)).is_admitted


async def test_redis_is_asked_once_a_second_and_not_with_each_request(cache: redis.Redis, ticks: Ticks) -> None:
    buckets = Buckets(cache, ticks)
    great = Allowance(maximum=100_000, restore_rate=10_000)
    await buckets.take("ada", 1, great)
    before = (await cache.info("commandstats")).get("cmdstat_evalsha", {}).get("calls", 0)
    for _ in range(500):
        await buckets.take("ada", 1, great)
    assert (await cache.info("commandstats"))["cmdstat_evalsha"]["calls"] == before
    ticks.now += 1.1
    for _ in range(500):
        await buckets.take("ada", 1, great)
    assert (await cache.info("commandstats"))["cmdstat_evalsha"]["calls"] == before + 1


async def test_who_floods_us_is_turned_away_without_asking_redis(cache: redis.Redis, ticks: Ticks) -> None:
    buckets = Buckets(cache, ticks)
    await buckets.take("ada", 100, SMALL)
    assert not (await buckets.take("ada", 50, SMALL)).is_admitted
    before = (await cache.info("commandstats"))["cmdstat_evalsha"]["calls"]
    for _ in range(100):
        assert not (await buckets.take("ada", 50, SMALL)).is_admitted
    assert (await cache.info("commandstats"))["cmdstat_evalsha"]["calls"] == before


async def test_a_bucket_that_is_full_again_is_forgotten(cache: redis.Redis) -> None:
    await Buckets(cache).take("ada", 10, SMALL)
    assert 10_000 < await cache.pttl("limits:{ada}") <= 11_000


@pytest.fixture
async def hanging() -> AsyncIterator[redis.Redis]:
    """A Redis that takes what is said and never answers."""
    asked = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asked.wait()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    client = redis.from_url(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}", socket_timeout=2)
    yield client
    asked.set()
    await client.aclose()
    server.close()
    await server.wait_closed()


async def test_a_redis_that_hangs_costs_a_moment_and_not_with_each_request(hanging: redis.Redis, ticks: Ticks) -> None:
    buckets = Buckets(hanging, ticks)
    begun = time.perf_counter()
    assert (await buckets.take("ada", 10, SMALL)).is_admitted
    assert PATIENCE <= time.perf_counter() - begun < 1.5
    begun = time.perf_counter()
    for i in range(100):
        assert (await buckets.take(f"guest {i}", 10, SMALL)).is_admitted
    assert time.perf_counter() - begun < PATIENCE
    ticks.now += PAUSE
    begun = time.perf_counter()
    assert (await buckets.take("ben", 10, SMALL)).is_admitted
    assert time.perf_counter() - begun >= PATIENCE


async def test_without_redis_there_is_less_to_spend_but_something_for_everything(
    hanging: redis.Redis, ticks: Ticks
) -> None:
    buckets = Buckets(hanging, ticks)
    assert (await buckets.take("ada", 10, SMALL)).is_admitted
    assert not (await buckets.take("ada", SMALL.maximum // STRICTER, SMALL)).is_admitted
    assert (await buckets.take("ben", SMALL.maximum, SMALL)).is_admitted


async def test_a_redis_that_comes_back_is_asked_again(cache: redis.Redis, ticks: Ticks) -> None:
    dead = redis.from_url("redis://127.0.0.1:1", socket_timeout=2)
    buckets = Buckets(dead, ticks)
    assert (await buckets.take("ada", 10, SMALL)).is_admitted
    assert await cache.exists("limits:{ada}") == 0
    dead.connection_pool = cache.connection_pool
    ticks.now += PAUSE
    await buckets.take("ada", 10, SMALL)
    assert await cache.exists("limits:{ada}") == 1
