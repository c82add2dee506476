"""What is done for the audit log by the clock."""

from commerce.audit import actions
from commerce.kit.context import Context
from commerce.kit.jobs import every


@every("5 * * * *")
async def checkpoint(context: Context) -> None:
    """Sign how far the log has come."""
    await actions.checkpoint(context)
