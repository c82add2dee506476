"""PostgreSQL goes and comes back: clients are told to come again, and then served."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from sqlalchemy import make_url

from commerce.app import app_of
from commerce.kit.db import Database
from commerce.kit.outages import outage
from commerce.settings import Settings
from tests.conftest import ShopUnderTest, TestClock
from tests.http.slow import endpoint_of

pytestmark = pytest.mark.race


class Wire:
    """The way to PostgreSQL, which can be cut and mended."""

    def __init__(self, url: str) -> None:
        self.target = make_url(url)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = self.target.set(host="127.0.0.1", port=self.port, query={}).render_as_string(hide_password=False)
        self.open: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        self.server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def cut(self) -> None:
        self.server.close()
        for writer in self.open:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self.target.query.get("host") or self.target.host, self.target.port or 5432
        if str(host).startswith("/"):
            onward = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        else:
            onward = await asyncio.open_connection(str(host), port)
        self.open |= {writer, onward[1]}
        await asyncio.gather(_pump(reader, onward[1]), _pump(onward[0], writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture
async def wire(race_url: str) -> AsyncIterator[Wire]:
    wire = Wire(race_url)
    await wire.mend()
    yield wire
    await wire.cut()


async def test_outage_of_the_database_is_told_and_passes(wire: Wire, settings: Settings, clock: TestClock) -> None:
    database = await Database.connect(wire.url, 2, 5)
    shop = ShopUnderTest(settings, database, None, clock)

    async def ask(text: str) -> httpx.Response:
        return await http.post("/graphql", json={"query": text})

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app_of(shop)), base_url="http://shop.test") as http:
        assert (await ask("{ channels { code } }")).json()["data"] == {"channels": []}
        await wire.cut()
        for text in (
            "{ channels { code } }",
            '{ node(id: "product_01h455vb4pex5vsknk084sn02q") { id } }',
        ):
            answer = await ask(text)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            [error] = answer.json()["errors"]
            assert error["extensions"]["code"] == "UNAVAILABLE"
        async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint_of(shop)), base_url="http://slow") as slow:
            for text in ("mutation { nap(seconds: 0) }", "{ nap(seconds: 0) }"):
                answer = await slow.post("/", json={"query": text})
                assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
            answer = await slow.post("/", json={"query": "{ awake nap(seconds: 0) }"})
            assert (answer.status_code, answer.json()["data"]) == (200, {"awake": True, "nap": None})
        await wire.mend()
        async with asyncio.timeout(5):
            while (answer := await ask("{ channels { code } }")).status_code == 503:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert answer.json()["data"] == {"channels": []}
    await database.close()


def test_other_faults_are_not_outages() -> None:
    assert outage(FileNotFoundError("a picture")) is None
    assert outage(TimeoutError()) is None


def test_two_who_wait_for_each_other_are_told_to_come_again() -> None:
    refusal = outage(asyncpg.DeadlockDetectedError("deadlock detected"))
    assert refusal is not None
    assert (refusal.extensions["code"], refusal.extensions["retryAfter"]) == ("OVERLOADED", 2)
