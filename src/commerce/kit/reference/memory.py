"""What one process remembers of one database."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Never, Protocol

from commerce.kit.reference.freezing import frozen
from commerce.kit.statements import compile_once

if TYPE_CHECKING:
    from commerce.kit.changes import Changes
    from commerce.kit.db import Session

MOST = 10_000
"""Answers that are remembered of one read at most: the oldest makes room."""

Read = Callable[..., Awaitable[Any]]


class Source(Protocol):
    """Where values are read from."""

    changes: "Changes"

    async def rows(self, statement: Any, **params: Any) -> Sequence[Any]: ...


@dataclass(slots=True)
class Shelf:
    """What is remembered of one read: answers with the moments before they were read, and the tables that it reads."""

    tables: frozenset[str] | None = None
    kept: dict[Hashable, tuple[int, Any]] = field(default_factory=dict)

    def put(self, key: Hashable, since: int, value: Any) -> None:
        known = self.kept.get(key)
        if known is None and len(self.kept) >= MOST:
            del self.kept[next(iter(self.kept))]
        if known is None or known[0] <= since:
            self.kept[key] = since, value


class Memory:
    """What one process remembers of one database."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._shelves: dict[Read, Shelf] = {}
        self._under_way: dict[Any, tuple[int, asyncio.Task[Any]]] = {}

    async def recall(self, notes: set[str], read: Read, /, *args: Any, **named: Any) -> Any:
        """What a read answers: from memory, or read now. Those who ask at the same time share one reading.

        Its tables are added to `notes`.
        """
        shelf, key = self._shelf(read), (args, *named.items())
        kept, last = shelf.kept.get(key), self._last_change(shelf)
        if kept is None or last is None or kept[0] < last:
            value = await self._shared(shelf, read, key, lambda reads: read(reads, *args, **named))
        else:
            value = kept[1]
        notes.update(shelf.tables or ())
        return value

    async def recall_within(self, session: "Session", read: Read, /, *args: Any, **named: Any) -> Any:
        """The same for a transaction, which reads by itself what is not known."""
        shelf, key = self._shelf(read), (args, *named.items())
        kept, last = shelf.kept.get(key), self._last_change(shelf, session.written)
        if kept is not None and last is not None and kept[0] >= last:
            return kept[1]
        reading = _Reading(self, session, session.written)
        return reading.keep(shelf, {key: await read(reading, *args, **named)})[key]

    async def recall_each(
        self, notes: set[str], read: Read, keys: Sequence[Any], session: "Session | None" = None
    ) -> list[Any]:
        """What a batched read answers for each of the keys, in their order; only what is not known is read."""
        shelf, written = self._shelf(read), session.written if session else set[str]()
        last = self._last_change(shelf, written)
        known = {} if last is None else self._known(shelf, keys, last)
        unknown = [key for key in dict.fromkeys(keys) if key not in known]
        if unknown:
            reading = _Reading(self, session or self._source, written)
            answers = await read(reading, unknown)
            known |= reading.keep(shelf, dict(zip(unknown, answers, strict=True)))
        notes.update(shelf.tables or ())
        return [known[key] for key in keys]

    def _known(self, shelf: Shelf, keys: Iterable[Any], last: int) -> dict[Any, Any]:
        found = {key: shelf.kept.get(key) for key in keys}
        return {key: kept[1] for key, kept in found.items() if kept is not None and kept[0] >= last}

    def _shelf(self, read: Read) -> Shelf:
        return self._shelves.get(read) or self._shelves.setdefault(read, Shelf())

    def _last_change(self, shelf: Shelf, written: set[str] | None = None) -> int | None:
        """The moment before which everything on a shelf is outdated; None when all is."""
        if shelf.tables is None or (written and not written.isdisjoint(shelf.tables)):
            return None
        return self._source.changes.last_change(shelf.tables)

    async def _shared(self, shelf: Shelf, read: Read, key: Any, load: Read) -> Any:
        """Read together with those who began after the last change."""
        changes, under = self._source.changes, (read, key)
        since, task = self._under_way.get(under, (-1, None))
        last = changes.moment() if shelf.tables is None else self._last_change(shelf)
        if task is None or not changes.is_sure or last is None or since < last:
            reading = _Reading(self, self._source)
            task = asyncio.create_task(self._load(reading, shelf, key, load))
            self._under_way[under] = reading.since, task
            task.add_done_callback(functools.partial(self._end, under))
        return await asyncio.shield(task)  # whoever goes away does not take the others' reading along

    async def _load(self, reading: "_Reading", shelf: Shelf, key: Any, load: Read) -> Any:
        return reading.keep(shelf, {key: await load(reading)})[key]

    def _end(self, under: Any, task: "asyncio.Task[Any]") -> None:
        if self._under_way.get(under, (0, None))[1] is task:
            del self._under_way[under]
        if not task.cancelled():
            task.exception()  # whoever still waits for it is told; it must not be reported a second time


class _Reading:
    """Reads what is to be remembered, and notes from which tables, and since when."""

    def __init__(self, memory: Memory, source: "Source | Session", written: set[str] | None = None) -> None:
        self._memory = memory
        self._source = source
        self._written = written
        self.since = memory._source.changes.moment()  # noqa: SLF001
        self.tables: set[str] = set()

    def keep(self, shelf: Shelf, answers: dict[Any, Any]) -> dict[Any, Any]:
        """Put what was read on its shelf, unless it is what only one transaction knows so far."""
        if not self.tables:
            raise TypeError("It reads no table of the shop: nothing would tell when it changes.")
        safe = {key: frozen(value) for key, value in answers.items()}
        shelf.tables = (shelf.tables or frozenset()) | self.tables
        if not self._written or self._written.isdisjoint(self.tables):
            for key, value in safe.items():
                shelf.put(key, self.since, value)
        return safe

    async def rows(self, statement: Any, **params: Any) -> Sequence[Any]:
        self.tables |= compile_once(statement).tables
        return await self._source.rows(statement, **params)

    async def remember(self, read: Read, /, *args: Any, **named: Any) -> Any:
        """A remembered read may be made of others."""
        return await read(self, *args, **named)

    async def remember_each(self, read: Read, keys: Sequence[Any], /) -> Any:
        return await read(self, keys)

    def now(self) -> Never:
        raise TypeError("What is remembered cannot depend on the time.")
