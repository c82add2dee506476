"""Argon2 off the event loop: it takes a core for some 20 ms, so no more run at once than there are cores."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from commerce.accounts.rules import passwords as rules

T = TypeVar("T")
_threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="argon2")


async def _aside(function: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads, function, *arguments)


async def hash_of(password: str) -> str:
    return await _aside(rules.hash_of, password)


async def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is right. Without a hash it takes as long, and is not."""
    return await _aside(rules.matches, password, password_hash or rules.DECOY) and password_hash is not None
