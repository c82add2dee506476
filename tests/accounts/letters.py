"""What was written to people."""

import re

from commerce.messages import actions, queries
from commerce.messages.values import Written
from commerce.shop import Shop


async def letters(shop: Shop, address: str | None = None) -> list[Written]:
    """The letters to an address or phone, or to everyone; the latest first."""
    context = shop.context()
    found = [actions.written(context, row) for row in await queries.latest(context, 1000)]
    return [letter for letter in found if address in (None, letter.recipient.address)]


async def code_for(shop: Shop, address: str) -> str:
    """The code that was sent last to an address or phone."""
    [code] = re.findall(r"\b\d{6}\b", (await letters(shop, address))[0].text)
    return code


def other_than(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06}"
