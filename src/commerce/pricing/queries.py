"""Every statement about prices."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    String,
    Uuid,
    and_,
    bindparam,
    column,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased
from sqlmodel import col

from commerce.catalog.models import Variant
from commerce.kit.db import Reads, Session, among, keyed, metadata
from commerce.kit.money import Money
from commerce.pricing import values
from commerce.pricing.models import Price, PriceLog

LOOKED_BACK = timedelta(days=30)
"""How far before a reduction the lowest price is looked for (Directive 98/6/EC, Article 6a)."""

_here = (col(Price.channel_id) == bindparam("channel"), col(Price.currency) == bindparam("currency"))
_prices = select(col(Price.variant_id), col(Price.amount), col(Price.compare_at)).where(among(Price.variant_id), *_here)


def _by_amount(of: Any) -> Any:
    """The values of a column over all variants of a product, those of the cheapest first."""
    ordered = func.array_agg(aggregate_order_by(of, col(Price.amount), col(Price.variant_id)))
    return type_coerce(ordered, ARRAY(of.type))


_ranges = (
    select(
        col(Variant.product_id),
        *(
            _by_amount(of)[at]
            for at in (1, func.count())
            for of in (col(Price.variant_id), col(Price.amount), col(Price.compare_at))
        ),
    )
    .join(Price, col(Price.variant_id) == col(Variant.id))
    .where(among(Variant.product_id), *_here)
    .group_by(col(Variant.product_id))
)


async def prices(
    reads: Reads, variant_keys: Sequence[UUID], channel_key: UUID, currency: str
) -> list[values.Price | None]:
    """What variants cost, in their order; None for one without a price in this channel and currency."""
    rows = await reads.rows(_prices, keys=list(variant_keys), channel=channel_key, currency=currency)
    found = {key: _price(amount, compare_at, currency) for key, amount, compare_at in rows}
    return [found.get(key) for key in variant_keys]


async def ranges(
    reads: Reads, product_keys: Sequence[UUID], channel_key: UUID, currency: str
) -> list[values.PriceRange | None]:
    """From-to prices of products, in their order; None for one without any price in this channel and currency."""
    rows = keyed(await reads.rows(_ranges, keys=list(product_keys), channel=channel_key, currency=currency))
    return [range_from(rows[key][1:], currency) if key in rows else None for key in product_keys]


def range_from(row: Sequence[Any], currency: str) -> values.PriceRange:
    """From-to prices: key, amount and former amount of the cheapest variant, and of the dearest."""
    cheapest, least, least_compare_at, dearest, most, most_compare_at = row
    return values.PriceRange(
        _price(least, least_compare_at, currency), _price(most, most_compare_at, currency), cheapest, dearest
    )


def _price(amount: int, compare_at: int | None, currency: str) -> values.Price:
    return values.Price(Money(amount, currency), None if compare_at is None else Money(compare_at, currency))


_later: Any = aliased(PriceLog)
_earlier: Any = aliased(PriceLog)


def _same_price(one: Any, other: Any) -> Any:
    return and_(one.variant_id == other.variant_id, one.channel_id == other.channel_id, one.currency == other.currency)


# The rows since the price was last without a reduction; the first of them began the present one.
_began = (
    select(
        col(PriceLog.variant_id), col(PriceLog.channel_id), col(PriceLog.currency),
        func.min(col(PriceLog.changed_at)).label("at"),
    )
    .where(
        among(PriceLog.variant_id),
        col(PriceLog.channel_id) == bindparam("channel"),
        col(PriceLog.currency) == bindparam("currency"),
        ~exists().where(
            _same_price(_later, PriceLog), _later.compare_at.is_(None), _later.changed_at >= PriceLog.changed_at
        ),
    )
    .group_by(col(PriceLog.variant_id), col(PriceLog.channel_id), col(PriceLog.currency))
    .cte("began")
)  # fmt: skip
_window = type_coerce(_began.c.at - LOOKED_BACK, DateTime(timezone=True))
# The price that already held when the days began.
_held = (
    select(func.max(_earlier.changed_at))
    .where(_same_price(_earlier, _began.c), _earlier.changed_at <= _window)
    .scalar_subquery()
)
_lowest = (
    select(_began.c.variant_id, func.min(col(PriceLog.amount)))
    .join(PriceLog, _same_price(PriceLog, _began.c))
    .where(
        col(PriceLog.changed_at) < _began.c.at,
        or_(col(PriceLog.changed_at) > _window, col(PriceLog.changed_at) == _held),
    )
    .group_by(_began.c.variant_id)
)


async def lowest_before_reduction(
    reads: Reads, variant_keys: Sequence[UUID], channel_key: UUID, currency: str
) -> list[Money | None]:
    """The lowest price of the 30 days before the present reduction began, in the variants' order.

    None for a price that is not reduced, or that never was anything else.
    """
    rows = await reads.rows(_lowest, keys=list(variant_keys), channel=channel_key, currency=currency)
    found = {key: Money(amount, currency) for key, amount in rows}
    return [found.get(key) for key in variant_keys]


def _put() -> Any:
    """Write many prices at once, in the order of their keys, and log those that really change."""
    price, log = metadata().tables["pricing_price"], metadata().tables["pricing_price_log"]
    kinds: dict[str, Any] = {
        "variant_id": Uuid,
        "channel_id": Uuid,
        "currency": String,
        "amount": BigInteger,
        "compare_at": BigInteger,
    }
    lists = [bindparam(f"each_{name}", type_=ARRAY(kind)) for name, kind in kinds.items()]
    given = func.unnest(*lists).table_valued(*(column(n, kind) for n, kind in kinds.items())).render_derived("given")
    entries = select(*given.c).order_by(given.c.variant_id, given.c.channel_id, given.c.currency)
    write = upsert(price).from_select(list(kinds), entries)
    new = write.excluded
    changed = (
        write.on_conflict_do_update(
            index_elements=["variant_id", "channel_id", "currency"],
            set_={"amount": new.amount, "compare_at": new.compare_at},
            where=tuple_(price.c.amount, price.c.compare_at).is_distinct_from(tuple_(new.amount, new.compare_at)),
        )
        .returning(*(price.c[name] for name in kinds))
        .cte("changed")
    )
    noted = select(*changed.c, bindparam("now", type_=DateTime(timezone=True)))
    return insert(log).from_select([*kinds, "changed_at"], noted).returning(log.c.variant_id)


_write = _put()


async def put(session: Session, entries: Sequence[values.PriceEntry]) -> set[UUID]:
    """Write prices; the keys of the variants whose price is now another one."""
    prices = [entry.price for entry in entries]
    rows = await session.rows(
        _write,
        each_variant_id=[entry.variant_key for entry in entries],
        each_channel_id=[entry.channel_key for entry in entries],
        each_currency=[price.amount.currency for price in prices],
        each_amount=[price.amount.amount for price in prices],
        each_compare_at=[price.compare_at.amount if price.compare_at else None for price in prices],
        now=session.now(),
    )
    return {row[0] for row in rows}
