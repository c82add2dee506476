"""Putting a guest's cart into that of a person."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from commerce.accounts import queries as accounts
from commerce.cart import queries
from commerce.cart.actions.carts import basics_of, offer_for
from commerce.cart.errors import CartChanged, CartClosed, OtherChannel, OtherCurrency
from commerce.cart.models import CartState
from commerce.cart.rules import KEPT_IDLE, LONGEST_NOTE, merging, renewed
from commerce.cart.values import Basics, Line, Merged, MergedLine, MergeStrategy
from commerce.channels.values import Selling
from commerce.customers import actions as customers
from commerce.inventory import queries as inventory
from commerce.kit.db import Reads, Session
from commerce.kit.errors import NotFound

LOOKS = 5
"""How often a merge looks anew at carts that others changed before it held them."""


async def merge(session: Session, selling: Selling, person: UUID, key: UUID, strategy: MergeStrategy) -> Merged:
    """Put a guest's cart into the person's own open one of its channel, or make it their own if they have none.

    The guest's cart is closed by it. Whoever asks again is told the same, with or without a key.
    """
    await accounts.lock_account(session, person)  # of one person one merge at a time
    for _ in range(LOOKS):
        done = await merged(session, person, key) or await _try(session, selling, person, key, strategy)
        if done is not None:
            return done
    raise CartChanged("input", "cartId")


async def merged(reads: Reads, person: UUID, key: UUID) -> Merged | None:
    """What came of a cart that is the person's by now; None for one that is a guest's still. NOT_FOUND for others."""
    origin = await queries.origin(reads, key)
    if origin is None or origin.customer_key not in (None, person):
        raise NotFound("input", "cartId")
    if origin.customer_key is None:
        return None
    return Merged(origin.merged_into or key, tuple(map(MergedLine.read, origin.report or ())))


async def _try(session: Session, selling: Selling, person: UUID, key: UUID, strategy: MergeStrategy) -> Merged | None:
    """Merge; None when a cart was changed before it was held, so that it has to be looked at anew."""
    own_key = await queries.latest_open(session, person, selling.market.key)
    held = await queries.lock_carts(session, [key] if own_key is None else [key, own_key])
    if key not in held:
        return None
    guests = await basics_of(session, selling, held[key])
    if guests.customer_key is not None:
        return None
    if guests.state != CartState.OPEN:
        raise CartClosed("input", "cartId")
    if guests.market.key != selling.market.key:
        raise OtherChannel("input", "cartId")
    if own_key is None:
        return await _take_over(session, person, guests)
    own = await basics_of(session, selling, held[own_key]) if own_key in held else None
    if own is None or own.customer_key != person or own.state != CartState.OPEN:
        return None
    if own.currency != guests.currency:
        raise OtherCurrency("input", "cartId", theirs=guests.currency, yours=own.currency)
    return await _put_into(session, own, guests, strategy)


async def _take_over(session: Session, person: UUID, guests: Basics) -> Merged:
    """The guest's cart becomes the person's own, as it is."""
    report = merging.taken_over(await queries.lines_of(session, guests.key))
    await queries.give(session, guests.key, person, report, expires_at=session.now() + KEPT_IDLE)
    await customers.note_presence(session, person, guests.market.key)
    return Merged(guests.key, tuple(report))


async def _put_into(session: Session, own: Basics, guests: Basics, strategy: MergeStrategy) -> Merged:
    """Put the lines of the guest's cart into the person's."""
    assert own.customer_key is not None
    mine, theirs = await queries.lines_of(session, own.key), await queries.lines_of(session, guests.key)
    variants = list(dict.fromkeys(line.variant_key for line in theirs))
    offer = await offer_for(session, own, theirs)
    stock = dict(zip(variants, await inventory.available(session, variants, own.market.key), strict=True))
    lines, report = merging.put_together(mine, theirs, strategy, merging.caps_of(offer, stock, theirs))
    await _keep(session, own, mine, lines)
    await queries.save_basics(session, _after(session, own, guests, strategy))
    await queries.give(session, guests.key, own.customer_key, report, into=own.key)
    return Merged(own.key, tuple(report))


async def _keep(session: Session, own: Basics, before: Sequence[Line], lines: Sequence[Line]) -> None:
    """Write the lines that have changed, with what they are called and cost now."""
    known, left = {line.key: line for line in before}, {line.key for line in lines}
    await queries.drop_lines(session, [key for key in known if key not in left])
    changed = [line for line in lines if known.get(line.key) != line]
    offer = await offer_for(session, own, changed)
    renewed_ = renewed(changed, offer, [line.key for line in changed])
    await queries.save_lines(session, own.key, renewed_, session.now())


def _after(session: Session, own: Basics, guests: Basics, strategy: MergeStrategy) -> Basics:
    """The person's cart with the notes of both."""
    notes = [session.vault.open_any("note", one.note) for one in (own, guests)]
    if strategy is MergeStrategy.REPLACE:
        notes = [notes[1] or notes[0]]
    text = "\n".join(dict.fromkeys(note for note in notes if note))
    note = session.vault.seal_any("note", text or None) if len(text) <= LONGEST_NOTE else own.note
    return replace(own, version=own.version + 1, note=note, expires_at=session.now() + KEPT_IDLE)
