"""Every statement about carts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, exists, select, update
from sqlmodel import col

from commerce.cart.models import Cart, CartLine, CartState
from commerce.cart.values import Basics, Line, MergedLine
from commerce.kit.bulk import each, insert_each
from commerce.kit.db import Reads, Row, Session, among, keyed

_cart_columns = (
    col(Cart.id),
    col(Cart.channel_id),
    col(Cart.customer_id),
    col(Cart.currency),
    col(Cart.country),
    col(Cart.state),
    col(Cart.version),
    col(Cart.note),
    col(Cart.expires_at),
)
_line_columns = (
    col(CartLine.id),
    col(CartLine.variant_id),
    col(CartLine.quantity),
    col(CartLine.properties),
    col(CartLine.title),
    col(CartLine.unit_amount),
)
_is_open_to = col(Cart.customer_id).is_(None) | (col(Cart.customer_id) == bindparam("person"))
"""A guest's cart is open to whoever knows its id, that of a person to them alone."""
_locked_cart = select(*_cart_columns).where(col(Cart.id) == bindparam("key"), _is_open_to).with_for_update()
_locked_carts = select(*_cart_columns).where(among(Cart.id)).order_by(col(Cart.id)).with_for_update()
_origin = select(col(Cart.customer_id), col(Cart.merged_into_id), col(Cart.merge_report)).where(
    col(Cart.id) == bindparam("key")
)
_latest_open = (
    select(col(Cart.id))
    .where(
        col(Cart.customer_id) == bindparam("person"),
        col(Cart.channel_id) == bindparam("channel"),
        col(Cart.state) == CartState.OPEN,
    )
    .order_by(col(Cart.created_at).desc(), col(Cart.id).desc())
    .limit(1)
)
_carts_of = (
    select(col(Cart.id), col(Cart.created_at), col(Cart.state), col(Cart.currency), col(Cart.note))
    .where(col(Cart.customer_id) == bindparam("person"))
    .order_by(col(Cart.created_at).desc(), col(Cart.id))
)
_lines_of_person = (
    select(col(CartLine.cart_id), col(CartLine.title), col(CartLine.quantity), col(CartLine.properties))
    .join(Cart, col(Cart.id) == col(CartLine.cart_id))
    .where(col(Cart.customer_id) == bindparam("person"))
    .order_by(col(CartLine.added_at), col(CartLine.id))
)
_contents = (
    select(*_cart_columns, *_line_columns)
    .outerjoin(CartLine, col(CartLine.cart_id) == col(Cart.id))
    .where(col(Cart.id) == bindparam("key"), _is_open_to)
    .order_by(col(CartLine.added_at), col(CartLine.id))
)
_lines = (
    select(*_line_columns)
    .where(col(CartLine.cart_id) == bindparam("key"))
    .order_by(col(CartLine.added_at), col(CartLine.id))
)

_new_lines = insert_each(
    CartLine,
    *("id", "cart_id", "variant_id", "quantity", "properties", "properties_key", "title", "unit_amount", "added_at"),
)
_save_lines = _new_lines.on_conflict_do_update(
    index_elements=["id"],
    set_={name: _new_lines.excluded[name] for name in ("quantity", "title", "unit_amount")},
)


def open_to(cart_key: Any) -> ColumnElement[bool]:
    """Whether the cart of a row is one that the bound `person` may open."""
    return exists().where(col(Cart.id) == col(cart_key), _is_open_to)


def owned_by(cart_key: Any) -> ColumnElement[bool]:
    """Whether the cart of a row is that of the bound `person`."""
    return exists().where(col(Cart.id) == col(cart_key), col(Cart.customer_id) == bindparam("person"))


async def contents(reads: Reads, key: UUID, person: UUID | None) -> tuple[Row, tuple[Line, ...]] | None:
    """A cart that somebody may open, and its lines. To change them, lock the cart first and read the lines afterwards."""
    rows = await reads.rows(_contents, key=key, person=person)
    if not rows:
        return None
    width = len(_cart_columns)
    return rows[0][:width], tuple(_line(row[width:]) for row in rows if row[width] is not None)


