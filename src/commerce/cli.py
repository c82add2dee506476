"""The command `commerce`: what an operator types."""

import sys
from pathlib import Path

import typer
from alembic import command
from alembic.config import Config

from commerce.settings import Settings

app = typer.Typer(help="A headless commerce backend.", no_args_is_help=True, pretty_exceptions_enable=False)


def project_folder() -> Path:
    """The folder with `alembic.ini`: here, or where this package was installed from."""
    for folder in (Path.cwd(), Path(__file__).parents[2]):
        if (folder / "alembic.ini").exists():
            return folder
    raise SystemExit("commerce: alembic.ini and migrations/ are not here; run from the project's folder.")


def migrations(url: str) -> Config:
    """Alembic's configuration for a database."""
    config = Config(project_folder() / "alembic.ini")
    config.set_main_option("script_location", str(project_folder() / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(url: str) -> None:
    """Bring the tables up to date."""
    command.upgrade(migrations(url), "head")


@app.command("migrate")
def _migrate() -> None:
    """Bring the database's tables up to date."""
    migrate(Settings().database_url)


@app.command()
def schema() -> None:
    """Print the GraphQL schema."""
    from commerce.schema import sdl  # noqa: PLC0415  (a command should not wait for what it does not need)

    sys.stdout.write(sdl())


def main() -> None:
    """Run the command line."""
    app()
