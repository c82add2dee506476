"""What hardly ever changes is read once and remembered, for as long as the tables that it was read from stay as they are."""

import functools
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from commerce.kit.reference.freezing import Frozen, frozen
from commerce.kit.reference.memory import MOST, Memory

if TYPE_CHECKING:
    from commerce.kit.db import Reads

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

__all__ = ["MOST", "Frozen", "Memory", "frozen", "remembered", "remembered_each"]


def remembered(
    read: "Callable[Concatenate[Reads, P], Awaitable[T]]",
) -> "Callable[Concatenate[Reads, P], Coroutine[Any, Any, T]]":
    """Remember what a read answers, for each of its arguments, which are hashable.

    It is answered from memory while none of the tables that it read has changed, and never without a listener. A
    transaction is answered so too, unless it has written one of those tables itself; so what is decided under a lock is
    not read in this way. What is remembered must not depend on who asks or on the time.
    """

    @functools.wraps(read)
    async def answer(reads: "Reads", /, *args: P.args, **named: P.kwargs) -> T:
        found: T = await reads.remember(read, *args, **named)
        return found

    return answer


def remembered_each(
    read: "Callable[[Reads, Sequence[K]], Awaitable[Sequence[T]]]",
) -> "Callable[[Reads, Sequence[K]], Coroutine[Any, Any, list[T]]]":
    """Remember what a batched read answers for each of the keys, by the same rules. Only unknown keys are read."""

    @functools.wraps(read)
    async def answer(reads: "Reads", keys: Sequence[K], /) -> list[T]:
        return await reads.remember_each(read, keys)

    return answer
