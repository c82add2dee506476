"""Fields for many objects at once, and fields that a module upstairs adds."""

import asyncio
import inspect
import typing
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry
from aiodataloader import DataLoader
from strawberry.types.field import StrawberryField

from commerce.kit.graphql.types import (
    Info,
    doc,
)

T = TypeVar("T")


def batched(function: Any) -> Any:
    """A field resolved for many objects at once: `async (parents, info, **arguments) -> one answer per parent`.

    An executor that works set at a time calls `function` itself (it is kept as `.batch`); under graphql-core the same
    function feeds one aiodataloader loader per request and arguments.
    """

    async def resolve(self: Any, info: Info, **arguments: Any) -> Any:
        loaders = info.context.loaders
        key = (function, repr(sorted(arguments.items())))  # inputs and lists have no hash
        loader = loaders.get(key)
        if loader is None:

            async def load(parents: list[Any]) -> Any:
                return await function(parents, info, **arguments)

            loader = loaders[key] = DataLoader(load, get_cache_key=id)
        return await asyncio.shield(loader.load(self))  # others wait for it too, also when this field is called off

    hints = dict(function.__annotations__)
    [item] = typing.get_args(hints.pop("return"))
    signature = inspect.signature(function)
    own = list(signature.parameters.values())[2:]
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    head = [inspect.Parameter("self", positional), inspect.Parameter("info", positional, annotation=Info)]
    resolve.__signature__ = signature.replace(parameters=[*head, *own], return_annotation=item)  # type: ignore[attr-defined]
    resolve.__annotations__ = {"info": Info, **{p.name: p.annotation for p in own}, "return": item}
    resolve.__name__, resolve.__qualname__ = function.__name__, function.__qualname__
    resolve.__module__ = function.__module__
    resolve.batch = function  # type: ignore[attr-defined]
    return strawberry.field(resolver=resolve, description=doc(function))


async def at_hand(
    parents: list[Any], kind: type[T], look_up: Callable[[list[Any]], Awaitable[list[T | None]]]
) -> list[T | None]:
    """What came along with each parent of a kind; where nothing did, it is looked up by key, for all of them at once."""
    missing = [parent.key for parent in parents if kind not in parent.along]
    found = dict(zip(missing, await look_up(missing), strict=True)) if missing else {}
    return [parent.along[kind] if kind in parent.along else found[parent.key] for parent in parents]


def extend(target: type, name: str | None = None) -> Callable[[Any], Any]:
    """GraphQL's `extend type`, from the module upstairs: adds a field to a type that knows nothing of it.

    It is called as its function is, unless a name is given.
    """

    def add(field: Any) -> Any:
        if not isinstance(field, StrawberryField):
            field = strawberry.field(resolver=field, description=doc(field))
        assert field.base_resolver is not None
        field.python_name = name or field.base_resolver.wrapped_func.__name__
        field.origin = target
        target.__strawberry_definition__.fields.append(field)  # type: ignore[attr-defined]
        return field

    return add
