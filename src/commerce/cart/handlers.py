"""What carts do by the clock."""

from commerce.cart import queries
from commerce.kit.context import Context
from commerce.kit.jobs import every

AT_ONCE = 500
"""Carts that go in one statement, so that no statement takes long."""


@every("17 3 * * *")
async def drop_idle_carts(context: Context) -> None:
    """Remove carts that nobody touched for thirty days."""
    dropped = AT_ONCE
    while dropped == AT_ONCE:
        async with context.transaction() as session:
            dropped = await queries.drop_idle(session, context.now(), AT_ONCE)
