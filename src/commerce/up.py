"""The whole shop with one command: databases, migrations, demo data, web server and worker, and an orderly end.

`python -m commerce.up COMMAND …` runs one command with the databases in its environment, for the Makefile.
"""

import asyncio
import http.client
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import asyncpg
import redis
import typer

from commerce import embedded
from commerce.embedded import ServiceError

DEMO_HINT = "Demo staff: admin@example.com / harbor-and-pine"
DEMO_CUSTOMER_HINT = "Demo customer: customer@example.com / pine-and-harbor"
DRAIN = 30.0  # seconds that web server and worker have to finish what they are at
TICK = 0.1

Child = subprocess.Popen[bytes]


class StopRequests(list[int]):
    """The signals that asked us to stop, as they come. They are only noted here: to raise in the middle of starting or
    stopping a database would leave it half done.
    """

    def __init__(self) -> None:
        super().__init__()
        self._terminal = select.poll()
        if sys.stdin and sys.stdin.isatty():
            self._terminal.register(sys.stdin, 0)

    def pause(self) -> None:
        """A moment. A closed terminal counts as a signal: make may be the only one to hear it and keeps it to itself."""
        time.sleep(TICK)
        if not self and any(event & select.POLLHUP for _, event in self._terminal.poll(0)):
            self.append(signal.SIGHUP)


def up(port: int, host: str, folder: Path, database_url: str | None, redis_url: str | None) -> int:
    """Run the shop until it is told to stop or one of its processes ends; the exit code."""
    with _stop_requests() as requests:
        try:
            _check_port(host, port)
            with services(folder, database_url, redis_url) as addresses:
                public_url = {"COMMERCE_PUBLIC_URL": f"http://{_address(host, port)}"}
                environment = public_url | _settings(folder) | os.environ | addresses
                return _run_shop(host, port, environment, requests)
        except ServiceError as error:
            typer.echo(error, err=True)
            return 1


def run_with_services(command: list[str], folder: Path, database_url: str | None, redis_url: str | None) -> int:
    """Run one command with the databases in its environment; those of a running shop are shared."""
    with _stop_requests() as requests:
        try:
            with services(folder, database_url, redis_url, say=_say_nothing) as addresses:
                return _finish(_start(command, _settings(folder) | os.environ | addresses), requests)
        except ServiceError as error:
            typer.echo(error, err=True)
            return 1


def _settings(folder: Path) -> dict[str, str]:
    """What a developer's shop runs with where the environment says nothing else."""
    folder = folder.resolve()
    secret = folder / "secret"  # kept, so that who is signed in stays so
    try:
        if not secret.exists():
            folder.mkdir(parents=True, exist_ok=True)
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_urlsafe(48))
        return {
            "COMMERCE_ENV": "dev",
            "COMMERCE_DATA": str(folder),
            "COMMERCE_MEDIA": str(folder / "media"),
            "COMMERCE_SECRET": secret.read_text(),
        }
    except OSError as error:
        raise ServiceError(f"The folder {folder} cannot be used: {error.strerror}") from error


# Databases


def _say(text: str, *, end: str = "\n") -> None:
    with suppress(OSError):  # the terminal or the pipe is gone: no reason to stop in the middle
        typer.echo(text + end, nl=False)


def _say_nothing(text: str, *, end: str = "\n") -> None:
    pass


@contextmanager
def services(
    folder: Path, database_url: str | None, redis_url: str | None, say: Callable[..., None] = _say
) -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL of databases that answer: the given ones, else embedded ones in `folder`."""
    with ExitStack() as stack:
        if database_url:
            asyncio.run(_check_database(database_url))
        else:
            with _timed("Starting PostgreSQL", say):
                database_url = stack.enter_context(embedded.postgres(folder / "postgres"))
        if redis_url:
            _check_redis(redis_url)
        else:
            with _timed("Starting Redis", say):
                redis_url = stack.enter_context(embedded.redis(folder / "redis"))
        yield {"DATABASE_URL": database_url, "REDIS_URL": redis_url}


@contextmanager
def _timed(what: str, say: Callable[..., None]) -> Iterator[None]:
    say(f"{what} … ", end="")
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say("")
        raise
    say(f"{time.monotonic() - began:.1f} s")


async def _check_database(url: str) -> None:
    scheme, separator, rest = url.partition("://")
    try:
        connection = await asyncpg.connect(scheme.partition("+")[0] + separator + rest, timeout=10)
        await connection.close()
    except (OSError, ValueError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise ServiceError(f"The database at {_place(url)} cannot be used: {_line(error)}") from error


def _check_redis(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=10, socket_timeout=10) as client:
            client.ping()
    except (OSError, ValueError, redis.RedisError) as error:
        raise ServiceError(f"The Redis at {_place(url)} cannot be used: {_line(error)}") from error


def _place(url: str) -> str:
    """The address without its user and password."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] + parts.path


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


