"""Every statement about orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Integer, Uuid, bindparam, column, func, select, update, values
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from commerce.kit.bulk import each, insert_each
from commerce.kit.db import Database, Reads, Row, Session, among, grouped, keyed
from commerce.kit.hub import versions_of
from commerce.kit.ids import new_key
from commerce.kit.pagination import Window, paged
from commerce.kit.sealing import Vault
from commerce.orders.models import Order, OrderEvent, OrderLine
from commerce.orders.values import FOLLOWED, Happening, OrderInfo, OrderLineInfo, OrderStatus, Sought

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


@versions_of(FOLLOWED)
async def versions(reads: Database, keys: Sequence[UUID]) -> dict[UUID, int]:
    """The present versions of orders, of those that there are."""
    return {row[0]: row[1] for row in await reads.rows(_versions, keys=list(keys))}


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
