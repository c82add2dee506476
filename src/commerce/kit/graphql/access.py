"""Who may call a field. What a root field needs is said where it is declared: `query(PUBLIC)`."""

import inspect
from collections.abc import Callable
from typing import Any
from uuid import UUID

import strawberry
from strawberry.extensions import FieldExtension

from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.bounds import MOST_ITEMS, has_long_list
from commerce.kit.context import Context
from commerce.kit.errors import NotFound, RequestError
from commerce.kit.graphql.rules import Access, InChannels, _Everyone, _Oneself, _Person, asked_of, with_rule
from commerce.kit.graphql.types import Info, doc


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


def channel_named(info: Info, text: str, permission: Permission, *field: str | int) -> UUID:
    """The key of a channel that a client named. NOT_FOUND where the caller does not hold the permission: to them it does
    not exist.
    """
    key = ids.decode("channel", text)
    if key is None or not info.context.actor.may_in(key, [permission]):
        raise NotFound(*field)
    return key


def query(access: Access) -> Callable[[Any], Any]:
    """A root field for reading, with the rule of who may call it."""

    def wrap(resolver: Any) -> Any:
        description = with_rule(doc(resolver), access)
        return strawberry.field(resolver=resolver, description=description, extensions=[Guard(access)])

    return wrap


def guarded(access: Access) -> Callable[[Any], Any]:
    """A field of a type that not everyone who sees the object may see. It must be nullable."""
    return query(access)
