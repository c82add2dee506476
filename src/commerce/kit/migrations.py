"""Alembic as the processes use it: bring a database up to date, and tell whether it is.

Telling is all that a server does. It reads the revisions by itself, since Alembic takes 7 MB and a tenth of a second.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, column, select, table

from commerce.kit.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

_REVISION = re.compile(r'^(revision|down_revision)[^=\n]*= *(?:["\']([^"\']*)["\']|None)', re.MULTILINE)
_version: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))


def project_folder() -> Path:
    """The folder with `alembic.ini`: here, or where this package was installed from."""
    for folder in (Path.cwd(), Path(__file__).parents[3]):
        if (folder / "alembic.ini").exists():
            return folder
    raise FileNotFoundError("alembic.ini and migrations/ are not here; run from the project's folder.")


def configuration(url: str = "") -> "Config":
    """Alembic's configuration for a database."""
    from alembic.config import Config  # noqa: PLC0415  (see above)

    config = Config(project_folder() / "alembic.ini")
    config.set_main_option("script_location", str(project_folder() / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Bring the tables up to date. Of several at the same time one works and the others wait."""
    from alembic import command  # noqa: PLC0415  (see above)

    command.upgrade(configuration(url), "head")


@cache
def revisions() -> tuple[str, ...]:
    """All that this code knows, the newest first. They form one line, each on top of another."""
    above: dict[str | None, str] = {}
    for file in (project_folder() / "migrations" / "versions").glob("*.py"):
        named = dict(_REVISION.findall(file.read_text("utf-8")))
        if "revision" in named:
            above[named.get("down_revision") or None] = named["revision"]
    line: list[str] = []
    while (top := above.get(line[-1] if line else None)) is not None:
        line.append(top)
    return tuple(reversed(line))


async def is_current(database: Database) -> bool:
    """Whether the tables are those of this code, or newer: during a release the old code runs on the new tables."""
    [row] = await database.rows(_version)
    return row[0] not in revisions()[1:]
