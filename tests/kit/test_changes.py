"""Each process hears of what the others change, and knows at once what it has changed itself."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence

import asyncpg
import pytest
from sqlalchemy import func, select, text, update
from sqlmodel import col

from commerce.catalog.models import Brand
from commerce.channels.models import Channel
from commerce.channels.queries import open_markets
from commerce.kit.changes import CHANNEL, TRUSTED_FOR, Changes, announced_tables
from commerce.kit.context import Context
from commerce.kit.db import Database, Reads, Session
from commerce.kit.reference import remembered_each
from commerce.kit.statements import tables_read, tables_written
from commerce.settings import Settings
from commerce.shop import open_shop
from tests.channels.factory import make_channel
from tests.conftest import ShopUnderTest

CHANNELS = ("channels_channel",)
PROMPT = 0.5
"""Seconds in which a process hears of another's commit, with much to spare."""

_code = select(col(Channel.code))

pytestmark = pytest.mark.race


async def until(holds: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  (nothing tells when it begins to hold)
            await asyncio.sleep(0.005)


async def codes(database: Database) -> list[str]:
    """The open channels, as a request to this process sees them."""
    return [market.code for market in await open_markets(Context(database))]


@remembered_each
async def _names(reads: Reads, keys: Sequence[str]) -> list[str]:
    rows = await reads.rows(_code)
    return [key + row[0] for key in keys for row in rows]


async def codes_otherwise(database: Database) -> list[str]:
    """The same by key, outside and inside a transaction."""
    context = Context(database)
    outside = await _names(context, [""])
    async with context.transaction() as session:
        return [*outside, *await _names(session, [""]), *(one.code for one in await open_markets(session))]


async def rename(database: Database, code: str) -> None:
    async with Context(database).transaction() as session:
        await session.execute(update(Channel).values(code=code))


async def rename_and_fail(database: Database) -> None:
    async with Context(database).transaction() as session:
        await session.execute(update(Channel).values(code="never"))
        raise LookupError


@pytest.fixture
async def two(racing_shop: ShopUnderTest, race_url: str) -> AsyncIterator[tuple[Database, Database]]:
    """Two processes of a shop with a channel, both listening."""
    await make_channel(racing_shop)
    one, other = racing_shop.database, await Database.connect(race_url, 5, 20)
    listeners = [asyncio.create_task(database.changes.listen(race_url)) for database in (one, other)]
    await until(lambda: one.changes.is_sure and other.changes.is_sure)
    await codes(one), await codes(other)
    yield one, other
    for listener in listeners:
        listener.cancel()
    await asyncio.wait(listeners)
    await other.close()


async def test_own_commit_is_seen_at_once(two: tuple[Database, Database]) -> None:
    one, _ = two
    for number in range(50):
        await rename(one, f"web{number}")
        assert await codes(one) == [f"web{number}"]


async def test_commit_of_another_process_is_seen_soon(two: tuple[Database, Database]) -> None:
    one, other = two
    moment = other.changes.moment()
    await rename(one, "elsewhere")
    await until(lambda: not other.changes.unchanged(CHANNELS, moment), PROMPT)
    assert await codes(other) == ["elsewhere"]


@pytest.mark.parametrize(
    "statement",
    [
        "update channels_channel set code = 'raw'",
        "delete from channels_channel",
        "truncate channels_channel cascade",
        "with gone as (delete from channels_channel returning id) select count(*) from gone",
    ],
)
async def test_plain_sql_of_another_program_is_seen_soon(
    two: tuple[Database, Database], race_url: str, statement: str
) -> None:
    connection = await asyncpg.connect(race_url)
    moments = [database.changes.moment() for database in two]
    await connection.execute(statement)
    await connection.close()
    for database, moment in zip(two, moments, strict=True):
        await until(lambda d=database, m=moment: not d.changes.unchanged(CHANNELS, m), PROMPT)  # type: ignore[misc]
        assert await codes(database) == (["raw"] if statement.startswith("update") else [])


async def test_what_was_rolled_back_changes_nothing(two: tuple[Database, Database]) -> None:
    moments = [database.changes.moment() for database in two]
    with pytest.raises(LookupError):
        await rename_and_fail(two[0])
    await asyncio.sleep(PROMPT)
    assert [database.changes.moment() for database in two] == moments
    assert [await codes(database) for database in two] == [["web"], ["web"]]


async def test_processes_call_a_state_by_the_same_name(two: tuple[Database, Database], race_url: str) -> None:
    one, other = two
    names = []
    for number in range(3):
        await rename(two[number % 2], f"web{number}")
        own = two[number % 2].changes.version("channels_channel")
        await until(lambda: one.changes.version("channels_channel") == other.changes.version("channels_channel"))
        assert own != one.changes.version("channels_channel"), "no other process may take it for its own"
        names.append(one.changes.versions(("channels_channel", "tax_rate")))
    assert len(set(names)) == 3
    third = Changes()
    listener = asyncio.create_task(third.listen(race_url))
    await until(lambda: third.is_sure)
    moment = one.changes.moment()
    await until(lambda: third.versions(CHANNELS) == one.changes.versions(CHANNELS) == other.changes.versions(CHANNELS))
    assert one.changes.unchanged(CHANNELS, moment), "a newcomer changes names, and no rows"
    listener.cancel()
    await asyncio.wait([listener])


async def test_without_a_listener_nothing_is_believed(racing_shop: ShopUnderTest, race_url: str) -> None:
    await make_channel(racing_shop)
    deaf, connection = racing_shop.database, await asyncpg.connect(race_url)
    for number in range(3):
        await connection.execute(f"update channels_channel set code = 'web{number}'")
        assert await codes(deaf) == [f"web{number}"]
    assert len({deaf.changes.version("channels_channel") for _ in range(3)}) == 3
    await connection.close()


async def test_a_listener_that_is_cut_off_believes_nothing_until_it_listens_again(
    two: tuple[Database, Database], race_url: str
) -> None:
    one, connection = two[0], await asyncpg.connect(race_url)
    for number in range(3):
        await until(lambda: all(database.changes.is_sure for database in two))
        killed = await connection.fetch(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and application_name = 'commerce changes'"
        )
        assert len(killed) == 2
        await until(lambda: not one.changes.is_sure, 1)
        await connection.execute(f"update channels_channel set code = 'web{number}'")
        assert await codes(one) == [f"web{number}"]
        await until(lambda: one.changes.is_sure)
        assert await codes(one) == [f"web{number}"]
    await connection.close()


async def test_a_silent_connection_is_believed_for_a_second_at_most(
    two: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = two
    last = one.changes._answered
    monkeypatch.setattr(time, "monotonic", lambda: last + TRUSTED_FOR - 0.001)
    assert one.changes.is_sure
    monkeypatch.setattr(time, "monotonic", lambda: last + TRUSTED_FOR)
    assert not one.changes.is_sure
    assert not one.changes.unchanged(CHANNELS, one.changes.moment())


async def test_memory_equals_the_database_after_a_storm(two: tuple[Database, Database], race_url: str) -> None:
    connection = await asyncpg.connect(race_url)

    async def read(database: Database) -> None:
        for _ in range(300):
            await codes(database)
            await asyncio.sleep(0)

    async def read_otherwise(database: Database) -> None:
        for _ in range(30):
            await codes_otherwise(database)

    async def write(database: Database, name: str) -> None:
        for number in range(15):
            await rename(database, f"{name}{number}")
            assert database.changes.moment() > 0

    async def write_raw(name: str) -> None:
        for number in range(15):
            await connection.execute(f"update channels_channel set code = '{name}{number}'")

    for turn in range(5):
        writers = (write(two[0], f"a{turn}"), write(two[1], f"b{turn}"), write_raw(f"c{turn}"))
        readers = (read_as(database) for database in two for read_as in (read, read, read_otherwise))
        await asyncio.gather(*writers, *readers)
        truth = await connection.fetchval("select code from channels_channel")
        await asyncio.sleep(PROMPT)
        assert [await codes(database) for database in two] == [[truth], [truth]]
        assert [await codes_otherwise(database) for database in two] == [[truth] * 3] * 2
    await connection.close()


async def test_by_way_of_a_pooler_nothing_is_believed(
    racing_shop: ShopUnderTest, race_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncpg.Connection, "get_server_pid", lambda _connection: 1)  # as poolers make them up
    changes = racing_shop.database.changes
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(changes.listen(race_url), 0.5)
    assert not changes.is_sure


async def test_a_shop_listens_until_it_is_closed(race_url: str, settings: Settings) -> None:
    shop = await open_shop(settings.model_copy(update={"database_url": race_url}))
    shop.listen()
    await until(lambda: shop.database.changes.is_sure)
    await shop.close()
    assert not shop.database.changes.is_sure


async def test_all_ways_to_write_are_noted(racing_shop: ShopUnderTest) -> None:
    await make_channel(racing_shop)

    async def written(session: Session) -> frozenset[str]:
        await session.flush()
        noted = announced_tables() & session.written
        session.written.clear()
        return noted

    async with racing_shop.context().transaction() as session:
        assert await written(session) == set()
        [channel] = (await session.execute(select(Channel).with_for_update())).scalars()
        assert await written(session) == set()
        channel.code = "flushed"
        assert await written(session) == {"channels_channel"}
        await session.execute(text("update only public.channels_channel set code = 'text'"))
        assert await written(session) == {"channels_channel"}
        copied = select(col(Channel.id), col(Channel.code), col(Channel.code), col(Channel.name), func.now())
        await session.execute(
            Brand.__table__.insert().from_select(["id", "code", "slug", "name", "created_at"], copied)  # type: ignore[attr-defined]
        )
        assert await written(session) == {"catalog_brand"}
        changed = update(Brand).values(code="cte").returning(col(Brand.id)).cte("changed")
        await session.execute(select(func.count()).select_from(changed))
        assert await written(session) == {"catalog_brand"}
        await (await session.connection()).exec_driver_sql("truncate table tax_class, tax_rate cascade")
        assert await written(session) == {"tax_class", "tax_rate"}


def test_statements_tell_what_they_read() -> None:
    inner = select(col(Brand.id)).where(col(Brand.code) == "x").cte("inner")
    lateral = select(col(Channel.code)).where(col(Channel.id) == inner.c.id).lateral()
    counted = select(func.count()).select_from(text("pricing_price, nothing_of_ours")).scalar_subquery()
    assert tables_read(select(inner.c.id, lateral.c.code, counted)) == {
        "catalog_brand",
        "channels_channel",
        "pricing_price",
    }
    assert announced_tables() & tables_written("select 1 from tax_rate for update of tax_rate skip locked") == set()


def test_channel_of_the_triggers_is_the_one_listened_to() -> None:
    assert CHANNEL == "commerce_changed"
