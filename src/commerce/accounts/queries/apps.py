"""Statements about apps, their tokens and what they use."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Select,
    Uuid,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from commerce.accounts.models import App, AppNonce, AppToken, AppUsage
from commerce.accounts.rules import staff as rules
from commerce.accounts.values import AppCaller, AppProfile, AppTokenProfile, Reach, Spent
from commerce.kit.db import Reads, Row, Session, among, grouped, keyed
from commerce.kit.ids import new_key
from commerce.kit.pagination import Window, paged

_columns = (
    col(App.id),
    col(App.name),
    col(App.permissions),
    col(App.channel_ids),
    col(App.must_sign),
    col(App.is_active),
    col(App.created_at),
)
_by_key = select(*_columns).where(among(App.id))
_count = select(func.count()).select_from(App)
_token = (
    col(AppToken.app_id),
    col(AppToken.id),
    col(AppToken.hint),
    col(AppToken.created_at),
    col(AppToken.expires_at),
    col(AppToken.revoked_at),
    col(AppToken.last_used_at),
)
_tokens = select(*_token).where(among(AppToken.app_id)).order_by(col(AppToken.id).desc())
_tokens_by_key = select(*_token).where(among(AppToken.id))
_is_good = (
    col(AppToken.revoked_at).is_(None),
    or_(col(AppToken.expires_at).is_(None), col(AppToken.expires_at) > bindparam("now")),
)
_caller = (
    select(
        col(App.id),
        col(App.permissions),
        col(App.channel_ids),
        col(App.must_sign),
        col(AppToken.id),
        col(AppToken.expires_at),
        col(AppToken.signing),
    )
    .join(AppToken, col(AppToken.app_id) == col(App.id))
    .where(col(App.is_active), *_is_good)
)
_caller_by_hash = _caller.where(col(AppToken.token_hash) == bindparam("token_hash"))
_caller_by_key = _caller.where(col(AppToken.id) == bindparam("token"))
_usage = (
    select(col(AppUsage.app_id), col(AppUsage.day), col(AppUsage.requests), col(AppUsage.points), col(AppUsage.refused))
    .where(among(AppUsage.app_id), col(AppUsage.day) > bindparam("since", type_=Date))
    .order_by(col(AppUsage.day).desc())
)


def app(row: Row) -> AppProfile:
    key, name, permissions, channels, must_sign, is_active, created_at = row
    return AppProfile(key, name, _reach(permissions, channels), must_sign, is_active, created_at)


def _reach(permissions: Sequence[str], channels: Sequence[UUID] | None) -> Reach:
    return Reach(rules.in_order(rules.permissions_of(permissions)), channels)


async def apps_by_key(reads: Reads, keys: Sequence[UUID]) -> list[AppProfile | None]:
    """Apps of these keys, in their order."""
    found = keyed(await reads.rows(_by_key, keys=list(keys)))
    return [app(found[key]) if key in found else None for key in keys]


@cache
def _apps(order: str, forward: bool, from_key: bool) -> Select[Any]:  # noqa: ARG001
    by = [(cast("ColumnElement[Any]", col(App.id)), False)]
    return paged(cast("Select[Any]", select(*_columns)), by, forward=forward, from_key=from_key)


async def apps(reads: Reads, asked: Window) -> Sequence[Row]:
    """One page of the apps, longest there first."""
    return await reads.rows(_apps(*asked.shape), **asked.params)


async def app_count(reads: Reads) -> int:
    count: int = (await reads.rows(_count))[0][0]
    return count


def _token_of(row: Row) -> AppTokenProfile:
    app_key, key, *rest = row
    return AppTokenProfile(key, app_key, *rest)


async def tokens_of(reads: Reads, apps: Sequence[UUID]) -> list[list[AppTokenProfile]]:
    """The tokens of each app, the latest first, also those that are over."""
    rows = await reads.rows(_tokens, keys=list(apps))
    return [[_token_of(row) for row in owned] for owned in grouped(rows, apps)]


async def tokens_by_key(reads: Reads, keys: Sequence[UUID]) -> list[AppTokenProfile | None]:
    """Tokens of these keys, in their order."""
    found = {row[1]: _token_of(row) for row in await reads.rows(_tokens_by_key, keys=list(keys))}
    return [found.get(key) for key in keys]


def _caller_of(rows: Sequence[Row]) -> AppCaller | None:
    if not rows:
        return None
    key, permissions, channels, must_sign, token, expires_at, secret = rows[0]
    return AppCaller(key, _reach(permissions, channels), must_sign, token, expires_at, secret)


async def caller_by_hash(reads: Reads, token_hash: str) -> AppCaller | None:
    """The app whose token this is, if both are still good."""
    return _caller_of(await reads.rows(_caller_by_hash, token_hash=token_hash, now=reads.now()))


async def caller_by_key(reads: Reads, token: UUID) -> AppCaller | None:
    """The app that signs with a token, if both are still good."""
    return _caller_of(await reads.rows(_caller_by_key, token=token, now=reads.now()))


async def use_nonce(session: Session, app: UUID, nonce: str) -> bool:
    """Take a nonce of an app; False when it was taken before."""
    statement = (
        insert(AppNonce)
        .values(id=new_key(), app_id=app, nonce=nonce, at=session.now())
        .on_conflict_do_nothing(index_elements=["app_id", "nonce"])
        .returning(col(AppNonce.id))
    )
    return bool(await session.rows(statement))


async def forget_nonces(session: Session, before: datetime) -> None:
    """Remove nonces that no signature is good for any more."""
    await session.execute(delete(AppNonce).where(col(AppNonce.at) < before))


async def lock_app(session: Session, key: UUID) -> App | None:
    """The app, held until the transaction ends. Its tokens change only under this lock."""
    return await session.get(App, key, with_for_update=True, populate_existing=True)


async def good_tokens(session: Session, app: UUID) -> int:
    """How many tokens of an app are good now."""
    statement = select(func.count()).select_from(AppToken).where(col(AppToken.app_id) == app, *_is_good)
    count: int = (await session.rows(statement, now=session.now()))[0][0]
    return count


async def app_of_token(session: Session, token: UUID) -> UUID | None:
    """Whose token it is."""
    rows = await session.rows(select(col(AppToken.app_id)).where(col(AppToken.id) == token))
    return rows[0][0] if rows else None


async def revoke_tokens(session: Session, app: UUID, token: UUID | None = None) -> None:
    """End one token of an app, or all of them."""
    which = [col(AppToken.app_id) == app, col(AppToken.revoked_at).is_(None)]
    statement = update(AppToken).where(*which, *([col(AppToken.id) == token] if token else ()))
    await session.execute(statement.values(revoked_at=session.now()))


async def usage_of(reads: Reads, apps: Sequence[UUID], days: int, today: date) -> list[list[Spent]]:
    """What each app asked for on the last days, the latest first. Days without a request are left out."""
    rows = await reads.rows(_usage, keys=list(apps), since=today - timedelta(days=days))
    return [[Spent(*row[1:]) for row in owned] for owned in grouped(rows, apps)]


_add_usage = text(
    """
    with known as (
      select id, used_at from accounts_app_token join unnest(:tokens, :instants) as used (token, used_at) on token = id
      order by id for update of accounts_app_token
    ), noted as (
      update accounts_app_token set last_used_at = greatest(last_used_at, known.used_at)
      from known where known.id = accounts_app_token.id
    )
    insert into accounts_app_usage (id, app_id, day, requests, points, refused)
    select * from unnest(:ids, :apps, :days, :requests, :points, :refused)
      as given (id, app_id, day, requests, points, refused) order by app_id, day
    on conflict (app_id, day) do update set
      requests = accounts_app_usage.requests + excluded.requests,
      points = accounts_app_usage.points + excluded.points,
      refused = accounts_app_usage.refused + excluded.refused
    """
).bindparams(
    bindparam("tokens", type_=ARRAY(Uuid)),
    bindparam("instants", type_=ARRAY(DateTime(timezone=True))),
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("apps", type_=ARRAY(Uuid)),
    bindparam("days", type_=ARRAY(Date)),
    *(bindparam(name, type_=ARRAY(BigInteger)) for name in ("requests", "points", "refused")),
)


async def add_usage(
    session: Session, spent: Sequence[tuple[UUID, Spent]], used: Sequence[tuple[UUID, datetime]]
) -> None:
    """Add what apps asked for, and when their tokens were used last, in one statement."""
    given = {
        "tokens": [token for token, _ in used],
        "instants": [instant for _, instant in used],
        "ids": [new_key() for _ in spent],
        "apps": [key for key, _ in spent],
        "days": [one.day for _, one in spent],
        "requests": [one.requests for _, one in spent],
        "points": [one.points for _, one in spent],
        "refused": [one.refused for _, one in spent],
    }
    await session.execute(_add_usage, given)
