"""What hardly ever changes is read once and remembered, for as long as the tables that it was read from stay as they are."""

import asyncio
import dataclasses
import functools
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Concatenate, Never, ParamSpec, Protocol, TypeVar
from uuid import UUID

from commerce.kit.statements import compile_once

if TYPE_CHECKING:
    from commerce.kit.changes import Changes
    from commerce.kit.db import Reads

P = ParamSpec("P")
T = TypeVar("T")
MOST = 1_000
"""Values that are remembered of one read at most: the oldest makes room."""


def remembered(
    read: "Callable[Concatenate[Reads, P], Awaitable[T]]",
) -> "Callable[Concatenate[Reads, P], Coroutine[Any, Any, T]]":
    """Remember what a read answers, for each of its arguments, which are hashable and few.

    With a context it answers from memory while none of the tables that it read has changed, and never without a listener;
    inside a transaction it reads the database. It must not depend on who asks or on the time.
    """

    @functools.wraps(read)
    async def answer(reads: "Reads", /, *args: P.args, **kwargs: P.kwargs) -> T:
        found: T = await reads.remember(read, *args, **kwargs)
        return found

    return answer


class Source(Protocol):
    """Where values are read from."""

    changes: "Changes"

    async def rows(self, statement: Any, **params: Any) -> Sequence[Any]: ...


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """A value, the tables that it was read from, and the moment before it was read."""

    value: Any
    tables: frozenset[str]
    since: int


class Memory:
    """What one process remembers of one database."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._kept: dict[Any, dict[Any, Kept]] = {}
        self._under_way: dict[Any, tuple[int, asyncio.Task[Kept]]] = {}

    async def recall(self, read: Callable[..., Awaitable[Any]], *args: Any, **named: Any) -> Kept:
        """What a read answers: from memory, or read now. Those who ask at the same time share one reading."""
        key = (args, *sorted(named.items())) if named else args
        kept = self._kept.get(read, {}).get(key)
        if kept is not None and self._source.changes.unchanged(kept.tables, kept.since):
            return kept
        since, task = self._under_way.get((read, key), (-1, None))
        if task is None or not self._is_fresh(kept, since):
            task = self._begin(read, key, lambda reads: read(reads, *args, **named))
        return await asyncio.shield(task)  # whoever goes away does not take the others' reading along

    def _is_fresh(self, known: Kept | None, since: int) -> bool:
        """Whether nothing has changed since a reading began: in the tables that it read the last time, or in any."""
        changes = self._source.changes
        return changes.unchanged(known.tables, since) if known else changes.is_sure and since == changes.moment()

    def _begin(self, read: Any, key: Any, load: "Callable[[Reads], Awaitable[Any]]") -> "asyncio.Task[Kept]":
        since = self._source.changes.moment()
        task = asyncio.create_task(self._load(read, key, load, since))
        self._under_way[read, key] = since, task
        task.add_done_callback(functools.partial(self._end, (read, key)))
        return task

    async def _load(self, read: Any, key: Any, load: "Callable[[Reads], Awaitable[Any]]", since: int) -> Kept:
        reading = _Reading(self._source, self)
        kept = Kept(frozen(await load(reading)), frozenset(reading.tables), since)
        if not kept.tables:
            raise TypeError(f"{read.__qualname__} reads no table of the shop: nothing would tell when it changes.")
        self._keep(self._kept.setdefault(read, {}), key, kept)
        return kept

    def _keep(self, values: dict[Any, Kept], key: Any, kept: Kept) -> None:
        known = values.get(key)
        if known is None and len(values) >= MOST:
            del values[next(iter(values))]
        if known is None or known.since <= kept.since:
            values[key] = kept

    def _end(self, under: Any, task: "asyncio.Task[Kept]") -> None:
        if self._under_way.get(under, (0, None))[1] is task:
            del self._under_way[under]
        if not task.cancelled():
            task.exception()  # whoever still waits for it is told; it must not be reported a second time


class _Reading:
    """Reads what is to be remembered, and notes from which tables."""

    def __init__(self, source: Source, memory: Memory) -> None:
        self._source = source
        self._memory = memory
        self.tables: set[str] = set()

    async def rows(self, statement: Any, **params: Any) -> Sequence[Any]:
        self.tables |= compile_once(statement).tables
        return await self._source.rows(statement, **params)

    async def remember(self, read: Callable[..., Awaitable[Any]], *args: Any, **named: Any) -> Any:
        kept = await self._memory.recall(read, *args, **named)
        self.tables |= kept.tables
        return kept.value

    def now(self) -> Never:
        raise TypeError("What is remembered cannot depend on the time.")


class Frozen(dict[Any, Any]):
    """A map of the database that many requests share: to be read only."""

    def _refuse(self, *_args: object, **_named: object) -> Never:
        raise TypeError("This is remembered and shared: copy it to change it.")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse


_PLAIN = (str, bytes, int, float, bool, Decimal, UUID, datetime, date, time, timedelta, Enum, type(None))


def frozen(value: Any) -> Any:
    """The same value such that nobody can change it. Of rows only tuples, frozen dataclasses and maps can be shared."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return Frozen((key, frozen(inner)) for key, inner in value.items())
    if isinstance(value, frozenset):
        return value
    if isinstance(value, tuple):
        return _like(value, [frozen(inner) for inner in value])
    if dataclasses.is_dataclass(value) and getattr(value, "__dataclass_params__").frozen:  # noqa: B009
        return _of_fields(value, [field.name for field in dataclasses.fields(value) if field.init])
    raise TypeError(f"A {type(value).__name__} can be changed by whoever holds it, so it cannot be remembered.")


def _like(value: tuple[Any, ...], inner: list[Any]) -> Any:
    if all(new is old for new, old in zip(inner, value, strict=True)):
        return value
    return value._make(inner) if hasattr(value, "_make") else tuple(inner)  # named tuples have it


def _of_fields(value: Any, names: list[str]) -> Any:
    changed = {name: new for name in names if (new := frozen(old := getattr(value, name))) is not old}
    return dataclasses.replace(value, **changed) if changed else value
