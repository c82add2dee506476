"""Customers, for those who see to them."""

from functools import partial
from typing import Annotated

import strawberry

from commerce.channels import queries as channels
from commerce.channels.values import Selling
from commerce.customers import actions, queries, rules
from commerce.customers.actions import READERS
from commerce.customers.graphql.types import (
    Customer,
    CustomerPayload,
    customer_node,
    customer_payload,
    customers_for,
)
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.graphql import ID, Info, argument, described, in_channels, input_type, key_from, mutation, query
from commerce.kit.pagination import After, Before, Connection, First, Last, Window, connection, window

Query = Annotated[
    str | None,
    argument("A whole e-mail address, or a phone in any spelling. Names are kept sealed, and cannot be looked for."),
]


@input_type
class CustomerNoteSetInput:
    """What the staff should know of a customer."""

    customer_id: ID = described("Customer.")
    note: str | None = described("The note, at most 2000 characters; null for none.", default=None)


@input_type
class CustomerDeactivateInput:
    """Keeps a customer out."""

    customer_id: ID = described("Customer.")


@input_type
class CustomerActivateInput:
    """Lets a customer in again."""

    customer_id: ID = described("Customer.")


@strawberry.type
class StaffCustomersQuery:
    @query(in_channels(*READERS))
    async def customers(
        self,
        info: Info,
        query: Query = None,
        group_id: Annotated[ID | None, argument("Only members of this group.")] = None,
        channel: Annotated[str | None, argument("Only those known in the channel of this code.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Customer]:
        """Customers, the newest first: all of them, or those known in the channels that the caller sees to."""
        asked = window("customers", first, after, last, before)
        sought = await _sought(info, query, group_id, channel)
        return await _page(info, asked, sought)

    @query(in_channels(*READERS))
    async def customer(self, info: Info, id: Annotated[ID, argument("Global id.")]) -> Customer | None:
        """A customer by id; null for one that the caller does not see to."""
        key = ids.decode("customer", id)
        return (await customers_for([key], info))[0]


NOBODY = queries.Sought(channels=())


async def _sought(info: Info, query: str | None, group_id: str | None, channel: str | None) -> queries.Sought:
    """What a list is bounded by. What does not exist has nobody in it."""
    within = info.context.actor.channels(READERS)
    if channel is not None:
        named = [market.key for market in await channels.markets(info.context) if market.code == channel]
        within = [key for key in named if within is None or key in within]
    group = ids.decode("customer_group", group_id) if group_id is not None else None
    contact = rules.contact_of(query, _countries(info)) if query is not None else None
    if (group_id is not None and group is None) or (query is not None and contact is None):
        return NOBODY
    provider, subject = contact or (None, None)
    return queries.Sought(within, group, provider, subject)


def _countries(info: Info) -> list[str]:
    """Where a phone may be from whose country is not said: that of the context, then those of its channel."""
    if not info.context.holds(Selling):
        return []
    selling: Selling = info.context[Selling]
    return list(dict.fromkeys([selling.country, *selling.market.countries]))[:10]


async def _page(info: Info, asked: Window, sought: queries.Sought) -> Connection[Customer]:
    rows = await queries.page_of_customers(info.context, sought, asked)
    known = {one.key: one for one in await queries.customers(info.context, [row[0] for row in rows])}
    page: Connection[Customer] = connection(
        Connection[Customer],
        rows,
        asked,
        node=lambda row: customer_node(info, known[row[0]]),
        keys=lambda row: [row[0]],
        counted=partial(queries.customer_count, info.context, sought),
    )
    return page


@strawberry.type
class StaffCustomersMutation:
    @mutation(in_channels(Permission.CUSTOMERS_WRITE))
    async def customer_note_set(self, info: Info, input: CustomerNoteSetInput) -> CustomerPayload:
        """Keeps a note on a customer, which they do not see themselves. Codes: INVALID, NOT_FOUND, STATE_NOT_ALLOWED."""
        key = key_from("customer", input.customer_id, "input", "customerId")
        async with info.context.transaction(input.customer_id) as session:
            await actions.set_note(session, info.context.actor, key, input.note)
        return await customer_payload(info, key)

    @mutation(in_channels(Permission.CUSTOMERS_WRITE))
    async def customer_deactivate(self, info: Info, input: CustomerDeactivateInput) -> CustomerPayload:
        """Keeps a customer out and ends all their sessions at once. Codes: NOT_FOUND, STATE_NOT_ALLOWED."""
        key = key_from("customer", input.customer_id, "input", "customerId")
        async with info.context.transaction(input.customer_id) as session:
            await actions.deactivate(session, info.context.actor, key)
        return await customer_payload(info, key)

    @mutation(in_channels(Permission.CUSTOMERS_WRITE))
    async def customer_activate(self, info: Info, input: CustomerActivateInput) -> CustomerPayload:
        """Lets a customer in again. Codes: NOT_FOUND, STATE_NOT_ALLOWED."""
        key = key_from("customer", input.customer_id, "input", "customerId")
        async with info.context.transaction(input.customer_id) as session:
            await actions.activate(session, info.context.actor, key)
        return await customer_payload(info, key)
