"""The processes that are measured: our server as in production, also with parts of it off, and the limit."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.http import HOST, Client
from commerce.embedded import bound

PATIENCE = 60.0
STOP_PATIENCE = 10.0
OURS = (sys.executable, "-m", "commerce", "serve", "--port", "{port}")
LIMIT = (sys.executable, "-m", "benchmarks.limit", "{port}")


class Server:
    """A process that answers on a port of its own."""

    def __init__(self, name: str, command: tuple[str, ...], environment: dict[str, str], first: bytes) -> None:
        self.name = name
        self.command = command
        self.environment = environment
        self.first = first
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = int(free.getsockname()[1])

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Started at once; ended at the end, or when we end."""
        command = [part.format(port=self.port) for part in self.command]
        self.started = time.perf_counter()
        self._process = subprocess.Popen(bound(command, signal.SIGTERM), env=self.environment)
        try:
            yield
        finally:
            self._process.terminate()
            try:
                self._process.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    @property
    def pid(self) -> int:
        return self._process.pid

    async def first_answer(self) -> float:
        """Seconds from the start to the first answer."""
        while time.perf_counter() - self.started < PATIENCE and self._process.poll() is None:
            with contextlib.suppress(OSError):
                async with Client(self.port) as client:
                    await client.send(self.first)
                    return time.perf_counter() - self.started
            await asyncio.sleep(0.01)
        raise RuntimeError(f"{' '.join(self.command)} does not answer.")


SECRET = secrets.token_urlsafe(48)
"""Of this run: signs its tokens and seals its people's data."""


def environment(url: str, redis_url: str, folder: Path) -> dict[str, str]:
    """As in production, but that the built-in test payments may be used, and that one client may ask all the time."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COMMERCE_")} | {
        "DATABASE_URL": url,
        "REDIS_URL": redis_url,
        "COMMERCE_ENV": "production",
        "COMMERCE_SECRET": SECRET,
        "COMMERCE_TEST_PAYMENTS": "true",
        "COMMERCE_PUBLIC_URL": "https://shop.example",
        "COMMERCE_DATA": str(folder),
        "COMMERCE_MEDIA": str(folder / "media"),
        "COMMERCE_LOG_LEVEL": "WARNING",
        "COMMERCE_RATE_MAXIMUM": "1000000000000",
        "COMMERCE_RATE_RESTORE": "1000000000000",
    }


UNCACHED = {"COMMERCE_ANSWER_CACHE": "off"}
"""Answers are worked out each time: what the workloads are measured with."""
INTERPRETED = {**UNCACHED, "COMMERCE_COMPILED": "false"}
"""Documents are run by graphql-core."""
