"""What we do with the lists themselves. In daily life the database keeps them; this is for looking after them."""

from collections.abc import AsyncIterator, Callable
from uuid import UUID

from commerce.kit.context import Context
from commerce.search import queries

AT_ONCE = 500
"""Products of one transaction, so that none is held up for long."""


async def _batches(context: Context) -> AsyncIterator[list[UUID]]:
    keys = await queries.next_products(context, None, AT_ONCE)
    while keys:
        yield keys
        keys = await queries.next_products(context, keys[-1], AT_ONCE)


async def rebuild(context: Context, count: Callable[[int], object] = lambda _products: None) -> int:
    """Write the rows of all products anew, while the shop goes on; how many products that were.

    Needed after rows were loaded past the triggers, or when what lists hold has been defined anew.
    """
    done = 0
    async for keys in _batches(context):
        async with context.transaction() as session:
            await queries.refresh(session, keys)
        done += len(keys)
        count(len(keys))
    return done


async def untrue(context: Context) -> list[UUID]:
    """Products of which a list says something else than is true: there must be none."""
    found: list[UUID] = []
    async for keys in _batches(context):
        found += await queries.untrue(context, keys, context.now())
    return found


async def drop_ended(context: Context) -> int:
    """Drop rows of what is not seen any more; how many those were."""
    total, dropped = 0, AT_ONCE
    while dropped == AT_ONCE:
        async with context.transaction() as session:
            dropped = await queries.drop_ended(session, context.now(), AT_ONCE)
        total += dropped
    return total
