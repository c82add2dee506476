"""Many who ask the same at once wait for one answer, and nobody takes it from the others by going away."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import strawberry
from starlette.applications import Starlette
from starlette.routing import Route

from commerce.channels.queries import open_markets
from commerce.kit.answers import Answers
from commerce.kit.clock import Clock
from commerce.kit.errors import RequestError
from commerce.kit.execution import Operations
from commerce.kit.graphql import OWNER, PUBLIC, Info, query
from commerce.kit.http import Endpoint, Pipeline
from commerce.orders.queries import overdue
from tests.answers.asking import how
from tests.conftest import ShopUnderTest, TestClock


class Work:
    """What a field does, under the test's eyes."""

    def __init__(self) -> None:
        self.runs = 0
        self.called_off = 0
        self.go_on = asyncio.Event()
        self.then: Callable[[Info], Awaitable[str]] | None = None

    async def run(self, info: Info) -> str:
        self.runs += 1
        run = self.runs
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.called_off += 1
            raise
        return await self.then(info) if self.then else f"answer {run}"


class Caller:
    """Something about who asks."""


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
async def http(shop: ShopUnderTest, work: Work, clock: TestClock) -> AsyncIterator[httpx.AsyncClient]:
    """A schema of one public field, before the shop's database."""

    @strawberry.type
    class Query:
        @query(PUBLIC)
        async def slow(self, info: Info, a: int = 0) -> str | None:
            return await work.run(info)

        @query(OWNER)
        async def own(self, info: Info) -> str | None:
            return await work.run(info)

    schema = strawberry.Schema(Query)
    answers = make_answers(schema, shop, clock)
    pipeline = Pipeline(Operations(schema), shop.request_context, answers=answers)
    app = Starlette(routes=[Route("/graphql", Endpoint(pipeline, patience=1.0))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client:
        yield client


def make_answers(schema: strawberry.Schema, shop: ShopUnderTest, clock: Clock) -> Answers:
    return Answers(schema, shop.database.changes, clock, room=1_000_000, lifetime=30)


async def ask(http: httpx.AsyncClient, text: str = "{ slow }") -> httpx.Response:
    return await http.post("/graphql", json={"query": text})


async def start(*waiting: Any) -> list["asyncio.Task[httpx.Response]"]:
    """Ask at once, and wait until all wait."""
    tasks = [asyncio.create_task(one) for one in waiting]
    await asyncio.sleep(0.02)
    return tasks


async def test_many_who_ask_at_once_wait_for_one_answer(http: httpx.AsyncClient, work: Work) -> None:
    tasks = await start(*(ask(http) for _ in range(50)))
    work.go_on.set()
    answers = await asyncio.gather(*tasks)
    assert work.runs == 1
    assert {answer.json()["data"]["slow"] for answer in answers} == {"answer 1"}
    statuses = sorted(how(answer) for answer in answers)
    assert statuses == ["fwd=miss; collapsed"] * 49 + ["fwd=miss; stored"]
    assert how(await ask(http)) == "hit"


async def test_who_asks_something_else_does_not_wait(http: httpx.AsyncClient, work: Work) -> None:
    tasks = await start(ask(http), ask(http, "{ slow(a: 1) }"), ask(http, "{ own }"), ask(http, "{ own }"))
    work.go_on.set()
    answers = await asyncio.gather(*tasks)
    assert work.runs == len({answer.text for answer in answers}) == 4


async def test_the_first_may_go_away(http: httpx.AsyncClient, work: Work) -> None:
    first, *others = await start(*(ask(http) for _ in range(5)))
    first.cancel()
    await asyncio.sleep(0.02)
    work.go_on.set()
    answers = await asyncio.gather(*others)
    assert {answer.json()["data"]["slow"] for answer in answers} == {"answer 1"}
    assert (work.runs, work.called_off) == (1, 0)


async def test_when_all_have_gone_away_nothing_goes_on(http: httpx.AsyncClient, work: Work) -> None:
    tasks = await start(*(ask(http) for _ in range(5)))
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await asyncio.sleep(0.02)
    assert (work.runs, work.called_off) == (1, 1)
    work.go_on.set()
    assert (await ask(http)).json() == {"data": {"slow": "answer 2"}}


async def test_the_time_of_each_is_bounded(http: httpx.AsyncClient, work: Work) -> None:
    tasks = await start(*(ask(http) for _ in range(3)))
    answers = await asyncio.gather(*tasks)
    assert {answer.json()["errors"][0]["extensions"]["code"] for answer in answers} == {"TIMEOUT"}
    assert work.called_off == work.runs == 1


async def test_who_comes_after_a_change_is_not_told_what_was_before(
    shop: ShopUnderTest, http: httpx.AsyncClient, work: Work
) -> None:
    """Somebody who has just written reads what is there now, though others still wait for an older answer."""
    early = await start(ask(http), ask(http))
    shop.database.changes.touch(["catalog_product"])
    late = await start(ask(http), ask(http))
    work.go_on.set()
    told = [answer.json()["data"]["slow"] for answer in await asyncio.gather(*early, *late)]
    assert told == ["answer 1", "answer 1", "answer 2", "answer 2"]


async def test_what_changed_while_it_was_read_is_not_kept_for_true(
    shop: ShopUnderTest, http: httpx.AsyncClient, work: Work
) -> None:
    """Nobody knows whether it was read before the change or after."""

    async def read_while_it_changes(info: Info) -> str:
        found = await open_markets(info.context)
        shop.database.changes.touch(["channels_channel"])
        return str(found)

    work.then = read_while_it_changes
    work.go_on.set()
    await ask(http)
    assert how(await ask(http)) == "fwd=stale; stored"


@pytest.mark.parametrize("error", [RequestError("BAD_USER_INPUT", "No."), ValueError("secret")])
async def test_a_failure_is_kept_by_nobody_and_belongs_to_who_met_it(
    http: httpx.AsyncClient, work: Work, error: Exception
) -> None:
    async def fail(_info: Info) -> str:
        raise error

    work.then = fail
    tasks = await start(*(ask(http) for _ in range(3)))
    work.go_on.set()
    answers = await asyncio.gather(*tasks)
    assert work.runs == 3, "each tried, as nobody was told anything"
    [code] = {answer.json()["errors"][0]["extensions"]["code"] for answer in answers}
    assert code == ("INTERNAL" if isinstance(error, ValueError) else "BAD_USER_INPUT")
    if code == "INTERNAL":
        assert len({answer.json()["errors"][0]["extensions"]["requestId"] for answer in answers}) == 3
    work.then = None
    assert (await ask(http)).json() == {"data": {"slow": "answer 4"}}


async def about_the_caller(info: Info) -> str:
    info.context.know(Caller, Caller())
    return type(info.context[Caller]).__name__


async def by_a_header(info: Info) -> str:
    return info.context.headers.get("x-anything", "nothing")


async def by_all_headers(info: Info) -> str:
    return str(len(dict(info.context.headers)))


async def in_a_transaction(info: Info) -> str:
    async with info.context.transaction():
        return "written"


async def from_a_private_table(info: Info) -> str:
    return str(await overdue(info.context, info.context.now()))


@pytest.mark.parametrize(
    "then", [about_the_caller, by_a_header, by_all_headers, in_a_transaction, from_a_private_table]
)
async def test_what_concerns_one_caller_is_kept_by_nobody(
    http: httpx.AsyncClient, work: Work, then: Callable[[Info], Awaitable[str]]
) -> None:
    """Even where a field was declared public by mistake."""
    work.then = then
    work.go_on.set()
    for run in (1, 2):
        answer = await ask(http)
        assert (how(answer), work.runs) == ("fwd=miss; detail=own", run)
        assert "errors" not in answer.json()
    tasks = await start(*(ask(http) for _ in range(3)))
    await asyncio.gather(*tasks)
    assert work.runs == 5, "nor is it told to those who wait"


async def test_what_the_clock_will_change_is_kept_until_then(
    http: httpx.AsyncClient, work: Work, clock: TestClock
) -> None:
    async def until_soon(info: Info) -> str:
        info.context.changes_at(info.context.now() + timedelta(seconds=9))
        info.context.changes_at(info.context.now() + timedelta(seconds=5))
        return "soon"

    work.then = until_soon
    work.go_on.set()
    statuses = []
    for _ in range(4):
        statuses.append(how(await ask(http)))
        clock.advance(seconds=2.5)
    assert statuses == ["fwd=miss; stored", "hit", "fwd=stale; stored", "hit"]
