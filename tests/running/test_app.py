"""What the server answers beside GraphQL, and to whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import redis.asyncio as redis
from sqlalchemy import text

from commerce.app import app_of
from commerce.kit.db import Database
from commerce.settings import Environment, Settings
from tests.conftest import SECRET, Client, ShopUnderTest, TestClock

PAGE = {"accept": "text/html"}


def settings_of(folder: Path, **given: object) -> Settings:
    return Settings(
        **{"env": Environment.PRODUCTION, "secret": SECRET, "media": folder / "media", "data": folder, **given}
    )


def client_of(shop: ShopUnderTest, settings: Settings) -> httpx.AsyncClient:
    shop.settings = settings
    return httpx.AsyncClient(transport=httpx.ASGITransport(app_of(shop)), base_url="http://shop.test")


async def test_ready_with_database_tables_and_redis(client: Client) -> None:
    assert (await client.http.get("/healthz")).json() == {"status": "ok"}
    answer = await client.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"database": "ok", "migrations": "ok", "redis": "ok", "messages": "ok"},
    )


async def test_without_redis_it_is_slower_and_still_ready(shop: ShopUnderTest) -> None:
    for cache in (None, redis.from_url("unix:///nowhere/redis.sock")):
        shop.cache = cache
        answer = await Client(shop).http.get("/readyz")
        assert (answer.status_code, answer.json()["redis"]) == (200, "degraded")


@pytest.fixture
async def bare(empty_url: str, settings: Settings, clock: TestClock) -> AsyncIterator[ShopUnderTest]:
    """A shop whose database has no tables."""
    database = await Database.connect(empty_url, 2, 5)
    yield ShopUnderTest(settings, database, None, clock)
    await database.close()


async def test_not_ready_before_the_migrations(bare: ShopUnderTest) -> None:
    http = Client(bare).http
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "behind")
    async with bare.database.session() as session:
        await session.execute(text("create table alembic_version (version_num text)"))
    assert (await http.get("/readyz")).json()["migrations"] == "behind"
    async with bare.database.session() as session:
        await session.execute(text("insert into alembic_version values ('0001')"))
    assert (await http.get("/readyz")).json()["migrations"] == "behind"
    async with bare.database.session() as session:
        await session.execute(text("update alembic_version set version_num = 'of a later release'"))
    assert (await http.get("/readyz")).json() == {
        "database": "ok",
        "migrations": "ok",
        "redis": "degraded",
        "messages": "ok",
    }


async def test_not_ready_without_the_database(bare: ShopUnderTest) -> None:
    await bare.database.close()
    answer = await Client(bare).http.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "down")
    assert (await Client(bare).http.get("/healthz")).status_code == 200


PREFLIGHT = {
    "origin": "https://shop.example",
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type, authorization, idempotency-key, x-channel, x-currency",
}


async def test_in_dev_any_page_may_call(client: Client) -> None:
    answer = await client.http.options("/graphql", headers=PREFLIGHT)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert "access-control-allow-credentials" not in answer.headers


async def test_in_production_pages_of_the_named_origins_may_call(shop: ShopUnderTest, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, allowed_origins="https://shop.example, https://app.example")
    async with client_of(shop, settings) as http:
        answer = await http.options("/graphql", headers=PREFLIGHT)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "https://shop.example")
        answer = await http.options("/graphql", headers={**PREFLIGHT, "origin": "https://evil.example"})
        assert answer.status_code == 400
        assert "access-control-allow-origin" not in answer.headers
        answer = await http.post(
            "/graphql", json={"query": "{ channels { code } }"}, headers={"origin": "https://app.example"}
        )
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
        assert "content-language" in answer.headers["access-control-expose-headers"].lower()
        assert "Origin" in answer.headers["vary"]


async def test_in_production_no_page_may_call_unless_named(shop: ShopUnderTest, tmp_path: Path) -> None:
    async with client_of(shop, settings_of(tmp_path)) as http:
        answer = await http.options("/graphql", headers=PREFLIGHT)
        assert "access-control-allow-origin" not in answer.headers


async def test_media_are_kept_for_long_and_never_run(shop: ShopUnderTest, tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    async with client_of(shop, settings) as http:
        (settings.media / "mugs").mkdir()
        (settings.media / "mugs" / "red.svg").write_text("<svg/>")
        (tmp_path / "secret.txt").write_text("secret")
        answer = await http.get("/media/mugs/red.svg")
        assert (answer.status_code, answer.text) == (200, "<svg/>")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"
        for path in ("/media/", "/media/mugs", "/media/mugs/", "/media/nothing.png", "/media/%2e%2e/secret.txt"):
            assert (await http.get(path)).status_code == 404, path
        assert (await http.post("/media/mugs/red.svg")).status_code == 405


async def test_explorer_is_there_in_dev_and_off_in_production(
    shop: ShopUnderTest, client: Client, tmp_path: Path
) -> None:
    page = await client.http.get("/graphql", headers=PAGE)
    assert page.status_code == 200
    script = page.text.partition('<script type="module" src="')[2].partition('"')[0]
    assert (await client.http.get(script)).status_code == 200
    async with client_of(shop, settings_of(tmp_path)) as http:
        answer = await http.get("/graphql", headers=PAGE)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]) == (406, {"code": "NOT_ACCEPTABLE"})
        assert (await http.get(script)).status_code == 404
    async with client_of(shop, settings_of(tmp_path, explorer=True)) as http:
        assert (await http.get("/graphql", headers=PAGE)).status_code == 200
