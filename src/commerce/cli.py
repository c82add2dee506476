"""The command `commerce`: what an operator types."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from alembic import command
from alembic.config import Config

from commerce.kit.errors import Refusal, Taken
from commerce.settings import Settings

app = typer.Typer(help="A headless commerce backend.", no_args_is_help=True, pretty_exceptions_enable=False)
admin = typer.Typer(help="Staff members who may do everything.", no_args_is_help=True)
app.add_typer(admin, name="admin")


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


def _settings_with_database() -> Settings:
    settings = Settings()
    if not settings.database_url:
        raise SystemExit("commerce: DATABASE_URL must name the database.")
    return settings


@app.command("migrate")
def _migrate() -> None:
    """Bring the database's tables up to date."""
    migrate(_settings_with_database().database_url)


@app.command()
def schema() -> None:
    """Print the GraphQL schema."""
    from commerce.schema import sdl  # noqa: PLC0415  (a command should not wait for what it does not need)

    sys.stdout.write(sdl())


@admin.command("create")
def _admin_create(
    email: Annotated[str, typer.Argument(help="E-mail address to sign in with.")],
    name: Annotated[str, typer.Option(help="Name to show; the address when left out.")] = "",
    update: Annotated[
        bool, typer.Option("--update", help="An account that is there gets this password and all permissions.")
    ] = False,
    from_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line of the input.")
    ] = False,
) -> None:
    """Make a staff member who may do everything.

    The password is asked for, unless it comes with --password-stdin or in COMMERCE_ADMIN_PASSWORD.
    """
    settings = _settings_with_database()
    password = sys.stdin.readline().rstrip("\r\n") if from_stdin else settings.admin_password.get_secret_value()
    if not password and not from_stdin:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        asyncio.run(_make_admin(settings, email, password, name or email, update=update))
    except Refusal as refusal:
        hint = " With --update it gets this password and all permissions." if isinstance(refusal, Taken) else ""
        typer.echo(f"commerce: {refusal.message.format_map(refusal.facts)}{hint}", err=True)
        raise typer.Exit(1) from refusal
    typer.echo("The account is ready.")


async def _make_admin(settings: Settings, email: str, password: str, name: str, *, update: bool) -> None:
    from commerce.accounts import actions as accounts  # noqa: PLC0415  (see above)
    from commerce.kit.actor import SHOP  # noqa: PLC0415
    from commerce.kit.context import Context  # noqa: PLC0415
    from commerce.kit.db import Database  # noqa: PLC0415

    database = await Database.connect(settings.database_url, 2, settings.statement_timeout)
    try:
        context = Context(database, actor=SHOP)
        await accounts.make_admin(context, email=email, password=password, name=name, update=update)
    finally:
        await database.close()


def main() -> None:
    """Run the command line."""
    app()
