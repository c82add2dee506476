"""One PostgreSQL and one Redis for a whole run, one database per worker, one rolled-back transaction per test."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import redis.asyncio as redis
import structlog
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from starlette.requests import HTTPConnection

from commerce import embedded
from commerce.app import app_of
from commerce.cli import migrate
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.context import Context
from commerce.kit.db import Database, PinnedDatabase, metadata, sqlalchemy_url
from commerce.kit.ids import new_key
from commerce.settings import Environment, Settings
from commerce.shop import Shop

SECRET = "a secret of the tests, thirty-two long"
_services = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """The run's own process starts the services; its workers inherit their addresses."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if "TEST_DATABASE_URL" not in os.environ:
        folder = Path(
            _services.enter_context(tempfile.TemporaryDirectory(prefix="commerce-", ignore_cleanup_errors=True))
        )
        os.environ["TEST_DATABASE_URL"] = os.environ.get("DATABASE_URL") or _services.enter_context(
            embedded.postgres(folder / "postgres", durable=False)
        )
        os.environ["TEST_REDIS_URL"] = os.environ.get("REDIS_URL") or _services.enter_context(
            embedded.redis(folder / "redis")
        )
    asyncio.run(_make_template(os.environ["TEST_DATABASE_URL"]))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _services.close()


def database_url(name: str) -> str:
    return make_url(os.environ["TEST_DATABASE_URL"]).set(database=name).render_as_string(hide_password=False)


