"""Address books."""

from typing import Any
from uuid import UUID

from commerce.customers import queries, rules
from commerce.customers.actions.people import held
from commerce.customers.models import CustomerAddress
from commerce.directory.values import Address
from commerce.kit.db import Session
from commerce.kit.errors import NotFound

SHIPPING = "is_default_shipping"
BILLING = "is_default_billing"


async def add_address(session: Session, person: UUID, address: Address, *, shipping: bool, billing: bool) -> UUID:
    """Put an address into somebody's book. The first one becomes the default for everything."""
    await held(session, person)
    count = await queries.address_count(session, person)
    rules.check_room(count)
    shipping, billing = shipping or not count, billing or not count
    await _make_way(session, person, shipping=shipping, billing=billing)
    entry = CustomerAddress(
        customer_id=person,
        **_kept(session, address),
        is_default_shipping=shipping,
        is_default_billing=billing,
        created_at=session.now(),
    )
    session.add(entry)
    return entry.id


async def change_address(
    session: Session,
    person: UUID,
    key: UUID,
    address: Address | None,
    *,
    shipping: bool | None = None,
    billing: bool | None = None,
) -> None:
    """Change an entry: the address as a whole, and whether it is a default."""
    entry = await _own(session, person, key)
    if address is not None:
        for name, value in _kept(session, address).items():
            setattr(entry, name, value)
    await _make_way(session, person, shipping=bool(shipping), billing=bool(billing))
    if shipping is not None:
        entry.is_default_shipping = shipping
    if billing is not None:
        entry.is_default_billing = billing


async def remove_address(session: Session, person: UUID, key: UUID) -> None:
    """Take an address out of the book. What was ordered to it stays as it is."""
    await session.delete(await _own(session, person, key))


async def _own(session: Session, person: UUID, key: UUID) -> CustomerAddress:
    await held(session, person)
    entry = await queries.lock_address(session, person, key)
    if entry is None:
        raise NotFound("input", "addressId")
    return entry


async def _make_way(session: Session, person: UUID, *, shipping: bool, billing: bool) -> None:
    """Another address becomes a default: the one until now is none any more."""
    if shipping:
        await queries.clear_default(session, person, SHIPPING)
    if billing:
        await queries.clear_default(session, person, BILLING)


def _kept(session: Session, address: Address) -> dict[str, Any]:
    content = session.vault.seal_document("address", address.document())
    return {"content": content, "country": address.country}
