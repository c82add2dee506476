"""Every statement about carts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, exists, select, update
from sqlmodel import col

from commerce.cart.models import Cart, CartLine, CartState
from commerce.cart.values import Basics, Line
from commerce.kit.bulk import each, insert_each
from commerce.kit.db import Reads, Row, Session

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