# Shop


def _run_shop(host: str, port: int, environment: Mapping[str, str], requests: StopRequests) -> int:
    for what, arguments in (("Migrating the database", ["migrate"]), ("Loading the demo shop", ["seed", "--once"])):
        if requests:
            return 0
        _say(f"{what} …")
        code = _finish(_start(_commerce(*arguments), environment), requests)
        if code and not requests:
            raise ServiceError(f"{what} failed with exit code {code}; the reason stands above.")
    if requests:
        return 0
    _say("Starting the web server and the worker …")
    web = _start(_commerce("serve", "--host", host, "--port", str(port)), environment)
    try:
        worker = _start(_commerce("worker"), environment)
    except BaseException:
        _end([web], requests)
        raise
    try:
        return _watch({"web server": web, "worker": worker}, host, port, requests)
    finally:
        _say("Stopping; a second Ctrl-C does not wait for what is under way.")
        _end([web, worker], requests)


def _commerce(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "commerce", *arguments]


def _start(command: list[str], environment: Mapping[str, str]) -> Child:
    """A child in a session of its own: Ctrl-C in the terminal reaches us alone, and we tell it when and in order."""
    return subprocess.Popen(  # noqa: S603
        embedded.bound(command, signal.SIGKILL), env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    )


def _watch(children: Mapping[str, Child], host: str, port: int, requests: StopRequests) -> int:
    is_open = False
    while not requests:
        for name, child in children.items():
            if child.poll() is not None:
                typer.echo(f"The {name} ended by itself with exit code {_code(child)}.", err=True)
                return _code(child) or 1
        if not is_open and _is_healthy(host, port):
            is_open = True
            _say(_welcome(f"http://{_address(host, port)}"))
        requests.pause()
    return 0


def _welcome(shop: str) -> str:
    return (
        f"\nThe shop is open: {shop}/graphql\n"
        f"Messages that it writes to people, such as codes to sign in: {shop}/dev/messages\n"
        f"{DEMO_HINT}\n{DEMO_CUSTOMER_HINT}\nCtrl-C stops it."
    )


def _finish(child: Child, requests: StopRequests) -> int:
    """Wait for a command that ends by itself, or end it when we are told to stop."""
    while child.poll() is None and not requests:
        requests.pause()
    _end([child], requests)
    return _code(child)


def _end(children: list[Child], requests: StopRequests) -> None:
    """Let all drain at once, then insist; what they started themselves goes along."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + DRAIN
    while any(child.poll() is None for child in children):
        # A second Ctrl-C is a wish; a second SIGTERM is make and the system both passing on the same one.
        if time.monotonic() > deadline or requests.count(signal.SIGINT) > 1:
            break
        requests.pause()
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _code(child: Child) -> int:
    """As a shell gives it: a process ended by signal 9 has code 137."""
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


# Signals and ports


@contextmanager
def _stop_requests() -> Iterator[StopRequests]:
    requests = StopRequests()

    def note(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        requests.append(number)

    ours = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # else we were started with nohup
        ours.append(signal.SIGHUP)
    before = [(number, signal.signal(number, note)) for number in ours]
    try:
        yield requests
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _check_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        hint = f"; try another: make run PORT={port + 1}"
        raise ServiceError(f"Port {port} on {host} cannot be used: {error.strerror}{hint}") from error


def _is_healthy(host: str, port: int) -> bool:
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (where to ask, not to listen)
    connection = http.client.HTTPConnection(here, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _address(host: str, port: int) -> str:
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"[{here}]:{port}" if ":" in here else f"{here}:{port}"


if __name__ == "__main__":
    data = Path(os.environ.get("COMMERCE_DATA") or ".data")
    sys.exit(
        run_with_services(sys.argv[1:], data, os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")),
    )
