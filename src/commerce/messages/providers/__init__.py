"""Who takes messages to people: one Protocol, a carrier for each way, found in the context as `Carriers`."""

from typing import Protocol

from commerce.messages.providers.local import NoCarrier
from commerce.messages.values import MessageKind, Written


class Carrier(Protocol):
    """A service that takes messages to people."""

    async def carry(self, message: Written) -> None:
        """Take a message over. NotCarried, or any fault of the network, if that did not happen."""
        ...


class Carriers:
    """The carriers of this shop, by the way that messages take."""

    def __init__(self, email: Carrier, phone: Carrier) -> None:
        self._by_kind = {MessageKind.EMAIL: email, MessageKind.PHONE: phone}

    def lacking(self) -> list[MessageKind]:
        """The ways on which messages get nowhere, because nothing is set up."""
        return [kind for kind, carrier in self._by_kind.items() if isinstance(carrier, NoCarrier)]

    def __getitem__(self, kind: MessageKind) -> Carrier:
        return self._by_kind[kind]
