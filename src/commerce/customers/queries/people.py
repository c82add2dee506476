"""Who the customers are, and where they buy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from commerce.accounts import queries as accounts
from commerce.accounts.models import Account, Identity
from commerce.accounts.values import AccountKind
from commerce.customers.models import Consent, Customer, CustomerAddress, Erasure, Export, Membership, Presence
from commerce.customers.values import CustomerInfo, ErasureStatus
from commerce.kit.db import Reads, Row, Session, among, grouped, keyed
from commerce.kit.ids import new_key
from commerce.kit.pagination import Window, paged

_beside = select(col(Customer.id), col(Customer.locale), col(Customer.note), col(Customer.erased_at)).where(
    among(Customer.id)
)
_known = select(true()).where(
    col(Presence.customer_id) == bindparam("customer"), col(Presence.channel_id) == bindparam("channel")
)
_presence = (
    select(col(Presence.customer_id), col(Presence.channel_id))
    .where(among(Presence.customer_id))
    .order_by(col(Presence.since), col(Presence.id))
)
_is_customer = and_(
    col(Account.merged_into_id).is_(None),
    or_(col(Account.kind) == AccountKind.CUSTOMER, exists().where(col(Customer.id) == col(Account.id))),
)
_is_present = exists().where(col(Presence.customer_id) == col(Account.id), among(Presence.channel_id, "channels"))
_is_member = exists().where(
    col(Membership.customer_id) == col(Account.id), col(Membership.group_id) == bindparam("group")
)
_is_called = exists().where(
    col(Identity.account_id) == col(Account.id),
    col(Identity.provider) == bindparam("provider"),
    among(Identity.subject_index, "indexes"),
)
_is_erased = exists().where(col(Customer.id) == col(Account.id), col(Customer.erased_at).is_not(None))
_visible = select(col(Account.id)).where(among(Account.id), _is_customer)
_visible_here = _visible.where(_is_present)
_is_there = select(true()).where(
    col(Account.id) == bindparam("key"), col(Account.merged_into_id).is_(None), ~_is_erased
)
_account = select(true()).where(col(Account.id) == bindparam("key")).with_for_update(read=True, key_share=True)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which customers a list is of; None where it does not matter."""

    channels: Sequence[UUID] | None = None
    group: UUID | None = None
    provider: str | None = None
    subject: str | None = field(default=None, repr=False)

    @property
    def shape(self) -> tuple[bool, bool, bool]:
        return (self.channels is not None, self.group is not None, self.provider is not None)

    def params(self, reads: Reads) -> dict[str, Any]:
        """What the statement of this shape is bound with."""
        bound: dict[str, Any] = {}
        if self.channels is not None:
            bound["channels"] = list(self.channels)
        if self.group is not None:
            bound["group"] = self.group
        if self.provider is not None:
            bound |= {"provider": self.provider, "indexes": reads.vault.indexes(self.provider, self.subject or "")}
        return bound


def _sought(shape: tuple[bool, bool, bool]) -> list[ColumnElement[bool]]:
    parts = zip(shape, (_is_present, _is_member, _is_called), strict=True)
    return [_is_customer, ~_is_erased, *(part for is_asked, part in parts if is_asked)]


@cache
def _page(shape: tuple[bool, bool, bool], order: str, forward: bool, from_key: bool) -> Select[Any]:  # noqa: ARG001
    statement = cast("Select[Any]", select(col(Account.id)).where(*_sought(shape)))
    return paged(statement, [(cast("ColumnElement[Any]", col(Account.id)), True)], forward=forward, from_key=from_key)


@cache
def _count(shape: tuple[bool, bool, bool]) -> Select[Any]:
    return cast("Select[Any]", select(func.count()).select_from(Account).where(*_sought(shape)))


async def page_of_customers(reads: Reads, sought: Sought, asked: Window) -> Sequence[Row]:
    """The keys of one page of customers, the newest first."""
    return await reads.rows(_page(sought.shape, *asked.shape), **sought.params(reads), **asked.params)


async def customer_count(reads: Reads, sought: Sought) -> int:
    count: int = (await reads.rows(_count(sought.shape), **sought.params(reads)))[0][0]
    return count


