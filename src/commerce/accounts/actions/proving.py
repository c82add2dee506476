"""Showing once more who one is, for what a token that was left lying about is not enough for."""

from commerce.accounts import queries
from commerce.accounts.actions import hashing, tries
from commerce.accounts.errors import NotProvenAgain, NotShownLately, PasswordRejected
from commerce.accounts.queries import own
from commerce.accounts.rules import fresh
from commerce.accounts.rules import tries as tries_rules
from commerce.kit.actor import Actor
from commerce.kit.context import Context
from commerce.kit.db import Reads


async def check_fresh(reads: Reads, actor: Actor) -> None:
    """Refuse a caller who has signed in too long ago."""
    if not await _is_fresh(reads, actor):
        raise NotShownLately


async def check_oneself(context: Context, actor: Actor, password: str | None, *field: str) -> None:
    """See to it that it is really them: by their password, or without one by a sign-in of just now."""
    if password is not None:
        await check_password(context, actor, password, *field)
    elif not await _is_fresh(context, actor):
        raise NotProvenAgain(*field)


async def check_password(context: Context, actor: Actor, password: str, *field: str) -> None:
    """Refuse a wrong password of somebody who has signed in; a try that is counted as one to change it."""
    known = await queries.credential_by_key(context, actor.id) if actor.id else None
    if known is None:
        raise PasswordRejected(*field)
    bucket = tries_rules.bucket_of_change(known.account)
    counted = await tries.count(context, [bucket], *field)
    if not await hashing.matches(password, known.password_hash):
        raise PasswordRejected(*field)
    async with context.transaction() as session:
        await tries.forgive(session, counted, bucket)


async def _is_fresh(reads: Reads, actor: Actor) -> bool:
    began = await own.began(reads, actor.session)
    return fresh.is_fresh(began[0] if began else None, reads.now())
