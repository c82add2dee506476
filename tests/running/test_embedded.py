"""The embedded databases start, keep what they should, and never outlive whoever started them."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from commerce import embedded
from commerce.embedded import ServiceError, postgres, redis

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

PARENT = """
import sys, time
from pathlib import Path
from commerce.embedded import postgres, redis
folder = Path(sys.argv[1])
with postgres(folder / "postgres", durable=False) as database_url, redis(folder / "redis") as redis_url:
    try:
        print(database_url, redis_url, flush=True)
        sys.stdin.read()
    except KeyboardInterrupt:
        pass
print("left", flush=True)
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder with a short path, as sockets want it, which holds one database for all tests."""
    folder = Path(tempfile.mkdtemp(prefix="shop-"))
    yield folder
    shutil.rmtree(folder)


def ask(url: str, *statements: str) -> object:
    async def asking() -> object:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                answer = await connection.fetchval(statement)
        finally:
            await connection.close()
        return answer

    return asyncio.run(asking())


def working_in(folder: Path) -> list[str]:
    """The processes whose working folder is this one or lies within it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place = (process / "cwd").readlink()
            if place.is_relative_to(folder):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def gone(folder: Path) -> bool:
    deadline = time.monotonic() + 10
    while (left := working_in(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not left


def start_parent(folder: Path) -> tuple[subprocess.Popen[str], str]:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    return parent, parent.stdout.readline()


def end(parent: subprocess.Popen[str]) -> str:
    rest, _ = parent.communicate(timeout=30)
    return rest


def test_database_answers_with_the_settings_of_a_developers_machine(home: Path) -> None:
    with postgres(home / "postgres") as url:
        assert url == f"postgresql://postgres@/commerce?host={home}/postgres"
        assert ask(url, "select current_database()") == "commerce"
        assert ask(url, "select current_setting('server_version_num')::int / 10000") == 18
        assert ask(url, "show max_connections") == "200"
        assert ask(url, "show shared_buffers") == "128MB"
        assert ask(url, "show jit") == "off"
        assert ask(url, "show listen_addresses") == ""
        assert ask(url, "show fsync") == "on"
        assert ask(url, "select lower('ÉCOLE')") == "école"
    assert gone(home)


def test_data_is_kept_and_a_lost_database_is_made_anew(home: Path) -> None:
    with postgres(home / "postgres", durable=False) as url:
        assert ask(url, "show fsync") == "off"
        ask(url, "create table note (text text)", "insert into note values ('kept')")
    began = time.monotonic()
    with postgres(home / "postgres") as url:
        assert time.monotonic() - began < 5
        assert ask(url, "select text from note") == "kept"
        ask(url.replace("/commerce?", "/template1?"), "drop database commerce with (force)")
    with postgres(home / "postgres") as url:
        assert ask(url, "select to_regclass('note')") is None


def test_redis_answers_and_forgets_at_its_end(home: Path) -> None:
    for _ in range(2):
        with redis(home / "redis") as url, Redis.from_url(url) as client:
            assert url == f"unix://{home}/redis/redis.sock"
            assert client.get("note") is None
            client.set("note", "forgotten")
    assert gone(home)


def test_second_user_of_a_folder_shares_the_servers(home: Path) -> None:
    with postgres(home / "postgres") as first, redis(home / "redis") as first_redis:
        with postgres(home / "postgres") as second, redis(home / "redis") as second_redis:
            assert (second, second_redis) == (first, first_redis)
        assert ask(first, "select 1") == 1
        with Redis.from_url(first_redis) as client:
            assert client.ping() is True


@pytest.mark.parametrize("ending", [None, signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_the_parent(home: Path, ending: signal.Signals | None) -> None:
    parent, addresses = start_parent(home)
    assert addresses.startswith("postgresql://")
    assert len(working_in(home)) > 2
    if ending:
        parent.send_signal(ending)
    assert end(parent) == ("left\n" if ending in {None, signal.SIGINT} else "")
    assert gone(home)


def test_start_right_after_kill_9_succeeds(home: Path) -> None:
    parent, _ = start_parent(home)
    parent.kill()
    with postgres(home / "postgres") as url, redis(home / "redis"):
        assert ask(url, "select 1") == 1
    end(parent)


def test_killed_server_leaves_a_number_that_another_process_has_by_now(home: Path) -> None:
    with postgres(home / "postgres", durable=False):
        pid_file = home / "postgres" / "data" / "postmaster.pid"
        left = pid_file.read_text().splitlines()
    stranger = subprocess.Popen(["sleep", "60"], user=pid_file.parent.stat().st_uid if os.geteuid() == 0 else None)
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *left[1:], ""]))
        with postgres(home / "postgres") as url:
            assert ask(url, "select 1") == 1
    finally:
        stranger.kill()
        stranger.wait()


def test_long_or_odd_path_is_no_obstacle(home: Path) -> None:
    folder = home / ("a folder, with " + "a long name " * 8)
    with redis(folder) as url, Redis.from_url(url) as client:
        assert client.ping() is True
    (home / "postgres").rename(folder / "postgres")
    with postgres(folder / "postgres") as url:
        assert ask(url, "select 1") == 1
    (folder / "postgres").rename(home / "postgres")


def test_failure_is_one_line_with_its_cause(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ServiceError, match=r"^PostgreSQL does not start: Not a directory: /dev/null/data$"):
        enter(postgres(Path("/dev/null/data")))
    monkeypatch.setitem(embedded.SETTINGS, "shared_buffers", "much")
    with pytest.raises(
        ServiceError, match=r'^PostgreSQL did not start in .*: invalid value for parameter "shared_buffers": "much"$'
    ):
        enter(postgres(home / "postgres"))
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)
    with pytest.raises(ServiceError, match=r"^PostgreSQL is not installed: .*DATABASE_URL"):
        enter(postgres(home / "postgres"))
    assert gone(home)


def enter(service: object) -> None:
    with service:  # type: ignore[attr-defined]
        pytest.fail("it started")
