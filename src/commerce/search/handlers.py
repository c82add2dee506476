"""What lists do by the clock."""

from commerce.kit.context import Context
from commerce.kit.jobs import every
from commerce.search import actions


@every("41 * * * *")
async def drop_ended(context: Context) -> None:
    """What is not seen any more leaves the lists."""
    await actions.drop_ended(context)
