"""Root fields for following."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry

from commerce.kit.context import Afresh, Context
from commerce.kit.execution import Message
from commerce.kit.graphql.access import Guard
from commerce.kit.graphql.rules import Access, with_rule
from commerce.kit.graphql.types import Info, doc
from commerce.kit.hub import Hub


def subscription(access: Access) -> Callable[[Any], Any]:
    """A root field for following, with the rule of who may call it. It returns what `following` does."""

    def wrap(resolver: Any) -> Any:
        description = with_rule(doc(resolver), access)
        return strawberry.subscription(resolver=resolver, description=description, extensions=[Guard(access)])

    return wrap


async def following(
    info: Info, kind: str, key: UUID, read: Callable[[Context], Awaitable[tuple[int, Any]]]
) -> AsyncGenerator[Message]:
    """A thing as it is now, and again whenever it has another version.

    `read` gives the version and the thing, in a context of its own each time. It checks the caller anew, and raises
    RequestError to end it.
    """
    afresh, hub, context, seen = info.context[Afresh], info.context[Hub], info.context, None
    async with hub.follow(kind, key) as follower:
        while True:
            async with hub.turns:
                context = await afresh() if seen is not None else context
                version, value = await read(context)
            if version != seen:
                seen = version
                yield Message(context, value)
            await follower.change(version)
