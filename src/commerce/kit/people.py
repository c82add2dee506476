"""What every module that keeps something of a person must be able to do with it.

A module says it where it keeps the data, in its handlers: what a person gets who asks for everything, what stays of
somebody who is to be forgotten, and whose things they are when two accounts turn out to be one person. A person is named
by the key of their account.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from commerce.kit.db import Reads, Session

Export = Callable[[Reads, UUID], Awaitable[Any]]
Erase = Callable[[Session, UUID], Awaitable[None]]
Merge = Callable[[Session, UUID, UUID], Awaitable[None]]
Holds = Callable[[Reads, UUID], Awaitable[str | None]]

exports: dict[str, Export] = {}
"""By name of the part: everything that is kept of a person, as JSON."""
erasures: dict[str, Erase] = {}
"""By name of the part: forget the person, in the transaction that forgets them everywhere."""
merges: dict[str, Merge] = {}
"""By name of the part: give what is the first person's to the second."""
holds: dict[str, Holds] = {}
"""By name of the part: why a person cannot be forgotten yet, as a message; None if nothing stands in the way."""


def exported(part: str) -> Callable[[Export], Export]:
    """Register what a module tells a person of themselves."""
    return _registered(exports, part)


def erased(part: str) -> Callable[[Erase], Erase]:
    """Register how a module forgets a person. It may run twice and must not mind."""
    return _registered(erasures, part)


def merged(part: str) -> Callable[[Merge], Merge]:
    """Register how a module gives one person's things to another."""
    return _registered(merges, part)


def held(part: str) -> Callable[[Holds], Holds]:
    """Register what keeps a module from forgetting a person."""
    return _registered(holds, part)


def _registered(registry: dict[str, Any], part: str) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        registry[part] = function
        return function

    return register
