"""What we do with channels."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from commerce.channels import queries, rules
from commerce.channels.models import Channel
from commerce.i18n.values import Texts
from commerce.kit.checks import check_code
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, Taken


async def create(
    session: Session,
    *,
    code: str,
    name: Texts,
    locales: Sequence[str],
    currencies: Sequence[str],
    countries: Sequence[str],
    prices_include_tax: bool,
    time_zone: str,
    is_live: bool = False,
) -> Channel:
    """Open a channel. The first one ever is the default."""
    check_code(code, "input", "code")
    rules.check_lists(locales, currencies, countries)
    rules.check_time_zone(time_zone)
    channel = Channel(
        code=code,
        name=name,
        locales=list(locales),
        currencies=list(currencies),
        countries=list(countries),
        prices_include_tax=prices_include_tax,
        time_zone=time_zone,
        is_live=is_live,
        is_default=not await queries.has_default(session),
        created_at=session.now(),
    )
    try:
        async with session.begin_nested():
            session.add(channel)
    except IntegrityError as error:
        raise Taken("input", "code", value=code) from error
    return channel


async def update(
    session: Session,
    key: UUID,
    *,
    name: Texts | None = None,
    locales: Sequence[str] | None = None,
    currencies: Sequence[str] | None = None,
    countries: Sequence[str] | None = None,
    is_active: bool | None = None,
    is_live: bool | None = None,
) -> Channel:
    """Change what is given. Whether prices include tax stays: every price of the channel hangs on it."""
    channel = await queries.lock_channel(session, key)
    if channel is None:
        raise NotFound("input", "channelId")
    channel.name = name or channel.name
    channel.locales = list(locales or channel.locales)
    channel.currencies = list(currencies or channel.currencies)
    channel.countries = list(countries or channel.countries)
    rules.check_lists(channel.locales, channel.currencies, channel.countries)
    channel.is_active = channel.is_active if is_active is None else is_active
    channel.is_live = channel.is_live if is_live is None else is_live
    return channel
