"""Several processes of one shop: what one has answered helps the others, and what one changes is seen by all."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import redis.asyncio as redis

from commerce.kit.answers import Shared
from commerce.kit.answers.shared import FIRST_PAUSE, PATIENCE
from commerce.kit.clock import system_clock
from commerce.kit.db import Database
from commerce.settings import Settings
from tests.answers.asking import VARIANT, answers_of, ask, how, price_of, set_price
from tests.conftest import Client, ShopUnderTest
from tests.shopfront import Goods, complete, open_shop, ready_checkout

SOON = 1.0
"""Seconds after which, at the latest, one process sees what another one has changed."""


@dataclass
class Process:
    """One process of the shop."""

    shop: ShopUnderTest
    client: Client

    @property
    def shared(self) -> Shared:
        """Its second level, as the application made it."""
        shared = answers_of(self.client).shared
        assert shared is not None
        return shared

    async def ask(self, goods: Goods, sku: str = "MUG") -> tuple[str, str]:
        """The price of a variant, and where it came from."""
        answer = await ask(self.client, VARIANT, id=goods.variant(sku))
        return price_of(answer), how(answer)


async def until(is_so: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


@pytest.fixture
async def processes(
    racing_shop: ShopUnderTest, race_url: str, settings: Settings, cache: redis.Redis
) -> AsyncIterator[tuple[Process, Process, Goods]]:
    """Two processes before one database and one Redis, in a shop that sells."""
    racing_shop.clock = system_clock
    goods = await open_shop(racing_shop, stock=6)
    other = ShopUnderTest(settings, await Database.connect(race_url, 5, 20), cache, system_clock)
    shops = (racing_shop, other)
    listeners = [asyncio.create_task(shop.database.changes.listen(race_url)) for shop in shops]
    await until(lambda: all(shop.database.changes.is_sure for shop in shops))
    await until(lambda: len({shop.database.changes.common_versions(["pricing_price"]) for shop in shops}) == 1)
    clients = [Client(shop) for shop in shops]
    yield Process(shops[0], clients[0]), Process(shops[1], clients[1]), goods
    for client in clients:
        await client.http.aclose()
    for listener in listeners:
        listener.cancel()
    await asyncio.wait(listeners)
    await other.database.close()


async def shared_by(process: Process, goods: Goods) -> None:
    """Let a process share an answer: it does so when it is asked for a second time."""
    for _ in range(3):
        await process.ask(goods)
    await process.shared.settle()


async def test_what_one_process_is_asked_for_twice_the_other_need_not_compute(
    processes: tuple[Process, Process, Goods],
) -> None:
    one, other, goods = processes
    assert await one.ask(goods) == ("14.50", "fwd=miss; stored")
    assert await one.ask(goods) == ("14.50", "hit")
    await one.shared.settle()
    assert await other.ask(goods) == ("14.50", "hit; detail=shared")
    assert await other.ask(goods) == ("14.50", "hit")
    assert await other.ask(goods, "PEN") == ("33.33", "fwd=miss; stored"), "what was asked for once is not shared"


async def test_a_change_is_seen_by_the_other_process_soon(processes: tuple[Process, Process, Goods]) -> None:
    one, other, goods = processes
    await shared_by(one, goods)
    await other.ask(goods)
    slowest = 0.0
    for cents in range(20, 40):
        amount = f"{cents}.00"
        await set_price(one.shop, goods, "MUG", amount)
        changed = time.monotonic()
        assert (await one.ask(goods))[0] == amount, "never older than one's own change"
        while (await other.ask(goods))[0] != amount:
            assert time.monotonic() - changed < SOON
            await asyncio.sleep(0.001)
        slowest = max(slowest, time.monotonic() - changed)
    assert slowest < SOON


async def test_what_is_sold_by_one_process_is_seen_by_both(processes: tuple[Process, Process, Goods]) -> None:
    one, other, goods = processes

    async def left(process: Process) -> int:
        answer = await ask(process.client, VARIANT, id=goods.variant("MUG"))
        return int(answer.json()["data"]["node"]["availability"]["quantity"])

    await shared_by(one, goods)
    assert (await left(one), await left(other)) == (6, 6)
    assert (await complete(one.client, await ready_checkout(one.client, goods, quantities={"MUG": 2})))[
        "userErrors"
    ] == []
    assert await left(one) == 4
    sold = time.monotonic()
    while await left(other) != 4:
        assert time.monotonic() - sold < SOON
        await asyncio.sleep(0.001)


async def test_an_old_answer_in_redis_is_never_told(processes: tuple[Process, Process, Goods]) -> None:
    one, other, goods = processes
    await shared_by(one, goods)
    await set_price(other.shop, goods, "MUG", "20.00")
    assert await other.ask(goods) == ("20.00", "fwd=miss; stored")
    await until(lambda: one.shop.database.changes.common_versions(["pricing_price"]) is not None)
    await set_price(one.shop, goods, "MUG", "21.00")
    assert (await one.ask(goods))[0] == "21.00"


async def test_who_hears_nothing_remembers_nothing(processes: tuple[Process, Process, Goods]) -> None:
    one, _, goods = processes
    await shared_by(one, goods)
    one.shop.database.changes._lose()
    assert await one.ask(goods) == ("14.50", "fwd=bypass")


async def test_what_is_no_answer_of_ours_is_passed_over(
    processes: tuple[Process, Process, Goods], cache: redis.Redis
) -> None:
    one, other, goods = processes
    await shared_by(one, goods)
    [name] = await cache.keys("answer:*")
    whole = await cache.get(name)
    junk: list[Any] = [
        b"",
        b"\n",
        b"{}\n{}",
        b"null\n",
        whole[: len(whole) // 3],
        b"\xff" * 99,
        whole.replace(b" ", b"x"),
    ]
    for bad in junk:
        await cache.set(name, bad)
        answers_of(other.client).memory.drop(bytes.fromhex(name.decode().rpartition(":")[2]))
        assert (await other.ask(goods))[0] == "14.50"


class Broken:
    """A Redis that fails, or that lets one wait, and counts how often it was asked."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.asked = 0

    async def get(self, _name: str) -> bytes:
        self.asked += 1
        await asyncio.sleep(self.delay)
        raise redis.ConnectionError

    async def set(self, _name: str, _value: bytes, **_options: Any) -> None:
        await self.get("")


