"""What accounts do by the clock."""

from commerce.accounts import queries
from commerce.accounts.rules.tries import LONGEST
from commerce.kit.context import Context
from commerce.kit.jobs import every


@every("20 * * * *")
async def forget_old(context: Context) -> None:
    """Remove tries and sessions whose time is over."""
    async with context.transaction() as session:
        await queries.forget_old(session, session.now() - LONGEST)
