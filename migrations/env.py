"""Alembic's environment: asynchronous, under short locks, for all tables of the shop."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from commerce import schema  # noqa: F401  (imports every module's tables)
from commerce.kit.db import metadata, sqlalchemy_url

OTHERS = ("pgqueuer",)
"""Tables of the queue: they belong to a migration, but their definition is pgqueuer's."""
BY_HAND = ("ix_search_profile_letters",)
"""Indexes over functions of the database, which only a later migration knows."""


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    return not (kind == "table" and (name or "").startswith(OTHERS)) and name not in BY_HAND


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata(), include_object=ours, compare_server_default=True
    )
    with context.begin_transaction():
        connection.execute(text("set local lock_timeout = '5s'"))
        connection.execute(text("select pg_advisory_xact_lock(7153018)"))
        context.run_migrations()


async def main() -> None:
    url = context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_URL"]
    engine = create_async_engine(sqlalchemy_url(url))
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    asyncio.run(main())