async def lock_cart(session: Session, key: UUID, person: UUID | None) -> Row | None:
    """A cart that somebody may open, held until the transaction ends: changes to it happen one after the other."""
    rows = await session.rows(_locked_cart, key=key, person=person)
    return rows[0] if rows else None


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose a cart is, and what became of it when it was merged."""

    customer_key: UUID | None
    merged_into: UUID | None
    report: list[dict[str, Any]] | None


async def origin(reads: Reads, key: UUID) -> Origin | None:
    """Whose a cart is, whoever asks."""
    rows = await reads.rows(_origin, key=key)
    return Origin(*rows[0]) if rows else None


async def latest_open(reads: Reads, person: UUID, channel: UUID) -> UUID | None:
    """The cart that somebody has open in a channel; of several the one that was started last."""
    rows = await reads.rows(_latest_open, person=person, channel=channel)
    return rows[0][0] if rows else None


async def lock_carts(session: Session, keys: Sequence[UUID]) -> dict[UUID, Row]:
    """Carts whosever they are, held until the transaction ends; in the order of keys, so that none wait in a circle."""
    return keyed(await session.rows(_locked_carts, keys=list(keys)))


async def give(
    session: Session,
    key: UUID,
    person: UUID,
    report: Sequence[MergedLine],
    *,
    into: UUID | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Make a guest's cart a person's: closed if its lines went into another one. The report is kept with it."""
    changed: dict[str, Any] = {"customer_id": person, "merge_report": [line.document() for line in report]}
    if into is not None:
        changed |= {"state": CartState.MERGED, "merged_into_id": into}
    if expires_at is not None:
        changed["expires_at"] = expires_at
    statement = update(Cart).where(col(Cart.id) == key).values(**changed, version=col(Cart.version) + 1)
    await session.execute(statement)


async def lines_of(reads: Reads, key: UUID) -> tuple[Line, ...]:
    """The lines of a cart, oldest first."""
    return tuple(_line(row) for row in await reads.rows(_lines, key=key))


def _line(row: Row) -> Line:
    key, variant, quantity, properties, title, amount = row
    return Line(key, variant, quantity, tuple(sorted(properties.items())), title, amount)


async def save_lines(session: Session, key: UUID, lines: Sequence[Line], now: datetime) -> None:
    """Write new and changed lines in one statement."""
    if not lines:
        return
    values = [
        {
            "id": line.key,
            "cart_id": key,
            "variant_id": line.variant_key,
            "quantity": line.quantity,
            "properties": dict(line.properties),
            "properties_key": repr(line.properties) if line.properties else "",
            "title": line.title,
            "unit_amount": line.unit_amount,
            "added_at": now,
        }
        for line in lines
    ]
    await session.execute(_save_lines, each(values))


async def save_basics(session: Session, basics: Basics) -> None:
    """Write what can change about the cart itself."""
    changed = {"version": basics.version, "note": basics.note, "expires_at": basics.expires_at}
    await session.execute(update(Cart).where(col(Cart.id) == basics.key).values(changed))


async def set_state(session: Session, key: UUID, state: CartState) -> None:
    statement = update(Cart).where(col(Cart.id) == key)
    await session.execute(statement.values(state=state, version=col(Cart.version) + 1))


async def carts_of(reads: Reads, person: UUID) -> Sequence[Row]:
    """The carts of a person, latest first: key, when it was started, state, currency, note."""
    return await reads.rows(_carts_of, person=person)


async def lines_of_person(reads: Reads, person: UUID) -> Sequence[Row]:
    """The lines of all carts of a person: cart, title, quantity, properties."""
    return await reads.rows(_lines_of_person, person=person)


async def hand_over(session: Session, source: UUID, target: UUID) -> None:
    await session.execute(update(Cart).where(col(Cart.customer_id) == source).values(customer_id=target))


async def drop_of(session: Session, person: UUID) -> None:
    await session.execute(delete(Cart).where(col(Cart.customer_id) == person))


async def drop(session: Session, keys: Sequence[UUID]) -> None:
    await session.execute(delete(Cart).where(col(Cart.id).in_(keys)))


async def drop_lines(session: Session, keys: Sequence[UUID]) -> None:
    if keys:
        await session.execute(delete(CartLine).where(col(CartLine.id).in_(keys)))


async def drop_idle(session: Session, now: datetime, most: int) -> int:
    """Remove carts that nobody touched for long and that were never ordered; how many those were.

    A cart that was merged goes with the one that took its lines over, if that does not come later.
    """
    idle = (
        select(col(Cart.id))
        .where(col(Cart.state) != CartState.ORDERED, col(Cart.expires_at) < now)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    dropped = await session.execute(delete(Cart).where(col(Cart.id).in_(idle)).returning(col(Cart.id)))
    return len(dropped.all())
