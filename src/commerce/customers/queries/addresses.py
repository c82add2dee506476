"""Address books."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlmodel import col

from commerce.customers.models import CustomerAddress
from commerce.customers.values import AddressInfo
from commerce.directory.values import Address
from commerce.kit.db import Reads, Row, Session, among, grouped, keyed
from commerce.kit.sealing import Vault

_columns = (
    col(CustomerAddress.id),
    col(CustomerAddress.customer_id),
    col(CustomerAddress.content),
    col(CustomerAddress.is_default_shipping),
    col(CustomerAddress.is_default_billing),
)
_by_key = select(*_columns).where(among(CustomerAddress.id))
_of_each = (
    select(col(CustomerAddress.customer_id), *_columns)
    .where(among(CustomerAddress.customer_id))
    .order_by(
        col(CustomerAddress.is_default_shipping).desc(),
        col(CustomerAddress.is_default_billing).desc(),
        col(CustomerAddress.created_at).desc(),
        col(CustomerAddress.id).desc(),
    )
)
_count = select(func.count()).where(col(CustomerAddress.customer_id) == bindparam("customer"))


def _info(vault: Vault, row: Row) -> AddressInfo:
    key, customer, content, is_shipping, is_billing = row
    address = Address.read(vault.open_document("address", content))
    assert address is not None
    return AddressInfo(key, customer, address, is_shipping, is_billing)


async def addresses_of(reads: Reads, customers: Sequence[UUID]) -> list[list[AddressInfo]]:
    """The address book of each customer, the defaults first, then the newest."""
    rows = grouped(await reads.rows(_of_each, keys=list(customers)), customers)
    return [[_info(reads.vault, row[1:]) for row in each] for each in rows]


async def addresses_by_key(reads: Reads, keys: Sequence[UUID]) -> list[AddressInfo | None]:
    """Entries of these keys, in their order."""
    found = keyed(await reads.rows(_by_key, keys=list(keys)))
    return [_info(reads.vault, found[key]) if key in found else None for key in keys]


async def address_count(session: Session, customer: UUID) -> int:
    """How many addresses a customer keeps, who is held by the caller."""
    count: int = (await session.rows(_count, customer=customer))[0][0]
    return count


async def lock_address(session: Session, customer: UUID, key: UUID) -> CustomerAddress | None:
    """An entry of somebody's own address book, held until the transaction ends."""
    found = await session.get(CustomerAddress, key, with_for_update=True, populate_existing=True)
    return found if found is not None and found.customer_id == customer else None


async def clear_default(session: Session, customer: UUID, kind: str) -> None:
    """Have no address be the default of a kind any more: another one becomes it."""
    flag = col(getattr(CustomerAddress, kind))
    statement = update(CustomerAddress).where(col(CustomerAddress.customer_id) == customer, flag)
    await session.execute(statement.values({kind: False}))


async def move_addresses(session: Session, source: UUID, target: UUID) -> None:
    """Put one address book into another, which keeps its defaults and else takes over those of the first."""
    mine = CustomerAddress.__table__.alias("mine")  # type: ignore[attr-defined]
    changed: dict[str, Any] = {"customer_id": target}
    for name in ("is_default_shipping", "is_default_billing"):
        has_one = select(mine.c.id).where(mine.c.customer_id == target, mine.c[name]).exists()
        changed[name] = col(getattr(CustomerAddress, name)) & ~has_one
    await session.execute(update(CustomerAddress).where(col(CustomerAddress.customer_id) == source).values(changed))
