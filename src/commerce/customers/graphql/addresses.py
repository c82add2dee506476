"""The address book, for its owner."""

from typing import Any

import strawberry

from commerce.customers import actions, queries
from commerce.customers.graphql.own import person_of
from commerce.customers.graphql.privacy import is_own
from commerce.customers.graphql.types import CustomerAddress, address_node
from commerce.directory.graphql import AddressInput, address_from
from commerce.kit import ids
from commerce.kit.graphql import ID, PART, PERSON, Info, Payload, described, input_type, key_from, mutation, object_type


@input_type
class CustomerAddressCreateInput:
    """A new address for the viewer's book."""

    address: AddressInput = described("The address.")
    is_default_shipping: bool = described(
        "Whether parcels go there from now on. The first address is the default for everything.", default=False
    )
    is_default_billing: bool = described("Whether invoices go there from now on.", default=False)


@input_type
class CustomerAddressUpdateInput:
    """Changes to an address of the viewer's book. What is left out stays."""

    address_id: ID = described("Entry of the book.")
    address: AddressInput | None = described("The address, as a whole.", default=None)
    is_default_shipping: bool | None = described("Whether parcels go there from now on.", default=None)
    is_default_billing: bool | None = described("Whether invoices go there from now on.", default=None)


@input_type
class CustomerAddressDeleteInput:
    """Takes an address out of the viewer's book."""

    address_id: ID = described("Entry of the book.")


@object_type(PART)
class CustomerAddressPayload(Payload):
    """Result of what changes the address book."""

    customer_address: CustomerAddress | None = described(
        "The entry after the mutation; null after an error.", default=None
    )


@object_type(PART)
class CustomerAddressDeletePayload(Payload):
    """Result of `customerAddressDelete`."""

    deleted_id: ID | None = described("Id of the entry that is gone; null after an error.", default=None)

    @classmethod
    async def replayed(cls, answer: str | None, info: Info, **arguments: Any) -> Any:  # noqa: ARG003
        return cls(deleted_id=arguments["input"].address_id)


@strawberry.type
class AddressesMutation:
    @mutation(PERSON)
    async def customer_address_create(self, info: Info, input: CustomerAddressCreateInput) -> CustomerAddressPayload:
        """Puts an address into the viewer's book, of at most 50. It is checked by the rules of its country.

        Codes: INVALID, REQUIRED, LIMIT_EXCEEDED.
        """
        address = address_from(input.address, "input", "address")
        async with info.context.transaction() as session:
            key = await actions.add_address(
                session,
                person_of(info),
                address,
                shipping=input.is_default_shipping,
                billing=input.is_default_billing,
            )
            session.answer = ids.encode("customer_address", key)
        return await _payload(info, session.answer)

    @mutation(PERSON)
    async def customer_address_update(self, info: Info, input: CustomerAddressUpdateInput) -> CustomerAddressPayload:
        """Changes an address of the viewer's book. Orders that were placed stay as they are.

        Codes: INVALID, REQUIRED, NOT_FOUND.
        """
        key = key_from("customer_address", input.address_id, "input", "addressId")
        address = address_from(input.address, "input", "address") if input.address else None
        async with info.context.transaction(input.address_id) as session:
            await actions.change_address(
                session,
                person_of(info),
                key,
                address,
                shipping=input.is_default_shipping,
                billing=input.is_default_billing,
            )
        return await _payload(info, input.address_id)

    @mutation(PERSON)
    async def customer_address_delete(
        self, info: Info, input: CustomerAddressDeleteInput
    ) -> CustomerAddressDeletePayload:
        """Takes an address out of the viewer's book. Orders that were placed stay as they are. Codes: NOT_FOUND."""
        key = key_from("customer_address", input.address_id, "input", "addressId")
        async with info.context.transaction(input.address_id) as session:
            await actions.remove_address(session, person_of(info), key)
        return CustomerAddressDeletePayload(deleted_id=input.address_id)


async def _payload(info: Info, global_id: str) -> CustomerAddressPayload:
    key = key_from("customer_address", global_id)
    [entry] = await queries.addresses_by_key(info.context, [key])
    node = address_node(entry, is_own=is_own(info, entry.customer)) if entry else None
    return CustomerAddressPayload(customer_address=node)