async def _make_template(url: str) -> None:
    """A database with all tables, which the workers copy."""
    connection = await asyncpg.connect(url)
    await connection.execute("drop database if exists commerce_template with (force)")
    await connection.execute("create database commerce_template")
    await connection.close()
    await asyncio.to_thread(migrate, database_url("commerce_template"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz", type=int, default=2_000, help="how many random operations the executors are compared by")


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {"workerid": "main"})["workerid"]


async def _copy_template(name: str) -> str:
    connection = await asyncpg.connect(os.environ["TEST_DATABASE_URL"])
    await connection.execute("select pg_advisory_lock(1)")
    await connection.execute(f"drop database if exists {name} with (force)")
    await connection.execute(f"create database {name} template commerce_template")
    await connection.close()
    return database_url(name)


@pytest.fixture(scope="session")
async def engine(worker: str) -> AsyncIterator[AsyncEngine]:
    """The worker's own database; nothing is ever committed to it."""
    url = sqlalchemy_url(await _copy_template(f"test_{worker}"))
    engine = create_async_engine(url, hide_parameters=True)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def race_url(worker: str) -> str:
    """Another database of the worker, for the few tests that commit."""
    return await _copy_template(f"race_{worker}")


@pytest.fixture
async def empty_url(worker: str) -> AsyncIterator[str]:
    """The address of a database without tables."""
    name = f"empty_{worker}"
    connection = await asyncpg.connect(os.environ["TEST_DATABASE_URL"])
    await connection.execute(f"drop database if exists {name} with (force)")
    await connection.execute(f"create database {name}")
    yield database_url(name)
    await connection.execute(f"drop database {name} with (force)")
    await connection.close()


@pytest.fixture
async def empty_shop_url(worker: str) -> AsyncIterator[str]:
    """The address of a database with tables and nothing in them, for processes of its own."""
    name = f"whole_{worker}"
    yield await _copy_template(name)
    connection = await asyncpg.connect(os.environ["TEST_DATABASE_URL"])
    await connection.execute(f"drop database {name} with (force)")
    await connection.close()


class TestClock:
    """A clock that stands still until it is told to go on."""

    __test__ = False

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant

    def advance(self, **by: float) -> None:
        self.instant += timedelta(**by)


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Where statements are counted no answers are kept, which would take none."""
    kept = {"answer_cache": 0} if "counted" in request.fixturenames else {}
    return Settings(env=Environment.DEV, secret=SECRET, media=tmp_path / "media", data=tmp_path, rate_reading=0, **kept)


@pytest.fixture
async def cache(worker: str) -> AsyncIterator[redis.Redis]:
    client = redis.from_url(os.environ["TEST_REDIS_URL"], db=1 + int(worker[2:] or 0) if worker != "main" else 0)
    await client.flushdb()
    yield client
    await client.aclose()


ACTING = (b"authorization", b"Test")
"""Sent by whoever acts without signing in, as anyone sends something who is not a guest."""


class ShopUnderTest(Shop):
    """A shop in which a test may say who is calling, without signing in."""

    acting: Actor | None = None

    async def request_context(self, request: HTTPConnection) -> Context:
        if self.acting is None:
            return await super().request_context(request)
        headers = [header for header in request.scope["headers"] if header != ACTING]
        context = await super().request_context(HTTPConnection({**request.scope, "headers": headers}))
        context.actor = self.acting
        return context


@pytest.fixture
async def shop(
    engine: AsyncEngine, settings: Settings, clock: TestClock, cache: redis.Redis
) -> AsyncIterator[ShopUnderTest]:
    """A shop whose every change is rolled back after the test."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield ShopUnderTest(settings, PinnedDatabase(connection), cache, clock)
        await transaction.rollback()


@pytest.fixture
def context(shop: Shop) -> Context:
    """A context of the shop itself."""
    return shop.context()


@pytest.fixture
async def racing_shop(
    race_url: str, settings: Settings, clock: TestClock, cache: redis.Redis
) -> AsyncIterator[ShopUnderTest]:
    """A shop on real pools, for races. All tables are emptied afterwards."""
    database = await Database.connect(race_url, 20, 20)
    yield ShopUnderTest(settings, database, cache, clock)
    names = ", ".join(f'"{table.name}"' for table in metadata().sorted_tables)
    await database.close()
    connection = await asyncpg.connect(race_url)
    await connection.execute(  # a transaction that a failed test left open must not hold up the tests after it
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null"
    )
    await connection.execute("set session_replication_role = replica")  # the audit log refuses to be emptied
    await connection.execute(f"truncate {names}, pgqueuer cascade")
    await connection.close()


class Client:
    """A GraphQL client as a storefront has it: over HTTP, by JSON."""

    def __init__(self, shop: ShopUnderTest) -> None:
        self.shop = shop
        self.app = app_of(shop)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://shop.test",
            event_hooks={"request": [self._identify]},
        )
        self.token: str | None = None

    async def _identify(self, request: httpx.Request) -> None:
        if self.shop.acting is not None:
            request.headers.setdefault(*(part.decode() for part in ACTING))

    def act(self, *permissions: Permission) -> None:
        """Call as a staff member with these permissions, or with all when none is named."""
        self.shop.acting = Actor(ActorKind.STAFF, new_key(), frozenset(permissions or Permission))

    def act_as_app(self, *permissions: Permission) -> None:
        """Call as a program with these permissions, or with all. What it buys is a guest's: a program is nobody."""
        self.shop.acting = Actor(ActorKind.APP, new_key(), frozenset(permissions or Permission))

    def leave(self) -> None:
        """Call as a guest."""
        self.shop.acting, self.token = None, None

    async def send(self, query: str, headers: dict[str, str] | None = None, **variables: Any) -> dict[str, Any]:
        """The whole answer, whatever it is."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = await self.http.post(
            "/graphql", json={"query": query, "variables": variables}, headers={**sent, **(headers or {})}
        )
        return answer.json()

    async def __call__(self, query: str, headers: dict[str, str] | None = None, **variables: Any) -> dict[str, Any]:
        """The data of an answer that must be without errors."""
        answer = await self.send(query, headers, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


@pytest.fixture
async def client(shop: ShopUnderTest) -> AsyncIterator[Client]:
    client = Client(shop)
    yield client
    await client.http.aclose()


@pytest.fixture
def counted(engine: AsyncEngine) -> Iterator[Callable[[], list[str]]]:
    """The SQL statements since the last call, without those that only begin or end transactions."""
    from sqlalchemy import event  # noqa: PLC0415

    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SET CONSTRAINTS")):
            seen.append(statement)

    def take() -> list[str]:
        taken = list(seen)
        seen.clear()
        return taken

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield take
    event.remove(engine.sync_engine, "before_cursor_execute", note)


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    """What is logged during the test, as it is before it is written."""
    with structlog.testing.capture_logs() as entries:
        yield entries
