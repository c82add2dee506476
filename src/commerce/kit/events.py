"""Facts go up: an event is written in the transaction of its cause, and each handler gets a job of its own."""

import dataclasses
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from pydantic import TypeAdapter
from sqlmodel import Field

from commerce.kit.bulk import each, insert_each
from commerce.kit.db import Session, Table, document, instant
from commerce.kit.ids import new_key
from commerce.kit.jobs import Job, enqueue, job_named

if TYPE_CHECKING:
    from commerce.kit.context import Context


@dataclasses.dataclass(frozen=True)
class Event:
    """Something that happened, in the past tense. It carries ids and facts, and is only ever added to."""

    name: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.name = cls.__name__


class OutboxEvent(Table, table=True):
    """An event as recorded: kept, in order, for whoever wants to know what happened."""

    __tablename__ = "kit_event"

    name: str = Field(index=True)
    payload: dict[str, Any] = document(nullable=False)
    recorded_at: datetime = instant(nullable=False, index=True)


_write = insert_each(OutboxEvent, "id", "name", "payload", "recorded_at")
_adapters: dict[str, TypeAdapter[Any]] = {}


def _adapter(event: type[Event]) -> TypeAdapter[Any]:
    if event.name not in _adapters:
        _adapters[event.name] = TypeAdapter(event)
    return _adapters[event.name]


E = TypeVar("E", bound=Event)
Handler = Callable[["Context", Any], Awaitable[None]]
_handlers: dict[str, list[tuple[str, Handler]]] = defaultdict(list)


def on(
    event: type[E],
) -> Callable[[Callable[["Context", E], Awaitable[None]]], Callable[["Context", E], Awaitable[None]]]:
    """Have a function answer an event, in a job of its own. It may run twice and must not mind."""

    def subscribe(handler: Callable[["Context", E], Awaitable[None]]) -> Callable[["Context", E], Awaitable[None]]:
        name = f"{event.name}:{handler.__module__}.{handler.__qualname__}"

        async def run(context: "Context", arguments: dict[str, Any]) -> None:
            await handler(context, _adapter(event).validate_python(arguments))

        job_named(name)(run)
        _handlers[event.name].append((name, handler))
        return handler

    return subscribe


def record(session: Session, event: Event) -> None:
    """Note that something happened. It is written when the transaction commits, together with its cause."""
    session.facts.append(event)


async def write_facts(session: Session) -> None:
    """Write what was recorded by a session, and a job for every handler of it."""
    facts: list[Event] = [fact for fact in session.facts if isinstance(fact, Event)]
    jobs: list[Job] = [fact for fact in session.facts if isinstance(fact, Job)]
    session.facts.clear()
    if facts:
        payloads = [_adapter(type(fact)).dump_python(fact, mode="json") for fact in facts]
        now = session.now()
        rows = [
            {"id": new_key(), "name": fact.name, "payload": payload, "recorded_at": now}
            for fact, payload in zip(facts, payloads, strict=True)
        ]
        await session.execute(_write, each(rows))
        jobs += [
            Job(name, payload)
            for fact, payload in zip(facts, payloads, strict=True)
            for name, _handler in _handlers[fact.name]
        ]
    if jobs:
        await enqueue(session, jobs)