async def customers(reads: Reads, keys: Sequence[UUID]) -> list[CustomerInfo]:
    """Customers of keys that are known to be some, in their order."""
    return [one for one in await customers_by_key(reads, keys) if one is not None]


async def customers_by_key(reads: Reads, keys: Sequence[UUID]) -> list[CustomerInfo | None]:
    """Whoever has an account of these keys, in their order."""
    profiles = await accounts.profiles(reads, keys)
    beside = keyed(await reads.rows(_beside, keys=list(keys)))
    found: list[CustomerInfo | None] = []
    for profile in profiles:
        if profile is None:
            found.append(None)
            continue
        _, locale, note, erased_at = beside.get(profile.key, (None, None, None, None))
        opened = reads.vault.open_any("note", note)
        found.append(CustomerInfo(profile.key, profile, locale, opened, erased_at))
    return found


async def customers_visible(reads: Reads, keys: Collection[UUID], channels: Sequence[UUID] | None) -> set[UUID]:
    """Those of the keys that are customers, in any of these channels or, for None, anywhere."""
    if channels is None:
        rows = await reads.rows(_visible, keys=list(keys))
    else:
        rows = await reads.rows(_visible_here, keys=list(keys), channels=list(channels))
    return {row[0] for row in rows}


async def presence_of(reads: Reads, keys: Sequence[UUID]) -> list[list[UUID]]:
    """For each customer the channels in which they are known, the first one first."""
    return [[row[1] for row in rows] for rows in grouped(await reads.rows(_presence, keys=list(keys)), keys)]


async def lock_customer(session: Session, key: UUID) -> Customer:
    """The customer of an account, made if need be, and held until the transaction ends. Others may refer to it meanwhile.

    The account comes first, here as wherever both are held.
    """
    found = await _locked(session, key)
    if found is None:
        await _ensure(session, key)
        found = await _locked(session, key)
    assert found is not None
    return found


async def is_there(reads: Reads, key: UUID) -> bool:
    """Whether an account is still somebody's: neither forgotten nor part of another one."""
    return bool(await reads.rows(_is_there, key=key))


async def _locked(session: Session, key: UUID) -> Customer | None:
    statement = select(Customer).where(col(Customer.id) == key).with_for_update(key_share=True)
    found: Customer | None = (
        await session.execute(statement.execution_options(populate_existing=True))
    ).scalar_one_or_none()
    return found


async def _ensure(session: Session, key: UUID) -> None:
    await session.rows(_account, key=key)
    await session.execute(insert(Customer).values(id=key, created_at=session.now()).on_conflict_do_nothing())


async def is_present(reads: Reads, person: UUID, channel: UUID) -> bool:
    """Whether a customer is known in a channel."""
    return bool(await reads.rows(_known, customer=person, channel=channel))


async def present(session: Session, person: UUID, channel: UUID) -> None:
    """Have a customer known in a channel from now on."""
    await _ensure(session, person)
    row = {"id": new_key(), "customer_id": person, "channel_id": channel, "since": session.now()}
    await session.execute(insert(Presence).values(**row).on_conflict_do_nothing())


async def move_presence(session: Session, source: UUID, target: UUID) -> None:
    """Have one customer known wherever another one is."""
    known = select(col(Presence.channel_id)).where(col(Presence.customer_id) == target)
    statement = update(Presence).where(col(Presence.customer_id) == source, col(Presence.channel_id).not_in(known))
    await session.execute(statement.values(customer_id=target))
    await session.execute(delete(Presence).where(col(Presence.customer_id) == source))


async def move_requests(session: Session, source: UUID, target: UUID) -> None:
    """Have one customer keep another one's archives. Who becomes one with them does not want to be forgotten any more."""
    await session.execute(update(Export).where(col(Export.customer_id) == source).values(customer_id=target))
    asked = update(Erasure).where(col(Erasure.customer_id) == source, col(Erasure.state) == ErasureStatus.REQUESTED)
    await session.execute(asked.values(state=ErasureStatus.CANCELED, done_at=session.now()))


async def forget_all(session: Session, person: UUID) -> None:
    """Remove whatever belongs to a customer, but for the customer."""
    for model in (CustomerAddress, Membership, Consent, Presence, Export):
        await session.execute(delete(model).where(col(model.customer_id) == person))
