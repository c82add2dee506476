"""What work costs: statements, CPU time and memory, as PostgreSQL and the kernel count them."""

import re
from pathlib import Path
from typing import NamedTuple

import asyncpg
import psutil

_LOGGED = re.compile(r"^\S+ \S+ \S+ \[(\d+)\] (\w+):  (statement: |execute [^:]*: )?", re.MULTILINE)
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
"""Statements that only begin or end a transaction."""
_BANK = "payments_test_charge"
"""The table of the built-in test provider, which stands for a bank: its statements are not ours."""
_PULSE = "select 1"
"""What the listener asks several times a second, whatever is going on."""
MB = 1_000_000


class Spent(NamedTuple):
    """Seconds of CPU."""

    server: float
    postgres: float

    def since(self, before: "Spent") -> "Spent":
        return Spent(self.server - before.server, self.postgres - before.postgres)


class Statements:
    """Counts statements by PostgreSQL's own log."""

    def __init__(self, connection: asyncpg.Connection, folder: Path) -> None:
        self.connection = connection
        self.log = folder / "log"
        self._from = 0

    async def start(self) -> None:
        """Log all statements from now on."""
        await self._log("all")
        self._from = self.log.stat().st_size

    def taken(self) -> list[str]:
        """The statements of all others since the last time, without those that only begin and end transactions.

        PostgreSQL writes a statement down before it runs it, so that none is missing once its answer is there.
        """
        own = self.connection.get_server_pid()
        with self.log.open("rb") as file:
            file.seek(self._from)
            written = file.read()
        self._from += len(written)
        parts = _LOGGED.split(written.decode())[1:]
        entries = zip(parts[0::4], parts[2::4], parts[3::4], strict=True)
        texts = [text for pid, is_statement, text in entries if is_statement and int(pid) != own]
        return [text for text in texts if _counts(text.strip())]

    async def stop(self) -> None:
        """Log no more statements."""
        await self._log("none")

    async def _log(self, what: str) -> None:
        await self.connection.execute(f"alter system set log_statement = '{what}'")
        await self.connection.execute("select pg_reload_conf()")
        await self.connection.execute("select pg_sleep(0.2)")  # until all have heard of it


def _counts(statement: str) -> bool:
    return not statement.upper().startswith(_FRAME) and _BANK not in statement and statement != _PULSE


def cpu(server: int, postmaster: int) -> Spent:
    """What a server process and all processes of PostgreSQL have used so far."""
    return Spent(_used(psutil.Process(server)), _used_by_all(psutil.Process(postmaster)))


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _used_by_all(parent: psutil.Process) -> float:
    times = parent.cpu_times()
    total = float(times.user + times.system + times.children_user + times.children_system)
    for child in parent.children():
        try:
            total += _used(child)
        except psutil.NoSuchProcess:  # it ended meanwhile, and counts among the parent's
            continue
    return total


def memory(pid: int) -> float:
    """Megabytes that a process holds now."""
    return float(psutil.Process(pid).memory_info().rss) / MB


def peak_memory(pid: int) -> float:
    """Megabytes that it held at most, where the kernel tells; else those that it holds now."""
    status = Path("/proc", str(pid), "status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 / MB if found else memory(pid)
