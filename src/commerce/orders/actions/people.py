"""What is done with the orders of a person: told to them, given to their other account, and forgotten."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from commerce.accounts import queries as accounts
from commerce.directory import addresses
from commerce.directory.values import Address
from commerce.kit.actor import Permission
from commerce.kit.context import Context
from commerce.kit.db import Reads, Row, Session
from commerce.kit.errors import spoken
from commerce.kit.money import Money
from commerce.kit.people import Revealed
from commerce.kit.sealing import Vault
from commerce.messages import actions as messages
from commerce.orders import queries
from commerce.orders.values import PAYABLE, OrderInfo, OrderLineInfo
from commerce.payments import actions as payments
from commerce.payments import queries as payment_queries

UNFINISHED = spoken("There are orders that are not finished yet.")


async def export(reads: Reads, person: UUID) -> list[dict[str, Any]]:
    """All orders of a person in clear, latest first, with what was bought and paid."""
    found = await queries.orders_of(reads, person)
    keys = [order.key for order in found]
    lines = await queries.lines_of(reads, keys)
    paid = await payment_queries.payments_of(reads, PAYABLE, keys)
    back = await payment_queries.refunds_of(reads, PAYABLE, keys)
    return [_told(reads.vault, *parts) for parts in zip(found, lines, paid, back, strict=True)]


def _told(
    vault: Vault, order: OrderInfo, lines: Sequence[OrderLineInfo], paid: Sequence[Row], back: Sequence[Row]
) -> dict[str, Any]:
    def amount(minor: int, currency: str = order.currency) -> str:
        return f"{Money(minor, currency).major} {currency}"

    return {
        "number": order.number,
        "placed_at": order.placed_at.isoformat(),
        "status": order.status,
        "email": vault.open_any("email", order.email),
        "phone": vault.open_any("phone", order.phone),
        "shipping_address": vault.open_document("address", order.shipping_address),
        "billing_address": vault.open_document("address", order.billing_address),
        "note": vault.open_any("note", order.note),
        "total": amount(order.total),
        "lines": [
            {
                "title": line.title,
                "sku": line.sku,
                "quantity": line.quantity,
                "total": amount(line.total),
                "properties": line.properties,
            }
            for line in lines
        ],
        "payments": [{"method": row[2], "amount": amount(row[4], row[3]), "status": row[7]} for row in paid],
        "refunds": [
            {"amount": amount(row[2], row[3]), "status": row[4], "reason": row[5], "at": row[6].isoformat()}
            for row in back
        ],
    }


async def hand_over(session: Session, source: UUID, target: UUID) -> None:
    """Give the orders of one person to another, who turned out to be the same."""
    await queries.hand_over(session, source, target)


async def what_holds(reads: Reads, person: UUID) -> str | None:
    """Whoever waits for something, or has it paid for, cannot be forgotten yet; be it as a guest, a moment ago."""
    if await queries.has_unfinished(reads, person):
        return UNFINISHED
    for provider, contact in await accounts.contacts_of(reads, person):
        if await queries.is_unfinished_with(reads, provider, contact):
            return UNFINISHED
    return None


async def forget(session: Session, person: UUID) -> None:
    """Forget whom the orders of a person are for. The orders stay, as taxes and reports need them."""
    for provider, contact in await accounts.contacts_of(session, person):
        await queries.claim(session, person, provider, session.vault.indexes(provider, contact))
    found = await queries.orders_of(session, person)
    for contact in sorted({contact for order in found for contact in _contacts(session.vault, order)}):
        await messages.forget_recipient(session, contact)
    left = {order.key: _left(session.vault, order) for order in found}
    if left:
        await queries.pseudonymize(session, left)
        await payments.forget(session, PAYABLE, list(left))


def _contacts(vault: Vault, order: OrderInfo) -> list[str]:
    """Where somebody was written to about an order, whether or not they have shown that it is theirs."""
    return [*filter(None, (vault.open_any("email", order.email), vault.open_any("phone", order.phone)))]


def _left(vault: Vault, order: OrderInfo) -> tuple[bytes, bytes | None]:
    """What stays of the addresses of an order."""
    shipping, billing = (
        addresses.without_person(address).sealed(vault) if address else None
        for address in (Address.opened(vault, order.shipping_address), Address.opened(vault, order.billing_address))
    )
    assert shipping is not None
    return shipping, billing


def revealed(vault: Vault, order: OrderInfo) -> Revealed:
    """Whom an order is for, in clear."""
    kept: Sequence[Mapping[str, Any] | None] = [
        vault.open_document("address", sealed) for sealed in (order.shipping_address, order.billing_address)
    ]
    found = [dict(document) for document in kept if document is not None]
    return Revealed(
        name=found[0].get("name") or None,
        emails=tuple(filter(None, [vault.open_any("email", order.email)])),
        phones=tuple(filter(None, [vault.open_any("phone", order.phone)])),
        addresses=tuple(found),
    )


async def reveal(context: Context, key: UUID) -> Revealed | None:
    """Whom an order is for, to staff who may see personal data in its channel; None for all others."""
    [order] = await queries.orders_by_key(context, [key])
    actor, needed = context.actor, (Permission.ORDERS_READ, Permission.PERSONAL_DATA_READ)
    if order is None or not all(actor.may_in(order.channel_key, [one]) for one in needed):
        return None
    return revealed(context.vault, order)
