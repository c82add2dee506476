"""Looking after the rows of the lists, which the database writes by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Integer, Uuid, bindparam, text

from commerce.kit.db import Reads, Session

_next = text("""
    select id from (
      select id from catalog_product
      union select product_id from search_profile
      union select product_id from search_listing
    ) as product
    where id > coalesce(:after, '00000000-0000-0000-0000-000000000000') order by id limit :most
""").bindparams(bindparam("after", type_=Uuid), bindparam("most", type_=Integer))
_refresh = text("select search_refresh(:keys)").bindparams(bindparam("keys", type_=ARRAY(Uuid)))
# What has ended may stand there still, or not any more: it is not seen either way.
_untrue = text("""
    with kept as (
      select * from search_listing where product_id = any(:keys) and (ends_at is null or ends_at > :now)
    ), wanted as (
      select * from search_listing_of(:keys) where ends_at is null or ends_at > :now
    ), profile as (
      select * from search_profile where product_id = any(:keys)
    )
    select product_id from (select * from kept except all select * from wanted) as needless
    union select product_id from (select * from wanted except all select * from kept) as missing
    union select product_id from (select * from profile except all select * from search_profile_of(:keys)) as needless
    union select product_id from (select * from search_profile_of(:keys) except all select * from profile) as missing
""").bindparams(bindparam("keys", type_=ARRAY(Uuid)), bindparam("now", type_=DateTime(timezone=True)))
_drop_ended = text("""
    delete from search_listing where ends_at <= :now and (product_id, channel_id, currency) in (
      select product_id, channel_id, currency from search_listing where ends_at <= :now limit :most
    )
    returning product_id
""").bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("most", type_=Integer))


async def next_products(reads: Reads, after: UUID | None, most: int) -> list[UUID]:
    """The keys after one, of all products that there are and of those that lists know of."""
    return [key for (key,) in await reads.rows(_next, after=after, most=most)]


async def refresh(session: Session, keys: Sequence[UUID]) -> None:
    """Write the rows of these products anew."""
    await session.rows(_refresh, keys=list(keys))


async def untrue(reads: Reads, keys: Sequence[UUID], now: datetime) -> list[UUID]:
    """Those of these products of which a list says something else than is true."""
    return sorted(key for (key,) in await reads.rows(_untrue, keys=list(keys), now=now))


async def drop_ended(session: Session, now: datetime, most: int) -> int:
    """Drop rows of what is not seen any more, so that lists need not pass over them; how many those were."""
    rows: Sequence[Any] = await session.rows(_drop_ended, now=now, most=most)
    return len(rows)
