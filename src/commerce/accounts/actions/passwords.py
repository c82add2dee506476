"""Passwords and how they are changed."""

from commerce.accounts import queries
from commerce.accounts.actions import hashing, tries
from commerce.accounts.errors import PasswordRejected
from commerce.accounts.rules import passwords as rules
from commerce.accounts.rules import tries as tries_rules
from commerce.kit.actor import Actor
from commerce.kit.context import Context
from commerce.kit.errors import RequestError

SENT = ("input", "currentPassword")


async def change_password(context: Context, actor: Actor, current: str, new: str) -> None:
    """Give the caller's account another password. All its sessions end but the one that asks."""
    known = await queries.credential_by_key(context, actor.id) if actor.id else None
    if known is None:
        raise RequestError("FORBIDDEN", "Only people have passwords.")
    rules.check_password(new, "input", "newPassword")
    bucket = tries_rules.bucket_of_change(known.account)
    counted = await tries.count(context, [bucket], *SENT)
    if not await hashing.matches(current, known.password_hash):
        raise PasswordRejected(*SENT)
    new_hash = await hashing.hash_of(new)
    async with context.transaction() as session:
        account = await queries.lock_account(session, known.account)
        if account is None or account.password_hash != known.password_hash:
            raise PasswordRejected(*SENT)
        account.password_hash = new_hash
        family = await queries.family_of(session, actor.session) if actor.session else None
        await queries.revoke_all(session, account.id, but=family)
        await tries.forgive(session, counted, bucket)
