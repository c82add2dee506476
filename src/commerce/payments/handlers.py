"""What payments do by the clock and when a provider has spoken."""

from typing import Any
from uuid import UUID

from commerce.kit.context import Context
from commerce.kit.jobs import every, job_named
from commerce.payments import actions
from commerce.payments.values import Payable


@job_named("payments.look_up")
async def look_up(context: Context, arguments: dict[str, Any]) -> None:
    await actions.look_up(context, arguments["provider"], arguments["merchant_ref"])


@job_named("payments.send_refund")
async def send_refund(context: Context, arguments: dict[str, Any]) -> None:
    await actions.send_refund(context, UUID(arguments["refund_id"]))


@job_named("payments.close")
async def close(context: Context, arguments: dict[str, Any]) -> None:
    await actions.close_for_good(context, Payable(arguments["kind"], UUID(arguments["key"])))


@every("* * * * * */10")
async def check_open(context: Context) -> None:
    """Look at what is open, every ten seconds: who asked and went away is served within a minute."""
    await actions.check_open(context)
