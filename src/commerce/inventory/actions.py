"""What we do with stock. Each verb takes a handful of statements, however many lines there are.

Rows are locked in the order of (variant, warehouse), so that calls never wait for each other in a circle. Two calls in
one transaction might, unless they are about the same variants.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from commerce.catalog import queries as catalog
from commerce.i18n.values import Texts
from commerce.inventory import queries, rules
from commerce.inventory.models import Warehouse
from commerce.inventory.values import Level, Move, Owner, Place, Reason, Ref
from commerce.kit.checks import check_code
from commerce.kit.db import Session
from commerce.kit.errors import Invalid, NotFound, OutOfRange, Refusal, Taken, raise_all


async def reserve(
    session: Session,
    owner: Owner,
    lines: Sequence[tuple[UUID, int]],
    channel_key: UUID,
    expires_at: datetime | None = None,
) -> None:
    """Hold units of variants for an owner, all or nothing, from the warehouses of a channel.

    Raises Refusals with one OutOfStock at `("lines", i)` for each line that is short.
    """
    free = await queries.lock_free(session, sorted({key for key, _ in lines}), channel_key)
    moves = rules.spread(lines, free)
    if moves:
        await queries.move(session, moves, Reason.RESERVE, Ref(*owner))
        await queries.hold(session, owner, moves, expires_at)


async def hold_until(session: Session, owner: Owner, expires_at: datetime) -> None:
    """Hold what is held for an owner for longer."""
    await queries.set_expiry(session, owner, expires_at)


async def commit(session: Session, owner: Owner) -> None:
    """What is held for an owner has been paid: it waits to be shipped. A second time changes nothing."""
    moves = rules.commitment(await queries.lock_held(session, owner))
    await queries.move(session, moves, Reason.COMMIT, Ref(*owner))
    await queries.settle(session, owner, moves)


async def release(session: Session, owner: Owner, quantities: Mapping[UUID, int] | None = None) -> None:
    """Give back what is held for an owner, paid or not, but not shipped: all, or some units by variant.

    Without quantities, a second time changes nothing.
    """
    held = await queries.lock_held(session, owner)
    moves = rules.release(held, None if quantities is None else list(quantities.items()))
    await queries.move(session, moves, Reason.RELEASE, Ref(*owner))
    await queries.settle(session, owner, moves)


async def ship(session: Session, owner: Owner, quantities: Mapping[UUID, int], ref: Ref | None = None) -> None:
    """Goods leave for an owner, by variant. The same `ref` a second time changes nothing.

    Raises Refusals with one NotHeld at `("lines", i)` for each variant of which less is held and paid.
    """
    held = await queries.lock_held(session, owner)
    if ref and await queries.moved_by(session, ref, Reason.SALE_OUT):
        return
    moves = rules.shipment(held, list(quantities.items()))
    await queries.move(session, moves, Reason.SALE_OUT, ref)
    await queries.settle(session, owner, moves)


async def restock(session: Session, owner: Owner, quantities: Mapping[UUID, int], ref: Ref | None = None) -> None:
    """Shipped goods come back on sale, by variant, to where they were shipped from. The same `ref` counts once."""
    held = await queries.lock_held(session, owner)
    if ref and await queries.moved_by(session, ref, Reason.RETURN_IN):
        return
    moves = rules.restocking(held, list(quantities.items()))
    await queries.move(session, moves, Reason.RETURN_IN, ref)
    await queries.settle(session, owner, moves)


async def adjust(
    session: Session,
    variant_key: UUID,
    warehouse_key: UUID,
    *,
    set_to: int | None = None,
    delta: int | None = None,
    reason: Reason = Reason.COUNT_ADJUST,
    ref: Ref | None = None,
    expected: int | None = None,
) -> None:
    """Set what lies in a warehouse to a number, or change it by one. The same `ref` a second time changes nothing."""
    level = await _level(session, Place(variant_key, warehouse_key))
    if ref and level.place in await queries.moved_by(session, ref, reason):
        return
    move = rules.adjustment(level, set_to, delta, expected)
    if move.on_hand:
        await queries.move(session, [move], reason, ref)


async def receive(
    session: Session,
    goods: Sequence[tuple[UUID, UUID, int]],
    reason: Reason = Reason.PURCHASE_IN,
    ref: Ref | None = None,
) -> None:
    """Goods arrive: units by variant and warehouse, many at once, each place once. The same `ref` counts once."""
    moves = [Move(Place(variant_key, warehouse_key), on_hand=units) for variant_key, warehouse_key, units in goods]
    places = sorted(move.place for move in moves)
    await queries.make_levels(session, places)
    await queries.lock_levels(session, places)
    done = await queries.moved_by(session, ref, reason) if ref else set()
    await queries.move(session, [move for move in moves if move.place not in done], reason, ref)


async def keep_back(session: Session, variant_key: UUID, warehouse_key: UUID, units: int) -> None:
    """Keep a safety stock that is not sold."""
    if not 0 <= units <= rules.MOST_UNITS:
        raise OutOfRange("input", "safety", least=0, most=rules.MOST_UNITS)
    place = Place(variant_key, warehouse_key)
    await _level(session, place)
    await queries.set_safety(session, place, units)


async def _level(session: Session, place: Place) -> Level:
    """The counts of a place, held until the transaction ends; counted from zero when it is new."""
    found = await queries.lock_levels(session, [place])
    if place not in found:
        await _check_place(session, place)
        await queries.make_levels(session, [place])
        found = await queries.lock_levels(session, [place])
    return found[place]


async def _check_place(session: Session, place: Place) -> None:
    wrong: list[Refusal] = []
    if not await catalog.known_variants(session, [place.variant_key]):
        wrong.append(NotFound("input", "variantId"))
    if await queries.warehouses_by_key(session, [place.warehouse_key]) == [None]:
        wrong.append(NotFound("input", "warehouseId"))
    raise_all(wrong)


async def create_warehouse(
    session: Session,
    *,
    code: str,
    name: Texts,
    country: str,
    region: str | None = None,
    city: str | None = None,
    position: int = 0,
) -> Warehouse:
    """Open a warehouse. Channels sell from it once they are told to."""
    check_code(code, "input", "code")
    warehouse = Warehouse(code=code, name=name, country=country, region=region, city=city, position=position)
    try:
        async with session.begin_nested():
            session.add(warehouse)
    except IntegrityError as error:
        raise Taken("input", "code", value=code) from error
    return warehouse


async def update_warehouse(
    session: Session,
    key: UUID,
    *,
    name: Texts | None = None,
    country: str | None = None,
    region: str | None = None,
    city: str | None = None,
    position: int | None = None,
) -> Warehouse:
    """Change what is given."""
    warehouse = await queries.lock_warehouse(session, key)
    if warehouse is None:
        raise NotFound("input", "warehouseId")
    warehouse.name = name or warehouse.name
    warehouse.country = country or warehouse.country
    warehouse.region = warehouse.region if region is None else region or None
    warehouse.city = warehouse.city if city is None else city or None
    warehouse.position = warehouse.position if position is None else position
    return warehouse


async def sell_from(session: Session, channel_key: UUID, warehouse_keys: Sequence[UUID]) -> None:
    """Have a channel sell from these warehouses and no others; the first is emptied first."""
    known = await queries.warehouses_by_key(session, warehouse_keys)
    wrong: list[Refusal] = [NotFound("input", "warehouseIds", i) for i, found in enumerate(known) if found is None]
    wrong += [Invalid("input", "warehouseIds", i) for i, key in enumerate(warehouse_keys) if key in warehouse_keys[:i]]
    raise_all(wrong)
    await queries.put_channel_warehouses(session, channel_key, warehouse_keys)
