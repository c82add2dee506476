"""The command `commerce`: what an operator types."""

import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import asyncpg
import typer
import uvicorn
from pydantic import ValidationError

from commerce.kit import log
from commerce.kit.db import driver_url
from commerce.kit.errors import Refusal, Taken
from commerce.kit.http import LARGEST_BODY
from commerce.kit.http.protocol import BoundedProtocol
from commerce.kit.migrations import revisions
from commerce.kit.migrations import upgrade as migrate
from commerce.settings import Settings, SettingsError

if TYPE_CHECKING:
    from commerce.kit.audit.proving import Finding, Proof
    from commerce.kit.context import Context

__all__ = ["app", "main", "migrate"]

T = TypeVar("T")

app = typer.Typer(help="A headless commerce backend.", no_args_is_help=True, pretty_exceptions_enable=False)
admin = typer.Typer(help="Staff members who may do everything.", no_args_is_help=True)
app.add_typer(admin, name="admin")
lists = typer.Typer(
    help="The rows that product lists are read from. The database keeps them by itself.", no_args_is_help=True
)
app.add_typer(lists, name="lists")
audit = typer.Typer(help="The record of what staff and apps did.", no_args_is_help=True)
app.add_typer(audit, name="audit")
keys = typer.Typer(help="The keys that personal data is sealed with.", no_args_is_help=True)
app.add_typer(keys, name="keys")

Port = Annotated[int, typer.Option(help="TCP port to listen on.", min=0, max=65535)]
Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all.")]

PATIENCE = 120.0  # seconds that a statement of the seed may wait for another seed
DRAIN = 30  # seconds for requests that are under way when we are told to stop


@app.command()
def serve(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    processes: Annotated[int, typer.Option(help="Processes: one for each core.", min=1)] = 1,
) -> None:
    """Serve the API."""
    gc.disable()  # while modules are loaded there is nothing to collect; it is on again when the shop is open
    settings = _settings()
    _check(settings)
    if settings.trusted_documents or settings.only_trusted_documents:
        _check_documents(settings)
    uvicorn.run(
        "commerce.app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=processes,
        loop="auto" if sys.platform == "win32" else "uvloop",
        http=BoundedProtocol,
        ws="websockets-sansio",
        ws_max_size=LARGEST_BODY,
        ws_per_message_deflate=False,  # messages are small; a compressor each would be most of a socket's memory
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=DRAIN,
    )


@app.command()
def worker() -> None:
    """Do background jobs and what is done by the clock."""
    from commerce import worker as process  # noqa: PLC0415  (a command should not wait for what it does not need)

    settings = _settings()
    _check(settings)
    asyncio.run(process.serve(settings))


@app.command("migrate")
def _migrate() -> None:
    """Bring the database's tables up to date."""
    settings = _settings()
    _reach(settings)
    try:
        migrate(settings.database_url)
    except FileNotFoundError as error:
        _fail(str(error))


@app.command()
def seed(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder with a shop, in the format of the demo shop, which is loaded when left out."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Do nothing when the folder has been loaded before.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Load the demo shop in production too.")] = False,
) -> None:
    """Load a shop from plain files. A second time adds what is new and sets the prices."""
    from commerce.seed.errors import CannotLoad  # noqa: PLC0415  (see above)
    from commerce.seed.marker import DEMO, is_demo  # noqa: PLC0415

    settings, folder = _settings(), folder or DEMO
    if is_demo(folder) and not settings.is_dev and not yes:
        _fail("This is production: name a folder of your own, or say --yes if the demo shop is really meant.")
    _reach(settings)
    try:
        typer.echo(asyncio.run(_seed(settings, folder, once=once)))
    except CannotLoad as error:
        for line in error.lines:
            typer.echo(f"commerce: {line}", err=True)
        raise typer.Exit(1) from error
    except asyncpg.UndefinedTableError:
        _fail("The database has no tables yet: run `commerce migrate` first.")
    except (OSError, SettingsError) as error:
        _fail(str(error))


