"""Who may call a field. What a root field needs is said where it is declared: `query(PUBLIC)`."""

import inspect
from collections.abc import Callable
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


PUBLIC = _Everyone()
"""The rule of a field that says the same to everyone. It may be kept and told to the next."""
OWNER = _Owner()
"""The rule of a field that answers with what is the caller's own, or what only a secret id opens."""
Access = _Everyone | Permission | tuple[Permission, ...]
SIGNED_IN = ()
"""The rule of a field for anyone who has signed in."""


def check_access(context: Context, access: Access) -> None:
    """Refuse a caller without what the rule asks for."""
    if isinstance(access, _Everyone):
        return
    permissions = access if isinstance(access, tuple) else (access,)
    if not context.actor.is_known:
        raise RequestError("UNAUTHENTICATED", "Sign in first.")
    if permissions and not context.actor.may(permissions):
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
    permissions = access if isinstance(access, tuple) else (access,)
    return f"{description} Needs {' or '.join(permissions)}." if permissions else f"{description} Needs a sign-in."


def query(access: Access) -> Callable[[Any], Any]:
    """A root field for reading, with the rule of who may call it."""

    def wrap(resolver: Any) -> Any:
        description = with_rule(doc(resolver), access)
        return strawberry.field(resolver=resolver, description=description, extensions=[Guard(access)])

    return wrap


def guarded(access: Access) -> Callable[[Any], Any]:
    """A field of a type that not everyone who sees the object may see. It must be nullable."""
    return query(access)
