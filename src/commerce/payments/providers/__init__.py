"""Who moves the money: one Protocol, found in the context as `Providers`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from commerce.kit.money import Money
from commerce.payments.errors import UnknownProvider
from commerce.payments.values import CreateRequest, Outcome, WebhookResult


class PaymentProvider(Protocol):
    """A payment service. Its verbs return outcomes and raise only for faults of programming.

    Every verb is safe to repeat with the same reference.
    """

    name: str
    methods: tuple[str, ...]
    is_test: bool

    async def create(self, request: CreateRequest) -> Outcome:
        """Start a payment and, where the method allows it, charge it at once."""
        ...

    async def query(self, merchant_ref: str) -> Outcome:
        """What became of a payment; NOT_FOUND when the provider never heard of it."""
        ...

    async def cancel(self, merchant_ref: str) -> Outcome:
        """Close a payment that is not paid yet: FAILED once it is closed, SUCCEEDED when it was paid after all."""
        ...

    async def refund(self, merchant_ref: str, refund_ref: str, amount: Money) -> Outcome:
        """Send money back."""
        ...

    def parse_webhook(self, body: bytes, headers: Mapping[str, str], now: datetime) -> WebhookResult:
        """Verify a message of the provider; BadSignature when it is not its own or too old."""
        ...


class Providers:
    """The providers of this shop, by name."""

    def __init__(self, providers: Iterable[PaymentProvider]) -> None:
        self._by_name = {provider.name: provider for provider in providers}

    def __getitem__(self, name: str) -> PaymentProvider:
        if name not in self._by_name:
            raise UnknownProvider("input", "code", value=name)
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name
