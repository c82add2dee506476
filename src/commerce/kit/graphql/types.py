"""Types, inputs and enums, described by their docstrings."""

import inspect
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar, dataclass_transform
from uuid import UUID

import strawberry

from commerce.kit.actor import PERMISSION_MEANINGS, Permission
from commerce.kit.context import Context
from commerce.kit.errors import (
    CODE_MEANINGS,
    ErrorCode,
)
from commerce.kit.graphql.rules import Access, with_rule

Info = strawberry.Info[Context, None]


class ShopInfo(Info):
    """What resolvers are told, with the context at hand: many a field does little else than to ask it for the locale."""

    context: Any = None  # in place of a property over two others

    def __init__(self, _raw_info: Any, _field: Any) -> None:
        self._raw_info = _raw_info
        self._field = _field
        self.context = _raw_info.context


def person(info: Info) -> UUID | None:
    """Whose things are the caller's own; None for all who have not signed in as a person."""
    return info.context.actor.person


ID = strawberry.ID
T = TypeVar("T")
C = TypeVar("C", bound=type)


def described(description: str, **options: Any) -> Any:
    """A plain attribute of a type or input, with its description."""
    return strawberry.field(description=description, **options)


def doc(cls: Any) -> str:
    return inspect.cleandoc(cls.__doc__ or "")


@dataclass_transform(kw_only_default=True, field_specifiers=(described, strawberry.field))
def object_type(access: Access) -> Callable[[C], C]:
    """A GraphQL object type, described by its docstring, with the rule of who may see such an object at all.

    The rule is a promise that costs nothing while a request runs: what leads to the object keeps it, as root fields do,
    and `tests/house/test_access.py` walks all the ways to it. A field that fewer may see is `guarded`.
    """
    return _with_rule(strawberry.type, access)


@dataclass_transform(kw_only_default=True, field_specifiers=(described, strawberry.field))
def interface(access: Access) -> Callable[[C], C]:
    """A GraphQL interface, described by its docstring, with the rule of who may see what implements it."""
    return _with_rule(strawberry.interface, access)


def _with_rule(kind: Any, access: Access) -> Callable[[C], C]:
    if isinstance(access, type):
        raise TypeError(
            f"Say who may see a {access.__name__}: @object_type(OWNER), or PART when what holds it says so."
        )

    def wrap(cls: C) -> C:
        made: C = kind(cls, description=with_rule(doc(cls), access))
        made.__strawberry_definition__.access = access  # type: ignore[attr-defined]
        return made

    return wrap


def rule_of(cls: type) -> Access | None:
    """The rule that a type declares, a list of a type that of any list; None for one that was made without."""
    definition = cls.__strawberry_definition__  # type: ignore[attr-defined]
    found: Access | None = getattr(definition.concrete_of or definition, "access", None)
    return found


@dataclass_transform(kw_only_default=True, field_specifiers=(described, strawberry.field))
def input_type(cls: C) -> C:
    """A GraphQL input, described by its docstring."""
    return strawberry.input(cls, description=doc(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(described, strawberry.field))
def one_of_input(cls: C) -> C:
    """A GraphQL input of which exactly one part is given."""
    return strawberry.input(cls, description=doc(cls), one_of=True)


E = TypeVar("E", bound=type[Enum])


def described_enum(meanings: dict[Any, str], name: str | None = None) -> Callable[[E], E]:
    """A GraphQL enum of a Python one; `meanings` describes each member."""

    def wrap(cls: E) -> E:
        values = {member.name: meanings[member] for member in cls}
        strawberry.enum(cls, name=name, description=doc(cls))
        definition = cls.__strawberry_definition__  # type: ignore[attr-defined]
        for value in definition.values:
            value.description = values[value.name]
        return cls

    return wrap


described_enum(CODE_MEANINGS)(ErrorCode)
described_enum(PERMISSION_MEANINGS)(Permission)


def argument(description: str) -> Any:
    """The description of an argument, for `Annotated`."""
    return strawberry.argument(description=description)


def derived(resolver: Any) -> Any:
    """A field that is computed from the object at hand, described by its docstring. It must not query."""
    return strawberry.field(resolver=resolver, description=doc(resolver))
