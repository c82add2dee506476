"""What customers do with a cart."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from commerce.cart import queries, rules
from commerce.cart.models import Cart, CartState
from commerce.cart.values import Addition, Basics, Filled, Line
from commerce.channels import queries as channels
from commerce.channels.rules import check_currency
from commerce.channels.values import Market, Selling
from commerce.customers import actions as customers
from commerce.customers import queries as customer_queries
from commerce.kit.db import Reads, Row, Session
from commerce.kit.errors import Invalid, NotFound, TooLong, raise_all
from commerce.quotes import actions as quotes
from commerce.quotes.values import Occasion, Offer


async def create(
    session: Session,
    selling: Selling,
    person: UUID | None,
    additions: Sequence[Addition],
    currency: str | None,
    country: str | None,
) -> Filled:
    """Start a cart in the channel of the context, with its first lines. It is the person's who has signed in."""
    market = selling.market
    if currency is not None:
        check_currency(market, currency, "input", "currencyCode")
    if country is not None and country not in market.countries:
        raise Invalid("input", "country")
    now = session.now()
    cart = Cart(
        channel_id=market.key,
        customer_id=person,
        currency=currency or selling.currency,
        country=country or selling.country,
        created_at=now,
        expires_at=now + rules.KEPT_IDLE,
    )
    session.add(cart)
    await session.flush()
    if person is not None:
        await customers.note_presence(session, person, market.key)
    basics = Basics(
        cart.id, market, person, cart.currency, cart.country, cart.state, cart.version, cart.note, cart.expires_at
    )
    return await _put(session, basics, (), additions, is_new=True)


async def add_lines(
    session: Session, selling: Selling, person: UUID | None, key: UUID, additions: Sequence[Addition],
    expected_version: int | None,
) -> Filled:  # fmt: skip
    """Add lines. All of them or none: whatever stands in the way of one is told, and nothing changes."""
    basics = await _open(session, selling, person, key, expected_version)
    return await _put(session, basics, await queries.lines_of(session, key), additions)


async def set_quantities(
    session: Session, selling: Selling, person: UUID | None, key: UUID, quantities: Sequence[tuple[UUID | None, int]],
    expected_version: int | None,
) -> Filled:  # fmt: skip
    """Change quantities; 0 removes a line."""
    basics = await _open(session, selling, person, key, expected_version)
    lines = {line.key: line for line in await queries.lines_of(session, key)}
    wrong: list[Any] = [
        NotFound("input", "lines", i, "lineId") for i, (line, _) in enumerate(quantities) if line not in lines
    ]
    wrong += rules.quantity_problems([quantity for _, quantity in quantities], least=0)
    raise_all(wrong)
    places = {line: i for i, (line, _) in enumerate(quantities) if line is not None}
    for line, quantity in quantities:
        if line is not None:
            lines[line] = replace(lines[line], quantity=quantity)
    kept = tuple(line for line in lines.values() if line.quantity)
    await queries.drop_lines(session, [line.key for line in lines.values() if not line.quantity])
    return await _keep(session, basics, kept, {key: place for key, place in places.items() if lines[key].quantity})


async def set_note(session: Session, selling: Selling, person: UUID | None, key: UUID, note: str | None) -> Filled:
    """Set the note to the merchant."""
    if note is not None and len(note) > rules.LONGEST_NOTE:
        raise TooLong("input", "note", most=rules.LONGEST_NOTE)
    basics = await _open(session, selling, person, key, None)
    lines = await queries.lines_of(session, key)
    basics = await _touch(session, replace(basics, note=session.vault.seal_any("note", note)))
    return Filled(basics, lines, await offer_for(session, basics, lines))


async def filled(reads: Reads, selling: Selling, person: UUID | None, key: UUID) -> Filled | None:
    """A cart that somebody may open, with what it would cost now; None when there is none."""
    found = await contents(reads, selling, person, key)
    if found is None:
        return None
    basics, lines = found
    return Filled(basics, lines, await offer_for(reads, basics, lines))


