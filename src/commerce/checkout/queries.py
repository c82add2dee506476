"""Every statement about checkouts."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from commerce.cart import queries as cart
from commerce.checkout.models import Checkout
from commerce.checkout.values import Form
from commerce.directory.values import Address
from commerce.kit.db import Reads, Row, Session
from commerce.kit.ids import secret_key
from commerce.kit.sealing import Vault
from commerce.orders import queries as orders

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
_by_key = select(*_columns).where(col(Checkout.id) == bindparam("key"), cart.open_to(Checkout.cart_id))
"""A checkout is open to those to whom its cart is."""
_locked = _by_key.with_for_update()


_of_person = (
    select(
        col(Checkout.cart_id),
        col(Checkout.created_at),
        col(Checkout.email),
        col(Checkout.phone),
        col(Checkout.shipping_address),
        col(Checkout.billing_address),
    )
    .where(cart.owned_by(Checkout.cart_id) | orders.owned_by(Checkout.order_id))
    .order_by(col(Checkout.created_at), col(Checkout.id))
)


async def of_person(reads: Reads, person: UUID) -> Sequence[Row]:
    """The checkouts of somebody's carts and orders, oldest first: cart, when it was started, and what is sealed."""
    return await reads.rows(_of_person, person=person)


def _form(vault: Vault, rows: Sequence[Row]) -> Form | None:
    if not rows:
        return None
    key, cart_key, email, phone, shipping, billing, method, option, order = rows[0]
    return Form(key, cart_key, email, phone, Address.opened(vault, shipping), billing, method, option, order)


async def form(reads: Reads, key: UUID, person: UUID | None) -> Form | None:
    return _form(reads.vault, await reads.rows(_by_key, key=key, person=person))


async def lock(session: Session, key: UUID, person: UUID | None) -> Form | None:
    """The checkout, held until the transaction ends."""
    return _form(session.vault, await session.rows(_locked, key=key, person=person))


def _sealed(vault: Vault, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is filled in, as the columns hold it."""
    contacts = {name: vault.seal_any(name, given[name]) for name in ("email", "phone") if name in given}
    addresses = {
        name: given[name].sealed(vault) if given[name] else None
        for name in ("shipping_address", "billing_address")
        if name in given
    }
    return {**given, **contacts, **addresses}


async def take_of_cart(session: Session, cart_key: UUID, given: Mapping[str, Any]) -> Form:
    """The one checkout of a cart, new or known, with what is given filled in; held until the transaction ends."""
    filled = _sealed(session.vault, given)
    new = insert(Checkout).values(id=secret_key(), cart_id=cart_key, created_at=session.now(), **filled)
    kept = new.on_conflict_do_update(index_elements=["cart_id"], set_={"cart_id": new.excluded.cart_id, **filled})
    found = _form(session.vault, await session.rows(kept.returning(*_columns)))
    assert found is not None
    return found


async def fill_in(session: Session, key: UUID, person: UUID | None, given: Mapping[str, Any]) -> Form | None:
    """Write what is given, unless there is an order already; None when there was nothing to write to."""
    if not given:
        return await lock(session, key, person)
    which = col(Checkout.id) == key, col(Checkout.order_id).is_(None), cart.open_to(Checkout.cart_id)
    statement = update(Checkout).where(*which).values(_sealed(session.vault, given)).returning(*_columns)
    return _form(session.vault, await session.rows(statement, person=person))


async def set_order(session: Session, key: UUID, order_key: UUID) -> None:
    await session.execute(update(Checkout).where(col(Checkout.id) == key).values(order_id=order_key))


async def drop_order(session: Session, order_key: UUID) -> UUID | None:
    """Take an order from its checkout; the key of the cart that it was for."""
    statement = update(Checkout).where(col(Checkout.order_id) == order_key).values(order_id=None)
    rows = await session.rows(statement.returning(col(Checkout.cart_id)))
    return rows[0][0] if rows else None
