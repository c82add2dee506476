"""Every statement about orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Integer,
    LargeBinary,
    Uuid,
    bindparam,
    cast,
    column,
    exists,
    func,
    select,
    true,
    update,
    values,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from commerce.accounts.models import Account
from commerce.accounts.values import EMAIL, PHONE
from commerce.kit.bulk import each, insert_each
from commerce.kit.db import Database, Reads, Row, Session, among, grouped, keyed
from commerce.kit.hub import versions_of
from commerce.kit.ids import new_key
from commerce.kit.pagination import Window, paged
from commerce.kit.sealing import Vault
from commerce.orders.models import Order, OrderEvent, OrderLine
from commerce.orders.values import (
    FOLLOWED,
    Happening,
    OrderInfo,
    OrderLineInfo,
    OrderPaymentStatus,
    OrderStatus,
    Sought,
)

_columns = (
    col(Order.id),
    col(Order.number),
    col(Order.channel_id),
    col(Order.customer_id),
    col(Order.status),
    col(Order.payment_status),
    col(Order.email),
    col(Order.phone),
    col(Order.locale),
    col(Order.country),
    col(Order.currency),
    col(Order.subtotal),
    col(Order.discount),
    col(Order.shipping),
    col(Order.tax),
    col(Order.total),
    col(Order.includes_tax),
    col(Order.shipping_address),
    col(Order.billing_address),
    col(Order.shipping_name),
    col(Order.note),
    col(Order.cancel_reason),
    col(Order.placed_at),
    col(Order.expires_at),
    col(Order.version),
)
_versions = select(col(Order.id), col(Order.version)).where(among(Order.id))
_orders = select(*_columns).where(among(Order.id))
_lines = (
    select(
        col(OrderLine.order_id),
        col(OrderLine.id),
        col(OrderLine.variant_id),
        col(OrderLine.title),
        col(OrderLine.variant_title),
        col(OrderLine.sku),
        col(OrderLine.quantity),
        col(OrderLine.fulfilled),
        col(OrderLine.unit),
        col(OrderLine.subtotal),
        col(OrderLine.discount),
        col(OrderLine.total),
        col(OrderLine.tax),
        col(OrderLine.ppm),
        col(OrderLine.properties),
        col(Order.currency),
        col(Order.includes_tax),
    )
    .join(Order, col(Order.id) == col(OrderLine.order_id))
    .where(among(OrderLine.order_id))
    .order_by(col(OrderLine.position))
)
_orders_of = (
    select(*_columns)
    .where(col(Order.customer_id) == bindparam("person"))
    .order_by(col(Order.placed_at).desc(), col(Order.id).desc())
)
_is_unfinished = (col(Order.status) == OrderStatus.PENDING) | (col(Order.status) == OrderStatus.PROCESSING)
_unfinished = select(true()).where(col(Order.customer_id) == bindparam("person"), _is_unfinished).limit(1)
_INDEXES: dict[str, Any] = {EMAIL: Order.email_index, PHONE: Order.phone_index}
_unfinished_with = {
    provider: select(true()).where(col(Order.customer_id).is_(None), among(index, "indexes"), _is_unfinished).limit(1)
    for provider, index in _INDEXES.items()
}
_of_contact = {
    provider: select(col(Order.id)).where(col(Order.number) == bindparam("number"), among(index, "indexes"))
    for provider, index in _INDEXES.items()
}
_insert_lines = insert_each(
    OrderLine,
    *("id", "order_id", "vendor_id", "variant_id", "product_id", "position", "title", "variant_title", "sku"),
    *("quantity", "unit", "subtotal", "discount", "total", "tax", "ppm", "properties"),
)
_events = (
    select(
        col(OrderEvent.order_id),
        col(OrderEvent.id),
        col(OrderEvent.kind),
        col(OrderEvent.facts),
        col(OrderEvent.actor),
        col(OrderEvent.is_public),
        col(OrderEvent.at),
    )
    .where(among(OrderEvent.order_id), col(OrderEvent.is_public) | bindparam("sees_all", type_=Boolean))
    .order_by(col(OrderEvent.at).desc(), col(OrderEvent.id).desc())
)
LATEST: Any = ((col(Order.placed_at), True), (col(Order.id), True))
_count = select(func.count()).select_from(Order)
_waiting = (
    select(col(Order.id))
    .where(col(Order.status) == OrderStatus.PENDING, col(Order.expires_at) <= bindparam("now"))
    .order_by(col(Order.expires_at))
    .limit(100)
)


def owned_by(order_key: Any) -> ColumnElement[bool]:
    """Whether the order of a row is that of the bound `person`."""
    return exists().where(col(Order.id) == col(order_key), col(Order.customer_id) == bindparam("person"))


@versions_of(FOLLOWED)
async def versions(reads: Database, keys: Sequence[UUID]) -> dict[UUID, int]:
    """The present versions of orders, of those that there are."""
    return {row[0]: row[1] for row in await reads.rows(_versions, keys=list(keys))}


async def orders_of(reads: Reads, person: UUID) -> list[OrderInfo]:
    """All orders of a person, latest first."""
    return [OrderInfo(*row) for row in await reads.rows(_orders_of, person=person)]


async def has_unfinished(reads: Reads, person: UUID) -> bool:
    """Whether somebody has orders that wait for money or goods."""
    return bool(await reads.rows(_unfinished, person=person))


async def is_unfinished_with(reads: Reads, provider: str, contact: str) -> bool:
    """Whether a guest waits for money or goods who gave this address or phone."""
    indexes = reads.vault.indexes(provider, contact)
    return bool(await reads.rows(_unfinished_with[provider], indexes=indexes))


async def key_of(reads: Reads, number: str, provider: str, contact: str) -> UUID | None:
    """The order of a number that was placed with this address or phone."""
    rows = await reads.rows(_of_contact[provider], number=number, indexes=reads.vault.indexes(provider, contact))
    return rows[0][0] if rows else None


async def claim(session: Session, person: UUID, provider: str, indexes: Sequence[bytes]) -> list[UUID]:
    """Give a person all orders without an owner that were placed with a contact; the channels of those with money paid."""
    statement = (
        update(Order)
        .where(col(Order.customer_id).is_(None), col(_INDEXES[provider]).in_(indexes))
        .values(customer_id=person, version=col(Order.version) + 1)
        .returning(col(Order.channel_id), col(Order.payment_status))
        .execution_options(synchronize_session=False)
    )
    rows = await session.rows(statement)
    return sorted({channel for channel, payment_status in rows if payment_status != OrderPaymentStatus.UNPAID})


async def follow_owner(session: Session, key: UUID) -> None:
    """Give an order to the account that has taken the place of its owner's, if one has."""
    heir = (
        select(col(Account.merged_into_id))
        .where(col(Account.id) == col(Order.customer_id), col(Account.merged_into_id).is_not(None))
        .scalar_subquery()
    )
    statement = update(Order).where(col(Order.id) == key, heir.is_not(None)).values(customer_id=heir)
    await session.execute(statement.execution_options(synchronize_session=False))


