"""Carriers that take messages nowhere."""

from commerce.messages.errors import NotCarried
from commerce.messages.values import Written


class LocalCarrier:
    """For developers: it has nothing to do, since a message that was written can be read at `/dev/messages`."""

    async def carry(self, message: Written) -> None:
        """Leave it where it is."""


class NoCarrier:
    """For shops that are not set up for a way: each message fails, and says why."""

    async def carry(self, message: Written) -> None:  # noqa: ARG002
        """Say so."""
        raise NotCarried("no carrier is set up", is_final=True)