async def _seed(settings: Settings, folder: Path, *, once: bool) -> str:
    from commerce.kit.db import Database  # noqa: PLC0415  (see above)
    from commerce.seed.marker import was_loaded  # noqa: PLC0415

    database = await Database.connect(settings.database_url, 2, max(settings.statement_timeout, PATIENCE))
    try:
        if await was_loaded(database, folder) and once:
            return "It has been loaded before."
        from commerce.seed.command import seed as load  # noqa: PLC0415
        from commerce.shop import Shop  # noqa: PLC0415

        return await load(Shop(settings, database), folder)
    finally:
        await database.close()


@app.command()
def up(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """The whole shop: databases, migrations, demo data, web server and worker. DATABASE_URL and REDIS_URL if set."""
    from commerce.up import up as whole_shop  # noqa: PLC0415

    os.environ.setdefault("COMMERCE_ENV", "dev")
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104  (where to ask, not to listen)
    os.environ.setdefault("COMMERCE_PUBLIC_URL", f"http://{here}:{port}")
    settings = _settings()
    raise typer.Exit(whole_shop(port, host, settings.data, settings.database_url or None, settings.redis_url or None))


@app.command()
def schema(
    file: Annotated[Path | None, typer.Argument(help="File to write; standard output when left out.")] = None,
) -> None:
    """Write the GraphQL schema."""
    from commerce.schema import sdl  # noqa: PLC0415

    if file is None:
        sys.stdout.write(sdl())
    else:
        file.write_text(sdl(), "utf-8")


def _settings() -> Settings:
    """The settings, and logs as they say. One line when something is wrong with them."""
    try:
        settings = Settings()
    except ValidationError as error:
        _fail("; ".join(f"{_variable(one['loc'])}: {one['msg']}" for one in error.errors()))
    try:
        log.configure(as_json=not settings.is_dev, level=settings.log_level)
    except KeyError:
        _fail(f"COMMERCE_LOG_LEVEL: there is no level {settings.log_level!r}.")
    return settings


def _variable(place: tuple[int | str, ...]) -> str:
    name = str(place[0])
    return name if name.isupper() else f"COMMERCE_{name.upper()}"


def _check(settings: Settings) -> None:
    """Fail in one line for whatever would keep a process of the shop from starting."""
    _reach(settings)
    try:
        settings.vault_secrets()
        settings.notary_secrets()
        settings.signing_secret()
        revisions()
    except (SettingsError, FileNotFoundError) as error:
        _fail(str(error))


def _check_documents(settings: Settings) -> None:
    """Fail in one line for manifests that would keep a process from starting."""
    from commerce.app import trusted_of  # noqa: PLC0415  (it takes a while, and most shops have none)

    try:
        trusted_of(settings)
    except SettingsError as error:
        _fail(str(error))


def _reach(settings: Settings) -> None:
    """Fail in one line when the database is not to be had."""
    if not settings.database_url:
        _fail("DATABASE_URL is not set.")

    async def attempt() -> None:
        connection = await asyncpg.connect(driver_url(settings.database_url), timeout=10)
        await connection.close()

    try:
        asyncio.run(attempt())
    except (OSError, ValueError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        _fail(f"The database cannot be reached: {reason}")


def _fail(reason: str) -> NoReturn:
    typer.echo(f"commerce: {reason}", err=True)
    raise typer.Exit(1)


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
    from commerce.accounts import actions as accounts  # noqa: PLC0415  (see above)

    settings = _settings()
    _check(settings)
    password = sys.stdin.readline().rstrip("\r\n") if from_stdin else settings.admin_password.get_secret_value()
    if not password and not from_stdin:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        _run(
            lambda context: accounts.make_admin(
                context, email=email, password=password, name=name or email, update=update
            ),
            knows_secrets=True,
        )
    except Refusal as refusal:
        hint = " With --update it gets this password and all permissions." if isinstance(refusal, Taken) else ""
        typer.echo(f"commerce: {refusal.message.format_map(refusal.facts)}{hint}", err=True)
        raise typer.Exit(1) from refusal
    typer.echo("The account is ready.")


@admin.command("reset-second-factor")
def _admin_reset_second_factor(email: Annotated[str, typer.Argument(help="E-mail address of the account.")]) -> None:
    """Take away the second factor of somebody who has lost it, and sign them out everywhere."""
    from commerce.accounts.actions import factors  # noqa: PLC0415  (see above)

    _check(_settings())
    try:
        _run(lambda context: factors.reset_by_email(context, email), knows_secrets=True)
    except Refusal as refusal:
        _fail(refusal.message.format_map(refusal.facts))
    typer.echo("The account asks for no second factor any more.")


@lists.command("rebuild")
def _rebuild() -> None:
    """Write all rows anew, while the shop goes on: after data was loaded with triggers off."""
    from commerce.search import actions as search  # noqa: PLC0415  (see above)

    typer.echo(f"Rebuilt: {_run(search.rebuild)} products.")


@lists.command("check")
def _check_lists() -> None:
    """Tell the products of which a list says something else than is true; the exit code is 1 if there are any."""
    from commerce.kit.ids import encode  # noqa: PLC0415  (see above)
    from commerce.search import actions as search  # noqa: PLC0415

    found = _run(search.untrue)
    for key in found:
        typer.echo(encode("product", key))
    if found:
        _fail(f"The rows of {len(found)} products are not true: run `commerce lists rebuild`.")
    typer.echo("All rows are true.")


@audit.command("verify")
def _verify_audit(
    from_proof: Annotated[
        Path | None, typer.Option("--from-proof", help="An exported log: is it whole, and does the shop still say so?")
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="The public key as a JWK, from a source that you trust: `audit key`.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Look at the exported log only, without a shop.")] = False,
) -> None:
    """Find every entry that was changed, removed, put in or moved; the exit code is 1 if there is any."""
    from commerce.kit.audit import proving  # noqa: PLC0415  (see above)

    if offline and from_proof is None:
        _fail("Offline there is only an exported log to look at: name it by --from-proof.")
    findings: list[proving.Finding] = []
    proof = _read_proof(from_proof, key) if from_proof else None
    if proof is not None:
        findings += proof.findings
        typer.echo(f"The file goes to entry {proof.position}, as of {proof.at.isoformat()}, signed by {proof.key}.")
    if not offline:
        length, found = _run(lambda context: _verified(context, proof), knows_secrets=True)
        findings += found
        typer.echo(f"The log of the shop goes to entry {length}.")
    for finding in dict.fromkeys(findings):
        typer.echo(str(finding))
    if findings:
        _fail("The log is not as it was written.")
    typer.echo("The log is as it was written.")


def _read_proof(file: Path, key: Path | None) -> "Proof":
    import orjson  # noqa: PLC0415  (see above)

    from commerce.kit.audit import proving  # noqa: PLC0415

    try:
        trusted = orjson.loads(key.read_bytes()) if key else None
        with file.open("rb") as lines:
            proof = proving.read_proof(lines, trusted)
    except (OSError, ValueError, KeyError, TypeError) as error:
        _fail(f"This is no exported log: {error}")
    if not proof.is_signed:
        _fail(f"The file was not signed by the key {proof.key}.")
    return proof


async def _verified(context: "Context", proof: "Proof | None") -> "tuple[int, list[Finding]]":
    from commerce.kit.audit import proving  # noqa: PLC0415  (see above)

    length, findings = await proving.verify(context, context.database.notary)
    if proof is not None and proof.position:
        findings += await proving.held_to(context, proof.position, proof.digest)
    if proof is not None and not context.database.notary.knows(proof.key):
        _fail("The file was signed by the key of another shop.")
    return length, findings


@audit.command("export")
def _export_audit(
    file: Annotated[Path, typer.Argument(help="File to write: JSON lines, ended by a signed head.")],
) -> None:
    """Write the whole log, so that anyone can verify it who has the public key."""
    from commerce.kit.audit import proving  # noqa: PLC0415  (see above)

    async def write(context: "Context") -> int:
        count = -1  # the head is no entry
        with file.open("wb") as out:
            async for line in proving.export(context, context.database.notary, context.now()):
                out.write(line)
                count += 1
        return count

    try:
        typer.echo(f"Written: {_run(write, knows_secrets=True)} entries.")
    except OSError as error:
        _fail(str(error))


@audit.command("key")
def _audit_key() -> None:
    """Print the public key that exported logs are signed with, as a JWK."""
    import orjson  # noqa: PLC0415  (see above)

    from commerce.kit.notary import Notary, as_jwk  # noqa: PLC0415

    typer.echo(orjson.dumps(as_jwk(Notary(_secrets(_settings())[1]).public)).decode())


@keys.command("status")
def _keys_status() -> None:
    """Count what is sealed by which key; the exit code is 1 if something is sealed by a key that is not at hand."""
    from commerce import schema as _all_tables  # noqa: F401, PLC0415  (see above)
    from commerce.kit import rekeying  # noqa: PLC0415

    async def count(context: "Context") -> "tuple[list[str], list[rekeying.Sealed]]":
        return [name.hex() for name in context.database.vault.names], await rekeying.status(context.database)

    known, found = _run(count, knows_secrets=True)
    for one in found:
        state = "present" if one.key == known[0] else "older" if one.key in known else "NOT AT HAND"
        typer.echo(f"{one.column}: {one.count} by {one.key} ({state})")
    if any(one.key not in known for one in found):
        _fail("Some of it cannot be read: name the secret that sealed it in COMMERCE_DATA_SECRETS.")
    if any(one.key != known[0] for one in found):
        typer.echo("Run `commerce keys rotate` before older secrets are taken away.")
    else:
        typer.echo("Everything is sealed by the present key.")


@keys.command("rotate")
def _keys_rotate() -> None:
    """Seal everything anew that an older key has sealed, while the shop goes on. It can be stopped and begun again."""
    from commerce import schema as _all_tables  # noqa: F401, PLC0415  (see above)
    from commerce.kit import rekeying  # noqa: PLC0415

    def tell(outcome: "rekeying.Outcome") -> None:
        typer.echo(f"{outcome.table}: {outcome.sealed} rows sealed anew.")

    outcomes = _run(lambda context: rekeying.rotate(context.database, tell), knows_secrets=True)
    unreadable = [(outcome.table, key) for outcome in outcomes for key in outcome.unreadable]
    for table, key in unreadable:
        typer.echo(f"{table} {key}: cannot be read, and stays as it is.")
    if unreadable:
        _fail(f"{len(unreadable)} rows could not be sealed anew: none of COMMERCE_DATA_SECRETS opens them.")
    typer.echo("Everything is sealed by the present key.")


def _secrets(settings: Settings) -> tuple[list[str], list[str]]:
    """The secrets of personal data and of the audit log. One line when there are none."""
    try:
        return settings.vault_secrets(), settings.notary_secrets()
    except SettingsError as error:
        _fail(str(error))


def _run(work: "Callable[[Context], Awaitable[T]]", *, knows_secrets: bool = False) -> T:
    """Let the shop itself do something to its database; with its secrets, where it takes them."""
    from commerce.kit.actor import SHOP  # noqa: PLC0415  (see above)
    from commerce.kit.context import Context  # noqa: PLC0415
    from commerce.kit.db import Database  # noqa: PLC0415
    from commerce.kit.notary import Notary  # noqa: PLC0415
    from commerce.kit.sealing import Vault  # noqa: PLC0415

    async def run() -> T:
        database = await Database.connect(settings.database_url, 2, max(settings.statement_timeout, PATIENCE))
        database.vault, database.notary = Vault(secrets[0]), Notary(secrets[1])
        try:
            return await work(Context(database, actor=SHOP))
        finally:
            await database.close()

    settings = _settings()
    secrets = _secrets(settings) if knows_secrets else ([], [])
    _reach(settings)
    return asyncio.run(run())


def main() -> None:
    """Run the command line."""
    app()
