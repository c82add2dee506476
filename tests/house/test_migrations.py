"""Models and migrations say the same, and every step can be taken back."""

import asyncio

import asyncpg
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import column, select, table

from commerce.kit import migrations
from commerce.kit.changes import announced_tables
from commerce.kit.db import Database, metadata
from tests.conftest import database_url

NAMES = "select relname from pg_class where relnamespace = 'public'::regnamespace order by 1"
FUNCTIONS = "select proname from pg_proc where pronamespace = 'public'::regnamespace order by 1"
TYPES = "select typname from pg_type where typnamespace = 'public'::regnamespace and typtype = 'e' order by 1"


async def names(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    found = [row[0] for query in (NAMES, FUNCTIONS, TYPES) for row in await connection.fetch(query)]
    await connection.close()
    return [name for name in found if not name.startswith("alembic_version")]


async def test_models_match_the_migrations() -> None:
    config = migrations.configuration(database_url("commerce_template"))
    await asyncio.to_thread(command.check, config)


TELLING = """
select tgrelid::regclass::text from pg_trigger
where tgfoid = 'tell_change'::regproc and tgenabled = 'O' and not tgtype::int & 1 = 1 and tgtype::int & 60 = 60
"""
"""Tables that tell of each statement that inserts, deletes, updates or truncates."""


async def test_announced_tables_tell_of_every_change() -> None:
    connection = await asyncpg.connect(database_url("commerce_template"))
    telling = [row[0] for row in await connection.fetch(TELLING)]
    await connection.close()
    assert sorted(telling) == sorted(announced_tables())


def test_announced_rows_are_never_changed_by_way_of_a_foreign_key() -> None:
    """Nobody would notice at once: a process knows the tables that its own statements name."""
    acting = {
        f"{key.parent.table.name}.{key.parent.name}"
        for table in metadata().sorted_tables
        if table.name in announced_tables()
        for key in table.foreign_keys
        if key.ondelete or key.onupdate
    }
    assert acting == set()


async def test_migrations_go_up_and_down_and_up(empty_url: str) -> None:
    config = migrations.configuration(empty_url)
    await asyncio.to_thread(migrations.upgrade, empty_url)
    full = await names(empty_url)
    assert {"channels_channel", "kit_event", "pgqueuer"} <= set(full)
    await asyncio.to_thread(command.downgrade, config, "base")
    assert await names(empty_url) == []
    await asyncio.to_thread(migrations.upgrade, empty_url)
    assert await names(empty_url) == full


def test_a_server_reads_the_revisions_as_alembic_does() -> None:
    scripts = ScriptDirectory.from_config(migrations.configuration())
    assert migrations.revisions() == tuple(script.revision for script in scripts.walk_revisions())
    assert len(migrations.revisions()) >= 2


async def test_tables_of_an_older_release_are_not_current(empty_url: str) -> None:
    await asyncio.to_thread(migrations.upgrade, empty_url)
    database = await Database.connect(empty_url, 2, 10)
    [row] = await database.rows(select(column("version_num")).select_from(table("alembic_version")))
    assert row[0] == migrations.revisions()[0]
    assert await migrations.is_current(database)
    await asyncio.to_thread(command.downgrade, migrations.configuration(empty_url), "-1")
    assert not await migrations.is_current(database)
    await database.readers.fetch("update alembic_version set version_num = 'of a later release'")
    assert await migrations.is_current(database)
    await database.close()
