"""Whole answers to those who are not known, kept while what they were read from stays as it is."""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import strawberry
from graphql import ExecutionResult
from starlette.types import Scope

from commerce.kit.answers.alike import Alike
from commerce.kit.answers.kept import Kept, Parcel
from commerce.kit.answers.memory import Memory
from commerce.kit.answers.shared import Shared
from commerce.kit.answers.visit import FORM, Heeded, Visit, key_of, way_of
from commerce.kit.changes import Changes, public_tables
from commerce.kit.clock import Clock
from commerce.kit.context import Context
from commerce.kit.execution import Operation

Run = Callable[[], Awaitable[ExecutionResult]]
Turn = Callable[[Context, datetime], Awaitable[datetime | None]]
JOINED_FOR = 5.0
"""Seconds for which others wait for an answer that is being found; whoever comes later tries alone."""


@dataclass(slots=True)
class Flight:
    """An answer that is being found, for all who ask for it meanwhile."""

    moment: int
    task: "asyncio.Task[Kept | ExecutionResult]"
    began: float = field(default_factory=time.monotonic)
    waiting: int = 0

    async def land(self) -> None:
        """Wait for it. Who goes away does not take it from the others; the last one does."""
        self.waiting += 1
        try:
            await asyncio.wait([self.task])
        finally:
            self.waiting -= 1
            if not self.waiting:
                self.task.cancel()  # of no effect once it is done

    @property
    def found(self) -> Kept | None:
        """What it found for everyone, if it did."""
        if self.task.cancelled() or self.task.exception() is not None:
            return None
        result = self.task.result()
        return result if isinstance(result, Kept) else None