async def hand_over(session: Session, source: UUID, target: UUID) -> None:
    statement = update(Order).where(col(Order.customer_id) == source).values(customer_id=target)
    await session.execute(statement.execution_options(synchronize_session=False))


async def pseudonymize(session: Session, left: Mapping[UUID, tuple[bytes, bytes | None]]) -> None:
    """Remove whom orders are for, but for what is left of their addresses."""
    rows = [(key, *kept) for key, kept in left.items()]
    kept = values(
        column("id", Uuid), column("shipping", LargeBinary), column("billing", LargeBinary), name="kept"
    ).data(rows)
    nothing = dict.fromkeys(("email", "email_index", "phone", "phone_index", "note"))
    addresses = {"shipping_address": kept.c.shipping, "billing_address": cast(kept.c.billing, LargeBinary)}
    statement = update(Order).where(col(Order.id) == kept.c.id)
    statement = statement.values(**nothing, **addresses, version=col(Order.version) + 1)
    await session.execute(statement.execution_options(synchronize_session=False))
    lines = update(OrderLine).where(col(OrderLine.order_id).in_(list(left))).values(properties={})
    await session.execute(lines.execution_options(synchronize_session=False))


async def orders_by_key(reads: Reads, keys: Sequence[UUID]) -> list[OrderInfo | None]:
    """Orders of these keys, in their order."""
    found = keyed(await reads.rows(_orders, keys=list(keys)))
    return [OrderInfo(*found[key]) if key in found else None for key in keys]


