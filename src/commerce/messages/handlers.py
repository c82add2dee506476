"""What becomes of messages, by the queue and by the clock."""

from typing import Any
from uuid import UUID

from commerce.kit.context import Context
from commerce.kit.jobs import every, job_named
from commerce.messages import actions


@job_named(actions.CARRY)
async def carry(context: Context, arguments: dict[str, Any]) -> None:
    await actions.carry(context, UUID(arguments["key"]))


@every("40 4 * * *")
async def forget_old(context: Context) -> None:
    """A message is of no use after a month, and somebody's still."""
    await actions.forget_old(context)
