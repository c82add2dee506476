"""Alembic as the processes use it: bring a database up to date, and tell whether it is."""

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Select, column, select, table

from commerce.kit.db import Database

_version: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))


def project_folder() -> Path:
    """The folder with `alembic.ini`: here, or where this package was installed from."""
    for folder in (Path.cwd(), Path(__file__).parents[3]):
        if (folder / "alembic.ini").exists():
            return folder
    raise FileNotFoundError("alembic.ini and migrations/ are not here; run from the project's folder.")


def configuration(url: str = "") -> Config:
    """Alembic's configuration for a database."""
    config = Config(project_folder() / "alembic.ini")
    config.set_main_option("script_location", str(project_folder() / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Bring the tables up to date. Of several at the same time one works and the others wait."""
    command.upgrade(configuration(url), "head")


@cache
def revisions() -> tuple[str, ...]:
    """All that this code knows, the newest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions())


async def is_current(database: Database) -> bool:
    """Whether the tables are those of this code, or newer: during a release the old code runs on the new tables."""
    [row] = await database.rows(_version)
    return row[0] not in revisions()[1:]