_NARROWED: dict[str, Any] = {
    "number": col(Order.number) == bindparam("number"),
    "emails": among(Order.email_index, "emails"),
    "phones": among(Order.phone_index, "phones"),
    "status": col(Order.status) == bindparam("status"),
    "channels": among(Order.channel_id, "channels"),
    "customer": col(Order.customer_id) == bindparam("customer"),
}


@cache
def _page(shape: tuple[str, bool, bool], by: tuple[str, ...]) -> Any:
    _, forward, from_key = shape
    statement: Any = select(*_columns).where(*(_NARROWED[name] for name in by))
    return paged(statement, LATEST, forward=forward, from_key=from_key)


@cache
def _counting(by: tuple[str, ...]) -> Any:
    return _count.where(*(_NARROWED[name] for name in by))


def _given(vault: Vault, sought: Sought) -> dict[str, Any]:
    """What narrows the orders, as it is bound."""
    emails = vault.indexes("email", sought.email) if sought.email is not None else None
    phones = sought.phones and [index for phone in sought.phones for index in vault.indexes("phone", phone)]
    channels = list(sought.channels) if sought.channels is not None else None
    given = {
        "number": sought.number, "emails": emails, "phones": phones, "status": sought.status,
        "channels": channels, "customer": sought.customer,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


async def orders_page(reads: Reads, asked: Window, sought: Sought) -> Sequence[Row]:
    """A page of orders, latest first."""
    given = _given(reads.vault, sought)
    return await reads.rows(_page(asked.shape, tuple(given)), **given, **asked.params)


PEOPLE: Any = (
    func.unnest(bindparam("people", type_=ARRAY(Uuid))).table_valued(column("key", Uuid)).render_derived("person")
)
"""The people whose orders are asked for."""


def _their(statement: Any, by: tuple[str, ...]) -> Any:
    """Orders of the person at hand."""
    narrowed = statement.where(col(Order.customer_id) == PEOPLE.c.key, *(_NARROWED[name] for name in by))
    return narrowed.correlate(PEOPLE)


@cache
def _page_of_each(shape: tuple[str, bool, bool], by: tuple[str, ...]) -> Any:
    _, forward, from_key = shape
    page = paged(_their(select(*_columns), by), LATEST, forward=forward, from_key=from_key).lateral("page")
    way = [key.desc() if forward else key.asc() for key in (page.c.placed_at, page.c.id)]
    return select(PEOPLE.c.key, *page.c).select_from(PEOPLE.join(page, true())).order_by(*way)


@cache
def _count_of_each(by: tuple[str, ...]) -> Any:
    size = _their(select(func.count().label("size")).select_from(Order), by).lateral("size")
    return select(PEOPLE.c.key, size.c.size).select_from(PEOPLE.join(size, true()))


async def pages_of(reads: Reads, people: Sequence[UUID], asked: Window, sought: Sought) -> list[list[Row]]:
    """A page of the orders of each person, latest first."""
    given, keys = _given(reads.vault, sought), list(dict.fromkeys(people))
    rows = await reads.rows(_page_of_each(asked.shape, tuple(given)), people=keys, **given, **asked.params)
    return [[row[1:] for row in own] for own in grouped(rows, people)]


async def counts_of(reads: Reads, people: Sequence[UUID], sought: Sought) -> dict[UUID, int]:
    """How many orders each person has."""
    given, keys = _given(reads.vault, sought), list(dict.fromkeys(people))
    return {row[0]: row[1] for row in await reads.rows(_count_of_each(tuple(given)), people=keys, **given)}


async def count_orders(reads: Reads, sought: Sought) -> int:
    given = _given(reads.vault, sought)
    return int((await reads.rows(_counting(tuple(given)), **given))[0][0])


async def lines_of(reads: Reads, keys: Sequence[UUID]) -> list[list[OrderLineInfo]]:
    """The lines of several orders, in their order."""
    rows = await reads.rows(_lines, keys=list(keys))
    return [[OrderLineInfo(row[1], row[0], *row[2:]) for row in group] for group in grouped(rows, keys)]


async def timelines_of(reads: Reads, keys: Sequence[UUID], *, sees_all: bool) -> list[list[Row]]:
    """The timelines of several orders, latest first."""
    return grouped(await reads.rows(_events, keys=list(keys), sees_all=sees_all), keys)


async def lock_order(session: Session, key: UUID) -> Order | None:
    """The order, held until the transaction ends."""
    return await session.get(Order, key, with_for_update=True, populate_existing=True)


async def add_event(
    session: Session, order_key: UUID, kind: Happening, actor: str, reference: str, facts: dict[str, Any]
) -> bool:
    """Write an entry of a timeline; False when it stands there already."""
    entry = {"id": new_key(), "order_id": order_key, "kind": kind, "reference": reference, "facts": facts}
    statement = upsert(OrderEvent).values(**entry, actor=actor, is_public=True, at=session.now())
    return bool(await session.rows(statement.on_conflict_do_nothing().returning(col(OrderEvent.id))))


async def take_for_parcel(session: Session, order_key: UUID, quantities: Mapping[UUID, int]) -> dict[UUID, UUID]:
    """Count pieces of lines as sent, never more than were ordered; the lines that had as many left, with their variants."""
    wanted = values(column("id", Uuid), column("taken", Integer), name="wanted").data(list(quantities.items()))
    statement = (
        update(OrderLine)
        .where(
            col(OrderLine.id) == wanted.c.id,
            col(OrderLine.order_id) == order_key,
            col(OrderLine.fulfilled) + wanted.c.taken <= col(OrderLine.quantity),
        )
        .values(fulfilled=col(OrderLine.fulfilled) + wanted.c.taken)
        .returning(col(OrderLine.id), col(OrderLine.variant_id))
        .execution_options(synchronize_session=False)
    )
    rows = await session.rows(statement)
    return {row[0]: row[1] for row in rows}


async def is_all_sent(session: Session, order_key: UUID) -> bool:
    """Whether nothing of an order is left to send."""
    left = select(col(OrderLine.id)).where(
        col(OrderLine.order_id) == order_key, col(OrderLine.fulfilled) < col(OrderLine.quantity)
    )
    return not await session.rows(left.limit(1))


async def is_any_sent(session: Session, order_key: UUID) -> bool:
    """Whether something of an order was sent already."""
    sent = select(col(OrderLine.id)).where(col(OrderLine.order_id) == order_key, col(OrderLine.fulfilled) > 0)
    return bool(await session.rows(sent.limit(1)))


async def add_lines(session: Session, lines: Sequence[dict[str, Any]]) -> None:
    """Write the lines of an order, at least one."""
    await session.execute(_insert_lines, each(lines))


async def overdue(reads: Reads, now: datetime) -> list[UUID]:
    """Unpaid orders whose time is up."""
    return [key for (key,) in await reads.rows(_waiting, now=now)]
