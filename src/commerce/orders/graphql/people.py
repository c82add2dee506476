"""Orders of people, and orders that guests look up."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import strawberry

from commerce.accounts.graphql import Viewer
from commerce.accounts.graphql.codes import SENDING, CodePayload, ContactInput, contact_from
from commerce.accounts.values import Hidden
from commerce.customers.graphql import Customer
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.context import Context
from commerce.kit.graphql import (
    ID,
    PART,
    PUBLIC,
    Info,
    Payload,
    batched,
    described,
    extend,
    input_type,
    mutation,
    object_type,
)
from commerce.kit.limits import costs
from commerce.kit.pagination import After, Before, Connection, First, Last, Window, window
from commerce.kit.scalars import CountryCode
from commerce.orders import actions, queries
from commerce.orders.graphql.changes import orders_connection
from commerce.orders.graphql.types import Order, order_of
from commerce.orders.values import Sought

LOOKING = 20
"""Points of a try at a code."""


async def orders(
    owners: list[Any],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[Connection[Order]]:
    """Orders, latest first: what was ordered signed in, or with an address or phone that was proven.

    To their owner all of them, to staff with ORDERS_READ those of the channels where it is held, to others none.
    """
    asked = window("orders", first, after, last, before)
    return await _pages(info, [_person(owner) for owner in owners], asked)


for kind in (Viewer, Customer):
    extend(kind)(batched(orders))


def _person(owner: Viewer | Customer) -> UUID:
    return owner.profile.key if isinstance(owner, Viewer) else owner.key


async def _pages(info: Info, people: Sequence[UUID], asked: Window) -> list[Connection[Order]]:
    """A page of the orders of each; of others only what staff sees of them."""
    actor, context = info.context.actor, info.context
    seen = Sought(channels=_channels(info))
    own = [person for person in people if person == actor.person]
    others = [] if seen.channels == () else [person for person in people if person != actor.person]
    found: dict[UUID, Connection[Order]] = {}
    for whose, sought in ((own, Sought()), (others, seen)):
        if whose:
            pages = await queries.pages_of(context, whose, asked, sought)
            counts = _Counts(context, whose, sought)
            for person, rows in zip(whose, pages, strict=True):
                found[person] = orders_connection(info, asked, rows, counts.of(person))
    return [found.get(person) or orders_connection(info, asked, (), _none) for person in people]


def _channels(info: Info) -> tuple[UUID, ...] | None:
    channels = info.context.actor.channels([Permission.ORDERS_READ])
    return None if channels is None else tuple(channels)


async def _none() -> int:
    return 0


class _Counts:
    """How many orders several people have: counted once for all of them, when the first is asked for."""

    def __init__(self, context: Context, people: Sequence[UUID], sought: Sought) -> None:
        self.context, self.people, self.sought = context, people, sought
        self._counted: dict[UUID, int] | None = None
        self._one_at_a_time = asyncio.Lock()

    def of(self, person: UUID) -> Callable[[], Awaitable[int]]:
        async def count() -> int:
            async with self._one_at_a_time:
                if self._counted is None:
                    self._counted = await queries.counts_of(self.context, self.people, self.sought)
                return self._counted[person]

        return count


@input_type
class OrderLookupRequestInput:
    """Asks for a code to see an order with."""

    number: str = described("Number of the order.")
    to: ContactInput = described("The address or phone that it was placed with.")
    country: CountryCode | None = described("Country of a phone that is given without its code.", default=None)
    idempotency_key: str | None = described("Repeating the request with the same key answers the same.", default=None)


@input_type
class OrderLookupInput:
    """Shows an order."""

    challenge_id: ID = described("What `orderLookupRequest` answered with.")
    code: str = described("The six digits. Spaces between them do not count.")

    def __post_init__(self) -> None:
        self.code = Hidden(self.code)


@object_type(PART)
class OrderLookupPayload(Payload):
    """Result of `orderLookup`."""

    order: Order | None = described("The order, all of it; null after an error.", default=None)


@strawberry.type
class OrderLookupMutation:
    @costs(weight=SENDING)
    @mutation(PUBLIC)
    async def order_lookup_request(self, info: Info, input: OrderLookupRequestInput) -> CodePayload:
        """Asks for a code to see an order with, without an account.

        The code goes out only if the order was placed with this address or phone; the answer is the same in any case. The
        limits are those of `codeSend`. Codes: INVALID, LIMIT_EXCEEDED.
        """
        contact = contact_from(input.to, input.country, "input", "to")
        async with info.context.transaction() as session:
            sent = await actions.ask_to_see(session, info.context, input.number, contact)
        return CodePayload.of(sent)

    @costs(weight=LOOKING)
    @mutation(PUBLIC, takes_key=False)
    async def order_lookup(self, info: Info, input: OrderLookupInput) -> OrderLookupPayload:
        """Shows an order once, to who has the code. An idempotency key has no effect here. Codes: CREDENTIAL_REJECTED."""
        found = await actions.look_up(info.context, ids.decode("challenge", input.challenge_id), input.code)
        return OrderLookupPayload(order=order_of(found, is_own=True))
