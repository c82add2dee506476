"""Every statement about checkouts."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from commerce.checkout.models import Checkout
from commerce.checkout.values import Form
from commerce.directory.values import Address
from commerce.kit.db import Reads, Row, Session
from commerce.kit.ids import secret_key

_columns = (
    col(Checkout.id),
    col(Checkout.cart_id),
    col(Checkout.email),
    col(Checkout.phone),
    col(Checkout.shipping_address),
    col(Checkout.billing_address),
    col(Checkout.method_id),
    col(Checkout.option_id),
    col(Checkout.order_id),
)
_by_key = select(*_columns).where(col(Checkout.id) == bindparam("key"))
_locked = _by_key.with_for_update()


def _form(rows: Sequence[Row]) -> Form | None:
    if not rows:
        return None
    key, cart, email, phone, shipping, billing, method, option, order = rows[0]
    return Form(key, cart, email, phone, Address.read(shipping), Address.read(billing), method, option, order)


async def form(reads: Reads, key: UUID) -> Form | None:
    return _form(await reads.rows(_by_key, key=key))


async def lock(session: Session, key: UUID) -> Form | None:
    """The checkout, held until the transaction ends."""
    return _form(await session.rows(_locked, key=key))


async def take_of_cart(session: Session, cart_key: UUID, given: Mapping[str, Any]) -> Form:
    """The one checkout of a cart, new or known, with what is given filled in; held until the transaction ends."""
    new = insert(Checkout).values(id=secret_key(), cart_id=cart_key, created_at=session.now(), **given)
    kept = new.on_conflict_do_update(index_elements=["cart_id"], set_={"cart_id": new.excluded.cart_id, **given})
    found = _form(await session.rows(kept.returning(*_columns)))
    assert found is not None
    return found


async def fill_in(session: Session, key: UUID, given: Mapping[str, Any]) -> Form | None:
    """Write what is given, unless there is an order already; None when there was nothing to write to."""
    if not given:
        return await lock(session, key)
    statement = update(Checkout).where(col(Checkout.id) == key, col(Checkout.order_id).is_(None)).values(given)
    return _form(await session.rows(statement.returning(*_columns)))


async def set_order(session: Session, key: UUID, order_key: UUID) -> None:
    await session.execute(update(Checkout).where(col(Checkout.id) == key).values(order_id=order_key))


async def drop_order(session: Session, order_key: UUID) -> UUID | None:
    """Take an order from its checkout; the key of the cart that it was for."""
    statement = update(Checkout).where(col(Checkout.order_id) == order_key).values(order_id=None)
    rows = await session.rows(statement.returning(col(Checkout.cart_id)))
    return rows[0][0] if rows else None
