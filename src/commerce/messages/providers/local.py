"""A carrier that takes messages nowhere: they stay in the shop, where developers read them."""

from commerce.messages.values import Written


class LocalCarrier:
    """Has nothing to do: a message that was written can be read at `/dev/messages`."""

    async def carry(self, message: Written) -> None:
        """Leave it where it is."""
