"""Every statement about channels."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, true
from sqlmodel import col

from commerce.channels.models import Channel
from commerce.channels.values import Market
from commerce.kit.db import Reads, Row, Session, among, keyed
from commerce.kit.reference import remembered

_columns = (
    col(Channel.id),
    col(Channel.code),
    col(Channel.name),
    col(Channel.locales),
    col(Channel.currencies),
    col(Channel.countries),
    col(Channel.prices_include_tax),
    col(Channel.time_zone),
    col(Channel.is_active),
    col(Channel.is_live),
)
_open = (
    select(*_columns)
    .where(col(Channel.is_active))
    .order_by(col(Channel.is_default).desc(), col(Channel.created_at), col(Channel.id))
)
_all = select(*_columns).order_by(col(Channel.code))
_by_key = select(*_columns).where(among(Channel.id))


def market(row: Row) -> Market:
    key, code, name, locales, currencies, countries, includes_tax, time_zone, is_active, is_live = row
    return Market(
        key,
        code,
        name,
        tuple(locales),
        tuple(currencies),
        tuple(countries),
        includes_tax,
        time_zone,
        is_active,
        is_live,
    )


@remembered
async def open_markets(reads: Reads) -> tuple[Market, ...]:
    """Channels that are open to the public, the default first."""
    return tuple(market(row) for row in await reads.rows(_open))


async def markets(reads: Reads) -> list[Market]:
    """All channels, by code."""
    return [market(row) for row in await reads.rows(_all)]


async def markets_by_key(reads: Reads, keys: Sequence[UUID]) -> list[Market | None]:
    """Channels of these keys, in their order."""
    found = keyed(await reads.rows(_by_key, keys=list(keys)))
    return [market(found[key]) if key in found else None for key in keys]


async def lock_channel(session: Session, key: UUID) -> Channel | None:
    """The channel, held until the transaction ends."""
    return await session.get(Channel, key, with_for_update=True)


async def has_default(session: Session) -> bool:
    """Whether some channel is the default one."""
    statement = select(true()).where(col(Channel.is_default)).limit(1)
    return bool(await session.rows(statement))
