"""Customers and what belongs to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from commerce.accounts.graphql import Viewer
from commerce.channels import queries as channels
from commerce.channels.graphql import Channel, channel_of
from commerce.customers import actions, queries
from commerce.customers.actions import READERS
from commerce.customers.graphql.privacy import Erasure, PersonalDataExport, export_node, fetchable, is_own
from commerce.customers.values import (
    AddressInfo,
    ConsentInfo,
    ConsentPurpose,
    CustomerInfo,
    GroupInfo,
)
from commerce.directory import addresses
from commerce.directory.graphql import Address
from commerce.kit import masking
from commerce.kit.graphql import (
    OWNER,
    PART,
    Info,
    Node,
    Payload,
    batched,
    derived,
    described,
    described_enum,
    extend,
    in_channels,
    node_loader,
    object_type,
)
from commerce.kit.scalars import Locale

described_enum(
    {
        ConsentPurpose.MARKETING_EMAIL: "To be written to about offers, by e-mail.",
        ConsentPurpose.MARKETING_PHONE: "To be written to about offers, by text message.",
        ConsentPurpose.PERSONALIZATION: "To be shown what fits what they looked at and bought.",
        ConsentPurpose.ANALYTICS: "To be counted in statistics that know single persons.",
        ConsentPurpose.SENSITIVE_DATA: "To have sensitive data kept, such as that of an identity card.",
        ConsentPurpose.CROSS_BORDER_TRANSFER: "To have data sent to another country.",
        ConsentPurpose.THIRD_PARTIES: "To have data given to others.",
    }
)(ConsentPurpose)


@object_type(OWNER)
class CustomerAddress(Node):
    """An entry of an address book. Orders keep copies, which do not change with it."""

    prefix: ClassVar[str] = "customer_address"
    entry: strawberry.Private[AddressInfo]
    is_own: strawberry.Private[bool]

    @derived
    def address(self) -> Address:
        """The address. Others than the customer see where it is, down to the district."""
        address = self.entry.address
        return Address(value=address if self.is_own else addresses.masked(address))

    @derived
    def is_default_shipping(self) -> bool:
        """Whether parcels go there unless another one is chosen."""
        return self.entry.is_default_shipping

    @derived
    def is_default_billing(self) -> bool:
        """Whether invoices go there unless another one is chosen."""
        return self.entry.is_default_billing


@object_type(in_channels(*READERS))
class CustomerGroup(Node):
    """A group of customers that are dealt with alike."""

    prefix: ClassVar[str] = "customer_group"
    group: strawberry.Private[GroupInfo]

    @derived
    def code(self) -> str:
        """Stable code."""
        return self.group.code

    @derived
    def name(self) -> str:
        """Name among the staff."""
        return self.group.name

    @derived
    def is_tax_exempt(self) -> bool:
        """Whether its members buy without tax."""
        return self.group.is_tax_exempt

    @derived
    def created_at(self) -> datetime:
        """When it was made."""
        return self.group.created_at


def group_node(group: GroupInfo) -> CustomerGroup:
    return CustomerGroup(key=group.key, group=group)


@object_type(PART)
class Consent:
    """Something that a customer allowed, and perhaps not any more."""

    consent: strawberry.Private[ConsentInfo]

    @derived
    def purpose(self) -> ConsentPurpose:
        """What for."""
        return self.consent.purpose

    @derived
    def policy_version(self) -> str:
        """Version of the policy that they were shown."""
        return self.consent.policy_version

    @derived
    def granted_at(self) -> datetime:
        """When they allowed it."""
        return self.consent.granted_at

    @derived
    def withdrawn_at(self) -> datetime | None:
        """Since when they do not; null while they do."""
        return self.consent.withdrawn_at

    @derived
    def client(self) -> str | None:
        """The client by which it came, as its header `X-Client` named it; null when it said nothing."""
        return self.consent.proof.get("client") or None


@object_type(OWNER)
class Customer(Node):
    """Somebody who has an account. Others than the customer see personal data masked, such as `a***@example.com`."""

    prefix: ClassVar[str] = "customer"
    known: strawberry.Private[CustomerInfo]
    is_own: strawberry.Private[bool]

    @derived
    def name(self) -> str | None:
        """Name to show; null until one is given."""
        return masking.shown(self.known.profile.name, masking.name, in_clear=self.is_own)

    @derived
    def email(self) -> str | None:
        """E-mail address that was proven; null without one. Of several the one that came first."""
        return masking.shown(self.known.profile.email, masking.email, in_clear=self.is_own)

    @derived
    def phone(self) -> str | None:
        """Phone in E.164 form that was proven; null without one."""
        return masking.shown(self.known.profile.phone, masking.phone, in_clear=self.is_own)

    @derived
    def locale(self) -> Locale | None:
        """Language to write to them in; null for that of the last request."""
        return Locale(self.known.locale) if self.known.locale else None

    @derived
    def is_active(self) -> bool:
        """Whether they can sign in."""
        return self.known.profile.is_active

    @derived
    def created_at(self) -> datetime:
        """Since when they have an account."""
        return self.known.profile.created_at

    @derived
    def erased_at(self) -> datetime | None:
        """When all that is personal was erased; null unless it was."""
        return self.known.erased_at

    @derived
    def note(self, info: Info) -> str | None:
        """What the staff should know. Null without a note, and to everyone but the staff."""
        return self.known.note if info.context.actor.may_somewhere(READERS) else None

    @batched
    async def addresses(customers: list["Customer"], info: Info) -> list[list[CustomerAddress]]:
        """Address book: the defaults first, then the newest; at most 50."""
        found = await queries.addresses_of(info.context, [one.key for one in customers])
        return [
            [address_node(entry, is_own=customer.is_own) for entry in entries]
            for customer, entries in zip(customers, found, strict=True)
        ]

    @batched
    async def consents(customers: list["Customer"], info: Info) -> list[list[Consent]]:
        """What they allow, and what they allowed last and not any more: at most 100, in the order of time.

        What counts is not withdrawn. The archive of `personalDataExport` has all of it.
        """
        found = await queries.shown_consents_of(info.context, [one.key for one in customers])
        return [[Consent(consent=consent) for consent in ledger] for ledger in found]

    @batched
    async def groups(customers: list["Customer"], info: Info) -> list[list[CustomerGroup]]:
        """Groups by name. Empty to everyone but the staff."""
        if not info.context.actor.may_somewhere(READERS):
            return [[] for _ in customers]
        found = await queries.groups_of_each(info.context, [one.key for one in customers])
        return [[group_node(group) for group in groups] for groups in found]

    @batched
    async def exports(customers: list["Customer"], info: Info) -> list[list[PersonalDataExport]]:
        """Archives of personal data, the newest first: their own, or those that the caller has asked for."""
        found = await queries.exports_of(info.context, [one.key for one in customers])
        open_ = await fetchable(info, [one for each in found for one in each])
        return [[export_node(one) for one in each if one.key in open_] for each in found]

    @batched
    async def erasure(customers: list["Customer"], info: Info) -> list[Erasure | None]:
        """The last request to be forgotten; null without one."""
        found = await queries.erasures_of(info.context, [one.key for one in customers])
        return [Erasure(erasure=one) if one else None for one in found]

    @batched
    async def channels(customers: list["Customer"], info: Info) -> list[list[Channel]]:
        """Channels in which they signed in or bought, the first one first; of those that the caller sees to."""
        found = await queries.presence_of(info.context, [one.key for one in customers])
        within = info.context.actor.channels(READERS)
        keys = list({key for known in found for key in known if within is None or key in within})
        markets = dict(zip(keys, await channels.markets_by_key(info.context, keys), strict=True))
        return [[channel_of(market) for key in known if (market := markets.get(key))] for known in found]


def address_node(entry: AddressInfo, *, is_own: bool) -> CustomerAddress:
    return CustomerAddress(key=entry.key, entry=entry, is_own=is_own)


def customer_node(info: Info, known: CustomerInfo) -> Customer:
    return Customer(key=known.key, known=known, is_own=is_own(info, known.key))


async def customers_for(keys: Sequence[UUID | None], info: Info) -> list[Customer | None]:
    """Customers of these keys in their order; None for those that the caller may not see."""
    wanted = list({key for key in keys if key is not None})
    seen = sorted(await actions.seen(info.context, info.context.actor, wanted)) if wanted else []
    found = {one.key: customer_node(info, one) for one in await queries.customers(info.context, seen)} if seen else {}
    return [found.get(key) if key else None for key in keys]


@node_loader("customer")
async def _customers(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    return await customers_for(keys, info)


@node_loader("customer_address")
async def _addresses(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    found = await queries.addresses_by_key(info.context, keys)
    owners = list({one.customer for one in found if one})
    seen = await actions.seen(info.context, info.context.actor, owners) if owners else set()
    return [
        address_node(one, is_own=is_own(info, one.customer)) if one and one.customer in seen else None for one in found
    ]


@node_loader("customer_group")
async def _groups(keys: Sequence[UUID], info: Info) -> Sequence[Node | None]:
    if not info.context.actor.may_somewhere(READERS):
        return [None for _ in keys]
    return [group_node(one) if one else None for one in await queries.groups_by_key(info.context, keys)]


@object_type(PART)
class CustomerPayload(Payload):
    """Result of what changes a customer."""

    customer: Customer | None = described("The customer after the mutation; null after an error.", default=None)


async def customer_payload(info: Info, key: UUID) -> CustomerPayload:
    [customer] = await customers_for([key], info)
    return CustomerPayload(customer=customer)


@extend(Viewer)
@batched
async def customer(viewers: list[Viewer], info: Info) -> list[Customer | None]:
    """The viewer as a customer, with address book and consents. Staff are customers too, if they like."""
    return await customers_for([viewer.profile.key for viewer in viewers], info)