@pytest.mark.parametrize("delay", [0.0, 30.0])
async def test_a_redis_that_fails_or_is_slow_is_harmless(
    processes: tuple[Process, Process, Goods], delay: float
) -> None:
    one, _, goods = processes
    broken = Broken(delay)
    one.shared.cache = broken  # type: ignore[assignment]
    began = time.monotonic()
    for sku in ("MUG", "PEN", "TEA") * 5:
        await one.ask(goods, sku)
    assert broken.asked == 1, "after a failure it is left alone"
    assert time.monotonic() - began < PATIENCE + 1.5
    assert await one.ask(goods) == ("14.50", "hit")


async def test_a_redis_that_is_back_is_used_again(
    processes: tuple[Process, Process, Goods], cache: redis.Redis
) -> None:
    one, other, goods = processes
    one.shared.cache = Broken()  # type: ignore[assignment]
    await shared_by(one, goods)
    assert one.shared.rests
    one.shared.cache = cache
    one.shared._rests_until -= 2 * FIRST_PAUSE
    await shared_by(one, goods)
    assert await other.ask(goods) == ("14.50", "hit; detail=shared")


async def test_no_redis_at_all() -> None:
    shared = Shared(redis.from_url("redis://127.0.0.1:1"), "x")
    assert await shared.get(b"key") is None
    assert shared.rests
    shared.put(b"key", b"", 1)
    await shared.settle()
    await shared.cache.aclose()


async def test_pauses_grow_and_end() -> None:
    shared = Shared(Broken(), "x")  # type: ignore[arg-type]
    pauses = []
    for _ in range(8):
        await shared.get(b"key")
        pauses.append(round(shared._rests_until - time.monotonic()))
        shared._rests_until = 0
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


async def test_answers_are_forgotten_by_redis(cache: redis.Redis) -> None:
    shared = Shared(cache, "x")
    shared.put(b"key", b"value", 12.0)
    shared.put(b"over", b"value", 0.0)
    await shared.settle()
    assert await cache.get("answer:x:" + b"key".hex()) == b"value"
    assert 11_000 < await cache.pttl("answer:x:" + b"key".hex()) <= 12_000
    assert await cache.exists("answer:x:" + b"over".hex()) == 0
