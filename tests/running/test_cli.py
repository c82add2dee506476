"""The commands as an operator types them, each in a process of its own."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import SECRET

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts commands of the shop; what still runs at the end is killed."""
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, **variables: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMMERCE_", "DATABASE_URL"))}
        environment = {
            **kept,
            "PYTHONPATH": str(ROOT / "src"),
            "REDIS_URL": os.environ["TEST_REDIS_URL"],
            "COMMERCE_SECRET": SECRET,
            "COMMERCE_DATA": str(tmp_path),
            "COMMERCE_MEDIA": str(tmp_path / "media"),
            **variables,
        }
        command = [sys.executable, "-m", "commerce", *arguments]
        child = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(child)
        return child

    yield begin
    for child in running:
        child.kill()
        child.communicate()


def end(child: subprocess.Popen[str], number: signal.Signals | None = None) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    if number:
        child.send_signal(number)
    output, errors = child.communicate(timeout=30)
    return child.returncode, output, errors


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def ask(url: str, statement: str, *values: Any) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement, *values)
    finally:
        await connection.close()


async def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "commerce: DATABASE_URL is not set.\n"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/shop"}, "commerce: The database cannot be reached: "),
        ({"DATABASE_URL": "nonsense"}, "commerce: The database cannot be reached: "),
        ({"COMMERCE_POOL_SIZE": "many"}, "commerce: COMMERCE_POOL_SIZE: Input should be a valid integer"),
        ({"COMMERCE_LOG_LEVEL": "LOUD"}, "commerce: COMMERCE_LOG_LEVEL: there is no level 'LOUD'.\n"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(start: Start, command: str, variables: dict[str, str], said: str) -> None:
    code, output, errors = end(start(command, **variables))
    assert (code, output) == (1, "")
    assert errors.startswith(said)
    assert errors.count("\n") == 1


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_process_without_a_secret_does_not_start(start: Start, race_url: str, command: str) -> None:
    code, output, errors = end(start(command, DATABASE_URL=race_url, COMMERCE_SECRET="short"))
    assert (code, output, errors) == (1, "", "commerce: COMMERCE_SECRET must have at least 32 characters.\n")


async def test_several_may_migrate_at_the_same_time(start: Start, empty_url: str) -> None:
    children = [start("migrate", DATABASE_URL=empty_url) for _ in range(3)]
    assert [(await asyncio.to_thread(end, child))[0] for child in children] == [0, 0, 0]
    assert await ask(empty_url, "select to_regclass('channels_channel')::text") == "channels_channel"


def test_schema_is_written_to_a_file_or_shown(start: Start, tmp_path: Path) -> None:
    code, shown, _ = end(start("schema"))
    assert (code, end(start("schema", str(tmp_path / "schema.graphql")))[0]) == (0, 0)
    assert (tmp_path / "schema.graphql").read_text() == shown
    assert "type Query {" in shown


@pytest.mark.race
async def test_server_answers_until_it_is_told_to_stop(start: Start, race_url: str) -> None:
    port = free_port()
    child = start("serve", "--port", str(port), DATABASE_URL=race_url)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

        async def is_up() -> bool:
            assert child.poll() is None, child.communicate()
            try:
                return (await http.get("/readyz")).status_code == 200
            except httpx.TransportError:
                return False

        await until(is_up)
        answer = await http.post("/graphql", json={"query": "{ channels { code } }"})
        assert answer.json()["data"] == {"channels": []}
        assert "server" not in answer.headers
    code, output, errors = await asyncio.to_thread(end, child, signal.SIGTERM)
    assert (code, output) == (-signal.SIGTERM, "")
    assert "Traceback" not in errors


@pytest.mark.race
@pytest.mark.parametrize(("trusted", "is_believed"), [("", False), ("10.0.0.0/8", False), ("127.0.0.1", True)])
async def test_a_proxy_is_believed_if_it_is_named(start: Start, race_url: str, trusted: str, is_believed: bool) -> None:
    """Those who come through it from different addresses have buckets of their own."""
    port = free_port()
    settings = {"COMMERCE_TRUSTED_PROXIES": trusted, "COMMERCE_RATE_RESTORE": "1"}
    child = start("serve", "--port", str(port), DATABASE_URL=race_url, **settings)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

        async def left(address: str) -> int:
            """What somebody has left, who asks for what nobody asked for before."""
            sent = {"query": f"{{ a{address[-1]}: channels {{ code }} }}"}
            answer = await http.post("/graphql", json=sent, headers={"x-forwarded-for": address})
            return answer.json()["extensions"]["cost"]["bucket"]["available"]

        async def is_up() -> bool:
            assert child.poll() is None, child.communicate()
            try:
                return (await http.get("/readyz")).status_code == 200
            except httpx.TransportError:
                return False

        await until(is_up)
        levels = [await left(f"192.0.2.{i}") for i in (1, 2, 3)]
    assert (levels[0] == levels[1] == levels[2]) is is_believed


@pytest.mark.race
async def test_server_finishes_what_is_under_way(start: Start, race_url: str) -> None:
    """A lock holds a request up; meanwhile the server is told to stop, and stops after it has answered."""
    port = free_port()
    child = start("serve", "--port", str(port), DATABASE_URL=race_url)
    blocker = await asyncpg.connect(race_url)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

        async def is_up() -> bool:
            try:
                return (await http.get("/healthz")).status_code == 200
            except httpx.TransportError:
                return False

        await until(is_up)
        async with blocker.transaction():
            await blocker.execute("lock table channels_channel in access exclusive mode")
            request = asyncio.create_task(http.post("/graphql", json={"query": "{ channels { code } }"}))
            await asyncio.sleep(0.5)
            child.terminate()
            await asyncio.sleep(0.5)
            assert child.poll() is None
        assert (await request).json()["data"] == {"channels": []}
    await blocker.close()
    assert (await asyncio.to_thread(end, child))[0] == -signal.SIGTERM


QUEUE = "insert into pgqueuer (priority, status, entrypoint, payload) values (0, 'queued', 'job', $1)"
TRIED = "select coalesce(min(attempts), 0) from pgqueuer"


@pytest.mark.race
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_worker_works_until_it_is_told_to_stop(start: Start, race_url: str, number: signal.Signals) -> None:
    """It tries a job that it does not know: a later release may have queued it."""
    child = start("worker", DATABASE_URL=race_url)
    try:
        await ask(race_url, QUEUE, b'{"job": "of a later release", "arguments": {}}')

        async def is_tried() -> bool:
            assert child.poll() is None, child.communicate()
            return await ask(race_url, TRIED) > 0

        await until(is_tried)
        assert await ask(race_url, "select count(*) from pgqueuer_schedules") > 0
        code, output, errors = await asyncio.to_thread(end, child, number)
    finally:
        await ask(race_url, "truncate pgqueuer, pgqueuer_log, pgqueuer_schedules")
    assert (code, output) == (0, "")
    assert '"job": "of a later release"' in errors
    assert '"event": "worker stopped"' in errors


@pytest.mark.race
async def test_worker_takes_up_again_after_the_database_was_away(start: Start, race_url: str) -> None:
    child = start("worker", DATABASE_URL=race_url)
    try:

        async def is_there() -> bool:
            return await ask(race_url, "select count(*) from pgqueuer_schedules") > 0

        async def is_tried() -> bool:
            assert child.poll() is None, child.communicate()
            return await ask(race_url, TRIED) > 0

        await until(is_there)
        cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        assert await ask(race_url, cut) > 0
        await ask(race_url, QUEUE, b'{"job": "of a later release", "arguments": {}}')
        await until(is_tried)
        code, _, _ = await asyncio.to_thread(end, child, signal.SIGTERM)
        assert code == 0
    finally:
        await ask(race_url, "truncate pgqueuer, pgqueuer_log, pgqueuer_schedules")
