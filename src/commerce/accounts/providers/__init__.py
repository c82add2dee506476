"""Who vouches for people: one Protocol, found in the context as `IdentityProviders`."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from commerce.accounts.errors import ProviderUnknown
from commerce.accounts.values import ProviderKind, Shown, Visit, Vouched


class IdentityProvider(Protocol):
    """A service that knows people. Both verbs ask it over the network, so they are called outside any transaction.

    ProviderUnavailable when it does not answer, and nobody knows whether it has used up a code.
    """

    name: str
    """What clients call it."""
    kind: ProviderKind
    title: str
    """What people call it."""
    has_page: bool
    """Whether people are sent to a page of it."""

    async def start(self, visit: Visit) -> str:
        """The address of the page to which somebody is sent."""
        ...

    async def prove(self, shown: Shown) -> Vouched:
        """Who it is that brings this. ProviderRejected for a code that is not good, or no longer."""
        ...


class IdentityProviders:
    """The providers of identities of this shop, by name."""

    def __init__(self, providers: Iterable[IdentityProvider] = ()) -> None:
        self._by_name = {provider.name: provider for provider in providers}

    def __iter__(self) -> Iterator[IdentityProvider]:
        return iter(self._by_name.values())

    def named(self, name: str, *field: str) -> IdentityProvider:
        """The provider that clients call so; ProviderUnknown if there is none."""
        if name not in self._by_name:
            raise ProviderUnknown(*field)
        return self._by_name[name]
