"""Every statement about checkouts."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from commerce.checkout.models import Checkout, CheckoutState
from commerce.checkout.values import Form
from commerce.directory.values import Address
from commerce.kit.db import Reads, Row, Session
from commerce.kit.ids import secret_key

_columns = (
    col(Checkout.id),
    col(Checkout.cart_id),
    col(Checkout.state),
    col(Checkout.email),
    col(Checkout.phone),
    col(Checkout.shipping_address),
    col(Checkout.billing_address),
    col(Checkout.method_id),
    col(Checkout.option_id),
    col(Checkout.order_id),
)
_by_key = select(*_columns).where(col(Checkout.id) == bindparam("key"))


def form_of(row: Row) -> Form:
    key, cart, state, email, phone, shipping, billing, method, option, order = row
    return Form(key, cart, state, email, phone, Address.read(shipping), Address.read(billing), method, option, order)


async def form(reads: Reads, key: UUID) -> Form | None:
    rows = await reads.rows(_by_key, key=key)
    return form_of(rows[0]) if rows else None


async def lock_checkout(session: Session, key: UUID) -> Checkout | None:
    """The checkout, held until the transaction ends."""
    return await session.get(Checkout, key, with_for_update=True, populate_existing=True)


async def take_checkout_of_cart(session: Session, cart_key: UUID) -> Checkout:
    """The one checkout of a cart, new or known, held until the transaction ends."""
    new = insert(Checkout).values(id=secret_key(), cart_id=cart_key, state=CheckoutState.OPEN, created_at=session.now())
    await session.execute(new.on_conflict_do_nothing(index_elements=["cart_id"]))
    statement = select(Checkout).where(col(Checkout.cart_id) == cart_key).with_for_update()
    return (await session.execute(statement)).scalar_one()


async def lock_checkout_of_order(session: Session, order_key: UUID) -> Checkout | None:
    statement = select(Checkout).where(col(Checkout.order_id) == order_key).with_for_update()
    return (await session.execute(statement)).scalar_one_or_none()
