"""Who takes messages to people: one Protocol, a carrier for each way, found in the context as `Carriers`."""

import asyncio
from typing import Protocol

from commerce.messages.providers.local import NoCarrier
from commerce.messages.values import MessageKind, Written

AT_ONCE = 4
"""Messages of one kind that a process has with its carrier at the same time: fewer than it has jobs under way, so that a
carrier that does not answer holds up no other work."""


class Carrier(Protocol):
    """A service that takes messages to people."""

    async def carry(self, message: Written) -> None:
        """Take a message over. NotCarried, or any fault of the network, if that did not happen."""
        ...


class Carriers:
    """The carriers of this shop, by the way that messages take."""

    def __init__(self, email: Carrier, phone: Carrier) -> None:
        self._by_kind = {MessageKind.EMAIL: email, MessageKind.PHONE: phone}
        self.room = {kind: asyncio.Semaphore(AT_ONCE) for kind in self._by_kind}

    def lacking(self) -> list[MessageKind]:
        """The ways on which messages get nowhere, because nothing is set up."""
        return [kind for kind, carrier in self._by_kind.items() if isinstance(carrier, NoCarrier)]

    def __getitem__(self, kind: MessageKind) -> Carrier:
        return self._by_kind[kind]