async def contents(
    reads: Reads, selling: Selling, person: UUID | None, key: UUID
) -> tuple[Basics, tuple[Line, ...]] | None:
    """A cart that somebody may open, without what it would cost; None when there is none."""
    found = await queries.contents(reads, key, person)
    return (await basics_of(reads, selling, found[0]), found[1]) if found is not None else None


async def lock(
    session: Session, selling: Selling, person: UUID | None, key: UUID
) -> tuple[Basics, tuple[Line, ...]] | None:
    """A cart that somebody may open, held until the transaction ends, without what it would cost."""
    row = await queries.lock_cart(session, key, person)
    return (await basics_of(session, selling, row), await queries.lines_of(session, key)) if row is not None else None


async def move(session: Session, key: UUID, state: CartState) -> None:
    """Close a cart when it is ordered, and open it again when the order came to nothing."""
    await queries.set_state(session, key, state)


async def _open(
    session: Session, selling: Selling, person: UUID | None, key: UUID, expected_version: int | None
) -> Basics:
    row = await queries.lock_cart(session, key, person)
    if row is None:
        raise NotFound("input", "cartId")
    basics = await basics_of(session, selling, row)
    rules.check_open(basics.state)
    rules.check_version(basics.version, expected_version)
    return basics


async def basics_of(reads: Reads, selling: Selling, row: Row) -> Basics:
    """A cart from its row."""
    key, channel_key, customer, currency, country, state, version, note, expires_at = row
    market = await _market(reads, selling, channel_key)
    return Basics(key, market, customer, currency, country, state, version, note, expires_at)


async def _market(reads: Reads, selling: Selling, key: UUID) -> Market:
    """The cart's own channel, whatever the context; read only when it is closed by now."""
    for market in selling.markets:
        if market.key == key:
            return market
    [market_or_none] = await channels.markets_by_key(reads, [key])
    assert market_or_none is not None
    return market_or_none


async def _put(
    session: Session,
    basics: Basics,
    lines: tuple[Line, ...],
    additions: Sequence[Addition],
    *,
    is_new: bool = False,
) -> Filled:
    raise_all([*rules.quantity_problems([a.quantity for a in additions], least=1), *rules.property_problems(additions)])
    grown, went_to = rules.merged(lines, additions)
    rules.check_size(grown)
    quantities = {line.key: line.quantity for line in grown}
    raise_all(rules.quantity_problems([quantities[key] for key in went_to], least=1))
    return await _keep(session, basics, tuple(grown), {key: i for i, key in enumerate(went_to)}, is_new=is_new)


async def _keep(
    session: Session, basics: Basics, lines: tuple[Line, ...], touched: dict[UUID, int], *, is_new: bool = False
) -> Filled:
    """Quote the lines as they shall be, refuse what cannot be bought, and write those that were touched."""
    offer = await offer_for(session, basics, lines)
    raise_all(rules.offer_problems(offer, touched))
    renewed = rules.renewed(lines, offer, touched)
    await queries.save_lines(session, basics.key, [line for line in renewed if line.key in touched], session.now())
    return Filled(basics if is_new else await _touch(session, basics), renewed, offer)


async def _touch(session: Session, basics: Basics) -> Basics:
    changed = replace(basics, version=basics.version + 1, expires_at=session.now() + rules.KEPT_IDLE)
    await queries.save_basics(session, changed)
    return changed


async def offer_for(reads: Reads, basics: Basics, lines: Sequence[Line]) -> Offer:
    """What lines would cost in a cart, and what stands in their way."""
    groups = await customer_queries.groups_of(reads, basics.customer_key)
    occasion = Occasion(basics.market, basics.currency, basics.country, reads.now(), groups=groups)
    return await quotes.quote(reads, occasion, [line.wanted for line in lines])
