"""Who may call a field. What a root field needs is said where it is declared: `query(PUBLIC)`."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from commerce.kit.actor import Permission
from commerce.kit.bounds import MOST_ITEMS, has_long_list
from commerce.kit.context import Context
from commerce.kit.errors import (
    RequestError,
)
from commerce.kit.graphql.types import Info, doc


class _Everyone:
    """The rule of a field that anyone may call."""


class _Owner(_Everyone):
    """The rule of a field that anyone may call and each gets only their own from."""


@dataclass(frozen=True, slots=True)
class InChannels:
    """The rule of a field for those who hold one of the permissions in some channel at least.

    What it reads and changes is then bounded by `actor.channels(…)` or `actor.may_in(…)`. A field with a plain permission
    is for those who hold it everywhere.
    """

    permissions: tuple[Permission, ...]


class _Person:
    """The rule of a field for people who have signed in, be it as customers or as staff; not for apps."""


class _Oneself(_Person):
    """The rule of a field for people who have signed in themselves; not for staff who act as them."""


PUBLIC = _Everyone()
"""The rule of a field that says the same to everyone. It may be kept and told to the next."""
OWNER = _Owner()
"""The rule of a field that answers with what is the caller's own, or what only a secret id opens."""
Access = _Everyone | _Person | InChannels | Permission | tuple[Permission, ...]
SIGNED_IN = ()
"""The rule of a field for anyone who has signed in."""
PERSON = _Person()
"""The rule of a field about the caller's own things."""
ONESELF = _Oneself()
"""The rule of a field about the caller's own credentials and rights, which nobody else may touch."""


def in_channels(*permissions: Permission) -> InChannels:
    """The rule of a field whose answer is bounded by the channels in which a permission is held."""
    return InChannels(permissions)


def asked_of(access: Access) -> tuple[Permission, ...]:
    """The permissions of which a rule asks for one."""
    if isinstance(access, InChannels):
        return access.permissions
    if isinstance(access, tuple):
        return access
    return (access,) if isinstance(access, Permission) else ()


def check_access(context: Context, access: Access) -> None:
    """Refuse a caller without what the rule asks for."""
    if isinstance(access, _Everyone):
        return
    actor, permissions = context.actor, asked_of(access)
    if not actor.is_known:
        raise RequestError("UNAUTHENTICATED", "Sign in first.")
    if isinstance(access, _Person) and not actor.is_person:
        raise RequestError("FORBIDDEN", "This is for people who have signed in.")
    if isinstance(access, _Oneself) and actor.behind is not None:
        raise RequestError("FORBIDDEN", "Nobody does this in the place of somebody else.")
    holds = actor.may_somewhere if isinstance(access, InChannels) else actor.may
    if permissions and not holds(permissions):
        raise RequestError("FORBIDDEN", f"This needs the permission {' or '.join(permissions)}.")


class Guard(FieldExtension):
    """Holds the access rule of a field, and checks it before anything else happens."""

    def __init__(self, access: Access, *, is_reading: bool = True) -> None:
        self.access = access
        self.is_reading = is_reading

    def _check(self, info: Info, arguments: dict[str, Any]) -> None:
        check_access(info.context, self.access)
        if self.is_reading and any(map(has_long_list, arguments.values())):
            raise RequestError("BAD_USER_INPUT", f"A list has at most {MOST_ITEMS} items.")

    def resolve(self, next_: Any, source: Any, info: Info, **arguments: Any) -> Any:
        self._check(info, arguments)
        return next_(source, info, **arguments)

    async def resolve_async(self, next_: Any, source: Any, info: Info, **arguments: Any) -> Any:
        self._check(info, arguments)
        answer = next_(source, info, **arguments)
        return await answer if inspect.isawaitable(answer) else answer


def with_rule(description: str, access: Access) -> str:
    if isinstance(access, _Everyone):
        return description
    if isinstance(access, _Oneself):
        return f"{description} Needs a sign-in of one's own."
    permissions = asked_of(access)
    where = ", in the channels where it is held" if isinstance(access, InChannels) else ""
    return (
        f"{description} Needs {' or '.join(permissions)}{where}." if permissions else f"{description} Needs a sign-in."
    )


def query(access: Access) -> Callable[[Any], Any]:
    """A root field for reading, with the rule of who may call it."""

    def wrap(resolver: Any) -> Any:
        description = with_rule(doc(resolver), access)
        return strawberry.field(resolver=resolver, description=description, extensions=[Guard(access)])

    return wrap


def guarded(access: Access) -> Callable[[Any], Any]:
    """A field of a type that not everyone who sees the object may see. It must be nullable."""
    return query(access)
