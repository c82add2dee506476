"""Groups, for those who see to customers."""

from functools import partial
from typing import Any

import strawberry

from commerce.customers import actions, queries
from commerce.customers.actions import READERS
from commerce.customers.graphql.types import CustomerGroup, group_node
from commerce.customers.values import GroupInfo
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.graphql import (
    ID,
    PART,
    Info,
    Payload,
    described,
    in_channels,
    input_type,
    key_from,
    mutation,
    object_type,
    query,
)
from commerce.kit.pagination import After, Before, Connection, First, Last, connection, window


@input_type
class CustomerGroupCreateInput:
    """A new group."""

    code: str = described("Stable code of lower-case letters, digits and dashes, at most 40.")
    name: str = described("Name among the staff, at most 100 characters.")
    is_tax_exempt: bool = described(
        "Whether its members buy without tax, as those do who have shown a certificate.", default=False
    )


@input_type
class CustomerGroupUpdateInput:
    """Changes to a group. What is left out stays."""

    group_id: ID = described("Group.")
    name: str | None = described("Name among the staff, at most 100 characters.", default=None)
    is_tax_exempt: bool | None = described("Whether its members buy without tax from now on.", default=None)


@input_type
class CustomerGroupDeleteInput:
    """Removes a group."""

    group_id: ID = described("Group.")


@input_type
class CustomerGroupMembersAddInput:
    """Puts customers into a group."""

    group_id: ID = described("Group.")
    customer_ids: list[ID] = described("Customers. Those who are in it stay.")


@input_type
class CustomerGroupMembersRemoveInput:
    """Takes customers out of a group."""

    group_id: ID = described("Group.")
    customer_ids: list[ID] = described("Customers. Those who are not in it do not matter.")


@object_type(PART)
class CustomerGroupPayload(Payload):
    """Result of what changes a group."""

    customer_group: CustomerGroup | None = described("The group after the mutation; null after an error.", default=None)


@object_type(PART)
class CustomerGroupDeletePayload(Payload):
    """Result of `customerGroupDelete`."""

    deleted_id: ID | None = described("Id of the group that is gone; null after an error.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        return cls(deleted_id=arguments["input"].group_id)


@strawberry.type
class GroupsQuery:
    @query(in_channels(*READERS))
    async def customer_groups(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[CustomerGroup]:
        """Groups of customers, the oldest first. They are the same in all channels."""
        asked = window("customer_groups", first, after, last, before)
        rows = await queries.groups(info.context, asked)
        page: Connection[CustomerGroup] = connection(
            Connection[CustomerGroup],
            rows,
            asked,
            node=lambda row: group_node(GroupInfo(*row)),
            keys=lambda row: [row[0]],
            counted=partial(queries.group_count, info.context),
        )
        return page


@strawberry.type
class GroupsMutation:
    """Who is in a group buys by its rules in all channels, so it takes the permission in all of them."""

    @mutation(Permission.CUSTOMERS_WRITE)
    async def customer_group_create(self, info: Info, input: CustomerGroupCreateInput) -> CustomerGroupPayload:
        """Makes a group. Codes: INVALID, REQUIRED, TAKEN."""
        async with info.context.transaction() as session:
            key = await actions.create_group(
                session, code=input.code, name=input.name, is_tax_exempt=input.is_tax_exempt
            )
            session.answer = ids.encode("customer_group", key)
        return await _payload(info, session.answer)

    @mutation(Permission.CUSTOMERS_WRITE)
    async def customer_group_update(self, info: Info, input: CustomerGroupUpdateInput) -> CustomerGroupPayload:
        """Changes a group, for all members at their next look at a cart. Codes: INVALID, REQUIRED, NOT_FOUND."""
        key = key_from("customer_group", input.group_id, "input", "groupId")
        async with info.context.transaction(input.group_id) as session:
            await actions.change_group(session, key, name=input.name, is_tax_exempt=input.is_tax_exempt)
        return await _payload(info, input.group_id)

    @mutation(Permission.CUSTOMERS_WRITE)
    async def customer_group_delete(self, info: Info, input: CustomerGroupDeleteInput) -> CustomerGroupDeletePayload:
        """Removes a group; its members stay customers. Codes: NOT_FOUND."""
        key = key_from("customer_group", input.group_id, "input", "groupId")
        async with info.context.transaction(input.group_id) as session:
            await actions.remove_group(session, key)
        return CustomerGroupDeletePayload(deleted_id=input.group_id)

    @mutation(Permission.CUSTOMERS_WRITE)
    async def customer_group_members_add(self, info: Info, input: CustomerGroupMembersAddInput) -> CustomerGroupPayload:
        """Puts customers into a group, all or none; it counts from their next look at a cart on. Codes: NOT_FOUND."""
        key = key_from("customer_group", input.group_id, "input", "groupId")
        customers = [ids.decode("customer", one) for one in input.customer_ids]
        async with info.context.transaction(input.group_id) as session:
            await actions.add_members(session, key, customers)
        return await _payload(info, input.group_id)

    @mutation(Permission.CUSTOMERS_WRITE)
    async def customer_group_members_remove(
        self, info: Info, input: CustomerGroupMembersRemoveInput
    ) -> CustomerGroupPayload:
        """Takes customers out of a group; it counts from their next look at a cart on. Codes: NOT_FOUND."""
        key = key_from("customer_group", input.group_id, "input", "groupId")
        customers = [ids.decode("customer", one) for one in input.customer_ids]
        async with info.context.transaction(input.group_id) as session:
            await actions.remove_members(session, key, customers)
        return await _payload(info, input.group_id)


async def _payload(info: Info, global_id: str) -> CustomerGroupPayload:
    [group] = await queries.groups_by_key(info.context, [key_from("customer_group", global_id)])
    return CustomerGroupPayload(customer_group=group_node(group) if group else None)
