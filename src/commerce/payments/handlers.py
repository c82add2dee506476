"""What payments do by the clock and when a provider has spoken."""

from typing import Any
from uuid import UUID

from commerce.kit.context import Context
from commerce.kit.jobs import every, job_named
from commerce.payments import actions


@job_named("payments.look_up")
async def look_up(context: Context, arguments: dict[str, Any]) -> None:
    await actions.look_up(context, arguments["provider"], arguments["merchant_ref"])


@job_named("payments.send_refund")
async def send_refund(context: Context, arguments: dict[str, Any]) -> None:
    await actions.send_refund(context, UUID(arguments["refund_id"]))


@every("* * * * *")
async def check_open(context: Context) -> None:
    """Look at what is open, every minute."""
    await actions.check_open(context)
