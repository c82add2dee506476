"""A schema that takes its time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from sqlalchemy import Float, bindparam, func, select

from commerce.kit.execution import Operations
from commerce.kit.graphql import Info
from commerce.kit.http import Endpoint, Pipeline
from commerce.shop import Shop

NAP = select(func.pg_sleep(bindparam("seconds", 0.0, Float)))
done: list[float] = []
"""The naps that mutations have finished."""


@strawberry.type
class Query:
    @strawberry.field
    async def nap(self, info: Info, seconds: float) -> float | None:
        await info.context.rows(NAP, seconds=seconds)
        return seconds

    @strawberry.field
    def awake(self) -> bool:
        return True


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def nap(self, info: Info, seconds: float) -> float | None:
        async with info.context.transaction() as session:
            await session.rows(NAP, seconds=seconds)
        done.append(seconds)
        return seconds


SCHEMA = strawberry.Schema(Query, Mutation)


def endpoint_of(shop: Shop, **options: Any) -> Endpoint:
    return Endpoint(Pipeline(Operations(SCHEMA), shop.request_context), **options)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds, for at most five seconds."""
    async with asyncio.timeout(5):
        while not await holds():  # noqa: ASYNC110  (PostgreSQL tells nobody)
            await asyncio.sleep(0.02)
