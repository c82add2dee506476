"""Apps of integrators: what they may do, their tokens, and how their requests are let in."""

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from commerce.accounts.actions.usage import AppUses
from commerce.accounts.errors import AppDeactivated, TooManyTokens
from commerce.accounts.models import App, AppToken
from commerce.accounts.queries import apps as queries
from commerce.accounts.queries.roles import known_channels
from commerce.accounts.rules import apps as rules
from commerce.accounts.rules import emails, tokens
from commerce.accounts.rules import staff as staff_rules
from commerce.accounts.values import AppCaller, Reach, SentRequest, Signature
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.errors import Invalid, NotFound, RequestError

# ----------------------------------------------------------------------------------- how they are let in


def is_app(authorization: str) -> bool:
    """Whether a header `Authorization` is that of an app, right or wrong."""
    return rules.is_signed(authorization) or (tokens.bearer(authorization) or "").startswith(rules.PREFIX)


async def actor_from(context: Context, authorization: str, sent: SentRequest | None) -> Actor:
    """The app that sends this header. UNAUTHENTICATED with a reason when it is not let in.

    `sent` is what a signature is for; None on a socket, where nothing is signed.
    """
    if rules.is_signed(authorization):
        caller = await _by_signature(context, authorization, sent)
    else:
        caller = await _by_token(context, tokens.bearer(authorization) or "")
    context[AppUses].use(caller.token, context.now())
    permissions, channels = frozenset(caller.reach.permissions), caller.reach.channels
    return Actor(
        ActorKind.APP,
        caller.key,
        permissions if channels is None else frozenset(),
        until=caller.expires_at,
        within={} if channels is None else dict.fromkeys(channels, permissions),
    )


async def _by_token(context: Context, token: str) -> AppCaller:
    known = await queries.caller_by_hash(context, rules.token_hash(token)) if rules.is_token(token) else None
    if known is None:
        _refuse("TOKEN", "The app token is not valid, was revoked, or has expired.")
    if known.must_sign:
        _turn_away(context, known, "SIGNATURE_REQUIRED", "Requests of this app must be signed.")
    return known


async def _by_signature(context: Context, authorization: str, sent: SentRequest | None) -> AppCaller:
    signature = rules.signature_of(authorization)
    if signature is None or sent is None:
        _refuse("SIGNATURE", "The signature cannot be read, or none is taken here.")
    known = await queries.caller_by_key(context, signature.token)
    if known is None:
        _refuse("TOKEN", "The app token is not valid, was revoked, or has expired.")
    if not sent.was_seen:
        await _check_signature(context, known, signature, sent)
    return known


async def _check_signature(context: Context, known: AppCaller, signature: Signature, sent: SentRequest) -> None:
    """Refuse what was not signed just so, just now, and for the first time. A nonce counts only for a right signature."""
    if not rules.is_by(context.vault.open("signing", known.secret), signature, sent):
        _turn_away(context, known, "SIGNATURE", "The signature is not that of this request.")
    if not rules.is_of_now(signature.timestamp, context.now()):
        _turn_away(context, known, "TIMESTAMP", "The timestamp is more than 300 seconds off.")
    async with context.transaction() as session:
        is_new = await queries.use_nonce(session, known.key, signature.nonce)
    if not is_new:
        _turn_away(context, known, "NONCE", "The nonce was used before.")


def _turn_away(context: Context, known: AppCaller, reason: str, message: str) -> NoReturn:
    context[AppUses].spend(known.key, context.now().date(), requests=1, refused=1)
    _refuse(reason, message)


def _refuse(reason: str, message: str) -> NoReturn:
    raise RequestError("UNAUTHENTICATED", message, reason=reason)


# ------------------------------------------------------------------------------------- how they are kept


async def create(session: Session, actor: Actor, *, name: str, reach: Reach, must_sign: bool) -> App:
    """Make an app that may do no more than whoever makes it."""
    name = emails.checked_name(name, "input", "name")
    await _check_reach(session, actor, reach, None)
    app = App(
        name=name,
        permissions=[*staff_rules.in_order(reach.permissions)],
        channel_ids=[*reach.channels] if reach.channels is not None else None,
        must_sign=must_sign,
        created_at=session.now(),
    )
    session.add(app)
    return app


async def update(
    session: Session,
    actor: Actor,
    key: UUID,
    *,
    name: str | None,
    permissions: Sequence[Permission] | None,
    channels: tuple[Sequence[UUID] | None] | None,
    must_sign: bool | None,
) -> None:
    """Change what is given, from the next request on. What is added the actor may do in that place.

    `channels` is None where they stay, and holds None for all of them.
    """
    app = await _active(session, key)
    held = _reach_of(app)
    wanted = Reach(
        held.permissions if permissions is None else permissions, held.channels if channels is None else channels[0]
    )
    await _check_reach(session, actor, wanted, held)
    app.permissions = [*staff_rules.in_order(wanted.permissions)]
    app.channel_ids = [*wanted.channels] if wanted.channels is not None else None
    if name is not None:
        app.name = emails.checked_name(name, "input", "name")
    if must_sign is not None:
        app.must_sign = must_sign


async def _check_reach(session: Session, actor: Actor, wanted: Reach, held: Reach | None) -> None:
    rules.check_channels(wanted.channels, "input", "channelIds")
    known = await known_channels(session, wanted.channels or [])
    for place, channel in enumerate(wanted.channels or []):
        if channel not in known:
            raise NotFound("input", "channelIds", place)
    rules.check_reach(actor, wanted, held, "input", "permissions")


async def _active(session: Session, key: UUID) -> App:
    app = await queries.lock_app(session, key)
    if app is None:
        raise NotFound("input", "appId")
    if not app.is_active:
        raise AppDeactivated("input", "appId")
    return app


def _reach_of(app: App) -> Reach:
    return Reach(staff_rules.in_order(staff_rules.permissions_of(app.permissions)), app.channel_ids)


async def deactivate(session: Session, key: UUID) -> None:
    """Shut an app out for good: its tokens end with it."""
    app = await queries.lock_app(session, key)
    if app is None:
        raise NotFound("input", "appId")
    app.is_active = False
    await queries.revoke_tokens(session, key)


async def create_token(session: Session, actor: Actor, key: UUID, expires_at: datetime | None) -> tuple[AppToken, str]:
    """A new token of an app, and what it says, which is told this once. At most two are good at the same time.

    Whoever makes one could use it, so they must themselves be allowed all that the app may do.
    """
    app = await _active(session, key)
    rules.check_reach(actor, _reach_of(app), None, "input", "appId")
    if expires_at is not None and expires_at <= session.now():
        raise Invalid("input", "expiresAt")
    if await queries.good_tokens(session, key) >= rules.MOST_TOKENS:
        raise TooManyTokens("input", "appId", most=rules.MOST_TOKENS)
    secret = rules.new_token()
    token = AppToken(
        app_id=key,
        token_hash=rules.token_hash(secret),
        signing=session.vault.seal("signing", secret),
        hint=secret[-rules.HINT :],
        created_at=session.now(),
        expires_at=expires_at,
    )
    session.add(token)
    return token, secret


async def revoke_token(session: Session, key: UUID) -> None:
    """End a token of an app, for its next request."""
    app = await queries.app_of_token(session, key)
    if app is None:
        raise NotFound("input", "tokenId")
    await queries.lock_app(session, app)
    await queries.revoke_tokens(session, app, key)
