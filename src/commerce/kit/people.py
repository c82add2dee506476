"""What every module that keeps something of a person must be able to do with it.

A module says it where it keeps the data, in its handlers: what a person gets who asks for everything, what stays of
somebody who is to be forgotten, and whose things they are when two accounts turn out to be one person. A person is named
by the key of their account.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from commerce.kit.db import Reads, Session

if TYPE_CHECKING:
    from commerce.kit.context import Context

Export = Callable[[Reads, UUID], Awaitable[Any]]
Erase = Callable[[Session, UUID], Awaitable[None]]
Merge = Callable[[Session, UUID, UUID], Awaitable[None]]
Holds = Callable[[Reads, UUID], Awaitable[str | None]]
Allows = Callable[[Reads, UUID, str], Awaitable[bool]]
Arrive = Callable[["Context", Session, UUID], None]
Reveal = Callable[["Context", UUID], Awaitable["Revealed | None"]]


@dataclass(frozen=True, slots=True)
class Revealed:
    """Personal data in clear, for staff who gave a reason to see it."""

    name: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[dict[str, Any], ...] = ()
    """Postal addresses as `directory.values.Address` keeps them."""


LAST = "account"
"""The part that is forgotten after all others, which find by it what is the person's."""

exports: dict[str, Export] = {}
"""By name of the part: everything that is kept of a person, as JSON."""
erasures: dict[str, Erase] = {}
"""By name of the part: forget the person, in the transaction that forgets them everywhere."""
erased_tables: dict[str, tuple[str, ...]] = {}
"""By name of the part: the tables in which that leaves nothing of a person."""
merges: dict[str, Merge] = {}
"""By name of the part: give what is the first person's to the second."""
holds: dict[str, Holds] = {}
"""By name of the part: why a person cannot be forgotten yet, as a message; None if nothing stands in the way."""
ledgers: dict[str, Allows] = {}
"""By name of the part: whether a person allows something, by name of the purpose."""
arrivals: list[Arrive] = []
"""What is noted when somebody signs in, in the transaction that opens their session."""
reveals: dict[str, Reveal] = {}
"""By prefix of the id: the personal data of a thing; None for one that the caller may not see at all."""


def revealed(prefix: str) -> Callable[[Reveal], Reveal]:
    """Register what is behind the masks of a thing. The caller's permission is checked and noted by who asks."""
    return _registered(reveals, prefix)


def exported(part: str) -> Callable[[Export], Export]:
    """Register what a module tells a person of themselves."""
    return _registered(exports, part)


def erased(part: str, *tables: str) -> Callable[[Erase], Erase]:
    """Register how a module forgets a person, and in which tables. It may run twice and must not mind."""
    erased_tables[part] = tables
    return _registered(erasures, part)


async def erase(session: Session, person: UUID) -> None:
    """Forget a person everywhere, in one transaction."""
    for part in [*(part for part in erasures if part != LAST), LAST]:
        await erasures[part](session, person)


def merged(part: str) -> Callable[[Merge], Merge]:
    """Register how a module gives one person's things to another."""
    return _registered(merges, part)


def held(part: str) -> Callable[[Holds], Holds]:
    """Register what keeps a module from forgetting a person."""
    return _registered(holds, part)


def arriving(note: Arrive) -> Arrive:
    """Register what a module notes when somebody signs in. It may only record facts and jobs."""
    arrivals.append(note)
    return note


def consented(part: str) -> Callable[[Allows], Allows]:
    """Register who knows what people allow."""
    return _registered(ledgers, part)


async def is_allowed(reads: Reads, person: UUID, purpose: str) -> bool:
    """Whether a person allows something right now. What nobody knows of is not allowed."""
    for allows in ledgers.values():
        if await allows(reads, person, purpose):
            return True
    return False


def _registered(registry: dict[str, Any], part: str) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        registry[part] = function
        return function

    return register