class Answers:
    """What was answered before, and may be answered again."""

    def __init__(
        self,
        schema: strawberry.Schema,
        changes: Changes,
        clock: Clock,
        *,
        room: int,
        lifetime: float,
        varies_by: Sequence[str] = (),
        turns: Mapping[str, Turn] | None = None,
        shared: Shared | None = None,
    ) -> None:
        """`turns` tells of tables whose rows come to hold by the clock when the next of them does."""
        self.alike = Alike(schema)
        self.changes = changes
        self.clock = clock
        self.lifetime = lifetime
        self.memory = Memory(room)
        self.turns = turns or {}
        self.shared = shared
        self.tables = public_tables()
        self.varies_by = frozenset(name.lower() for name in varies_by)
        self._heeded = FORM | {name.encode() for name in self.varies_by}
        self._flights: dict[bytes, Flight] = {}

    # ------------------------------------------------------------------------------- as a request comes in

    def way(self, scope: Scope, asked: bytes) -> bytes | None:
        """What identifies a request as it came; None when its answer may depend on who sent it."""
        head = b"POST" if scope["method"] == "POST" else b"GET"
        return way_of(head, scope["headers"], self._heeded, asked)

    def at_hand(self, way: bytes) -> Kept | None:
        """The answer to a request that came just so before, if it is still true."""
        kept = self._true(self.memory.by_way(way))
        if kept is not None and not kept.is_shared:
            self._share(kept)
        return kept

    def _true(self, kept: Kept | None) -> Kept | None:
        if kept is None or not self.changes.unchanged(kept.tables, kept.since):
            return None
        return kept if kept.at <= self.clock().timestamp() < kept.until else None

    # ------------------------------------------------------------------------------------ as it is prepared

    def begin(self, way: bytes | None, operation: Operation, context: Context) -> Visit | None:
        """Take notice of a question before anything is read for it. None if its answer concerns who asks."""
        if way is None or context.actor.is_known or not self.changes.is_sure or not self._is_alike(operation):
            return None
        headers = Heeded(context.headers)
        context.headers = headers
        return Visit(way, self.changes.moment(), self.clock(), headers)

    def _is_alike(self, operation: Operation) -> bool:
        known: bool | None = operation.memo.get(Alike)
        if known is None:
            assert operation.document is not None
            assert operation.node is not None
            known = operation.memo[Alike] = self.alike.covers(operation.document, operation.node)
        return known

    def settled(
        self, visit: Visit, operation: Operation, variables: Mapping[str, Any] | None, context: Context
    ) -> None:
        """The context is settled: see whether the answer is known."""
        visit.varies = frozenset(visit.headers.names)
        visit.key = key_of(operation, variables, context)
        kept = self.memory.by_key(visit.key)
        if kept is not None:
            visit.status = "fwd=stale"
        self._tell(visit, self._true(kept), "hit")

    def _tell(self, visit: Visit, kept: Kept | None, status: str) -> None:
        if kept is None:
            return
        visit.kept, visit.is_known, visit.status = kept, True, status
        self.memory.lead(visit.way, kept)
        if not kept.is_shared:
            self._share(kept)

    # -------------------------------------------------------------------------------------- as it is answered

    async def find(self, visit: Visit, context: Context, run: Run) -> Kept | ExecutionResult:
        """The answer: the known one, or the one that somebody is finding already, or a new one."""
        if visit.kept is not None:
            return visit.kept
        flight = self._flights.get(visit.key)
        if flight is None or not self._is_joinable(flight):
            flight = Flight(visit.moment, asyncio.create_task(self._find(visit, context, run)))
            self._flights[visit.key] = flight
            flight.task.add_done_callback(functools.partial(self._forget, visit.key, flight))
            await flight.land()
            return flight.task.result()
        await flight.land()
        if flight.found is None:
            return await run()
        self._tell(visit, flight.found, f"{visit.status}; collapsed")
        return flight.found

    def _is_joinable(self, flight: Flight) -> bool:
        """Whether it will bring what is true now, and soon."""
        is_young = time.monotonic() - flight.began < JOINED_FOR
        return is_young and not flight.task.done() and self.changes.unchanged(self.tables, flight.moment)

    def _forget(self, key: bytes, flight: Flight, task: "asyncio.Task[Kept | ExecutionResult]") -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not task.cancelled():
            task.exception()  # whoever still waits is told; it must not be reported a second time

    async def _find(self, visit: Visit, context: Context, run: Run) -> Kept | ExecutionResult:
        parcel = await self.shared.get(visit.key) if self.shared is not None and not self.shared.rests else None
        kept = self._unpacked(visit, parcel) if parcel else None
        if kept is not None:
            visit.kept, visit.is_known, visit.status = kept, True, "hit; detail=shared"
        else:
            visit.headers.names.clear()
            context.is_own = False
            result = await run()
            if result.errors or not self._is_for_everyone(visit, context):
                visit.status = f"{visit.status}; detail=own"
                return result
            await self._look_ahead(visit, context)
            kept = self._kept(visit, context, result)
            visit.kept, visit.status = kept, f"{visit.status}; stored"
        self.memory.put(kept)
        self.memory.lead(visit.way, kept)
        return kept

    async def _look_ahead(self, visit: Visit, context: Context) -> None:
        """Find out until when the clock leaves the answer as it is."""
        for table, turn in self.turns.items():
            if table in context.tables and (instant := await turn(context, visit.at)):
                context.changes_at(instant)

    def _kept(self, visit: Visit, context: Context, result: ExecutionResult) -> Kept:
        """The answer as it is kept."""
        at = visit.at.timestamp()
        until = at + self.lifetime
        return Kept(
            key=visit.key,
            data=orjson.dumps(result.data, default=str),
            extensions=impersonal(context.extensions),
            language=context.locales[0],
            varies=visit.varies,
            tables=frozenset(map(str, context.tables)),
            since=visit.moment,
            at=at,
            until=min(until, context.until.timestamp()) if context.until else until,
        )

    def _is_for_everyone(self, visit: Visit, context: Context) -> bool:
        return (
            not context.is_own
            and context.tables <= self.tables
            and not visit.headers.names
            and visit.varies <= self.varies_by
        )

    # ----------------------------------------------------------------------------------- with other processes

    def _share(self, kept: Kept) -> None:
        """Let others have what was asked for a second time, once they can know the state that it was read in."""
        if self.shared is None or not self.shared.takes_more:
            return
        versions = self.changes.common_versions(sorted(kept.tables))
        if versions is not None:
            self.shared.put(kept.key, kept.parcel(versions), kept.until - self.clock().timestamp())
            kept.is_shared = True

    def _unpacked(self, visit: Visit, parcel: Parcel) -> Kept | None:
        """What another process answered, if its tables are to this one what they were to that one."""
        moment, tables = self.changes.moment(), sorted(parcel.versions)
        is_same = self.changes.common_versions(tables) == tuple(map(parcel.versions.__getitem__, tables))
        if not is_same or not self.tables.issuperset(tables):
            return None
        kept = Kept(
            key=visit.key, data=parcel.data, extensions=parcel.extensions, language=parcel.language, varies=visit.varies,
            tables=frozenset(tables), since=moment, at=parcel.at, until=parcel.until, is_shared=True,
        )  # fmt: skip
        return self._true(kept)


def impersonal(extensions: Mapping[str, Any]) -> dict[str, Any]:
    """What is told beside an answer, without what the caller has left to spend."""
    told = dict(extensions)
    if "cost" in told:
        told["cost"] = {name: told["cost"][name] for name in ("requested", "limit") if name in told["cost"]}
    return told
