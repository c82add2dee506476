"""What is under way ends: with its client, with its time, or at once when there is too much."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
import structlog
from starlette.types import Scope

from commerce.kit.db import Database
from tests.conftest import ShopUnderTest
from tests.http import slow
from tests.http.serving import serving
from tests.http.slow import endpoint_of, until

pytestmark = pytest.mark.race


@pytest.fixture
async def naps(race_url: str) -> AsyncIterator[Any]:
    """Counts the naps that PostgreSQL takes at present."""
    connection = await asyncpg.connect(race_url)

    async def count() -> int:
        return await connection.fetchval(
            "select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep%'"
            " and datname = current_database() and pid <> pg_backend_pid()"
        )

    yield count
    await connection.close()


def asking(text: str) -> dict[str, Any]:
    return {"json": {"query": text}}


async def test_query_ends_with_its_client(racing_shop: ShopUnderTest, naps: Any) -> None:
    endpoint = endpoint_of(racing_shop)
    async with serving(endpoint) as (host, port):
        http = httpx.AsyncClient(base_url=f"http://{host}:{port}")
        asked = asyncio.create_task(http.post("/", **asking("{ a: nap(seconds: 30) b: nap(seconds: 30) }")))
        await until(lambda: is_equal(naps, 2))
        asked.cancel()
        await http.aclose()
        await until(lambda: is_equal(naps, 0))
        async with httpx.AsyncClient(base_url=f"http://{host}:{port}") as other:
            answer = await other.post("/", **asking("{ nap(seconds: 0) }"))
            assert answer.json()["data"] == {"nap": 0}
    assert endpoint.room.taken == 0


async def is_equal(count: Any, number: int) -> bool:
    return await count() == number


async def test_mutation_is_done_to_its_end(racing_shop: ShopUnderTest, naps: Any) -> None:
    slow.done.clear()
    async with serving(endpoint_of(racing_shop, patience=0.2)) as (host, port):
        http = httpx.AsyncClient(base_url=f"http://{host}:{port}")
        asked = asyncio.create_task(http.post("/", **asking("mutation { nap(seconds: 0.8) }")))
        await until(lambda: is_equal(naps, 1))
        asked.cancel()
        await http.aclose()
        await asyncio.sleep(0.3)
        assert await naps() == 1

        async def is_done() -> bool:
            return slow.done == [0.8]

        await until(is_done)


@pytest.fixture
async def http(racing_shop: ShopUnderTest, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    endpoint = endpoint_of(racing_shop, **getattr(request, "param", {}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://shop.test") as http:
        yield http


@pytest.mark.parametrize("http", [{"patience": 0.3}, {"patience": 0.05}], indirect=True)
async def test_query_that_takes_too_long_is_called_off(http: httpx.AsyncClient, naps: Any) -> None:
    answer = await http.post("/", **asking("{ awake nap(seconds: 30) }"))
    assert answer.status_code == 503
    assert answer.json() == {"errors": [{"message": "This took too long.", "extensions": {"code": "TIMEOUT"}}]}
    await until(lambda: is_equal(naps, 0))
    assert (await http.post("/", **asking("{ awake }"))).json() == {"data": {"awake": True}}


@pytest.mark.parametrize("http", [{"most": 2}], indirect=True)
async def test_more_than_there_is_room_for_is_turned_away_at_once(http: httpx.AsyncClient, naps: Any) -> None:
    first = [asyncio.create_task(http.post("/", **asking("{ nap(seconds: 0.5) }"))) for _ in range(2)]
    await until(lambda: is_equal(naps, 2))
    began = asyncio.get_running_loop().time()
    answer = await http.post("/", **asking("{ awake }"))
    assert asyncio.get_running_loop().time() - began < 0.3
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["errors"][0]["extensions"] == {"code": "OVERLOADED", "retryAfter": 2}
    assert [(await one).json()["data"] for one in first] == [{"nap": 0.5}] * 2
    assert (await http.post("/", **asking("{ awake }"))).json()["data"] == {"awake": True}


async def test_statement_that_takes_too_long_spoils_no_more_than_its_field(
    racing_shop: ShopUnderTest, race_url: str, http: httpx.AsyncClient
) -> None:
    whole, racing_shop.database = racing_shop.database, await Database.connect(race_url, 2, 0.2)
    with structlog.testing.capture_logs() as logs:
        answer = await http.post("/", **asking("{ awake nap(seconds: 30) }"))
        assert (answer.status_code, answer.json()["data"]) == (200, {"awake": True, "nap": None})
        [error] = answer.json()["errors"]
        assert (error["extensions"]["code"], error["path"]) == ("TIMEOUT", ["nap"])
        answer = await http.post("/", **asking("{ nap(seconds: 30) }"))
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "TIMEOUT")
        assert "data" not in answer.json()
        answer = await http.post("/", **asking("mutation { nap(seconds: 30) }"))
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "TIMEOUT")
    assert {(entry["event"], entry["log_level"], entry["code"]) for entry in logs} == {("outage", "warning", "TIMEOUT")}
    await racing_shop.database.close()
    racing_shop.database = whole


async def test_client_that_leaves_before_it_has_asked_is_forgotten(racing_shop: ShopUnderTest) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http", "method": "POST", "path": "/", "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }  # fmt: skip
    await endpoint_of(racing_shop)(scope, receive, send)
    assert sent == []
