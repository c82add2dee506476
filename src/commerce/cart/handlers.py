"""What carts do by the clock."""

from commerce.cart import queries
from commerce.kit.context import Context
from commerce.kit.jobs import every


@every("17 3 * * *")
async def drop_idle_carts(context: Context) -> None:
    """Remove carts that nobody touched for thirty days."""
    async with context.transaction() as session:
        await queries.drop_idle(session, context.now())
