"""Second factors: how they are set up, asked for, and taken away."""

from uuid import UUID

from commerce.accounts import queries as accounts
from commerce.accounts.actions import challenges, proving, sessions, tries
from commerce.accounts.errors import (
    CodeRejected,
    NoSecondFactor,
    OwnSecondFactor,
    SecondFactorOn,
)
from commerce.accounts.models import Account, Totp
from commerce.accounts.queries import factors as queries
from commerce.accounts.rules import codes, emails
from commerce.accounts.rules import factors as rules
from commerce.accounts.rules import tries as tries_rules
from commerce.accounts.values import EMAIL, AccountKind, Purpose, SignedIn, SignInMethod, StaffRules
from commerce.kit import ids
from commerce.kit.actor import SHOP, Actor
from commerce.kit.audit import Deed, note
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, RequestError

CODE = ("input", "code")
SENT = ("input", "credential", "secondFactor", "code")


async def begin(context: Context, actor: Actor, password: str | None) -> tuple[str, str]:
    """Start to set up an authenticator app: the secret that it is to hold, and the same as an address for a QR code.

    It counts once a first code was shown. Whoever has not just signed in shows again who they are.
    """
    key = _own(actor)
    await proving.check_oneself(context, actor, password, "input", "password")
    secret = rules.new_secret()
    async with context.transaction() as session:
        account = await accounts.lock_account(session, key)
        known = await queries.lock_totp(session, key)
        if account is None or (known is not None and known.confirmed_at is not None):
            raise SecondFactorOn
        await queries.remove_factor(session, key)
        if known is not None:
            session.expunge(known)
        session.add(Totp(id=key, secret=session.vault.seal("totp", secret)))
    [profile] = await accounts.profiles(context, [key])
    whose = (profile.email or profile.phone or profile.name) if profile else None
    return secret, rules.uri(secret, whose or str(key), context[StaffRules].issuer)


def _own(actor: Actor) -> UUID:
    if actor.person is None:
        raise RequestError("FORBIDDEN", "Only people have second factors.")
    return actor.person


async def confirm(context: Context, actor: Actor, code: str) -> list[str]:
    """Show that the app works: from now on the account asks for its codes. The recovery codes are told this once."""
    key, fresh = _own(actor), rules.new_recovery_codes()
    bucket = tries_rules.bucket_of_second_factor(key)
    counted = await tries.count(context, [bucket], *CODE)
    async with context.transaction() as session:
        await accounts.lock_account(session, key)
        totp = await queries.lock_totp(session, key)
        if totp is None:
            raise NoSecondFactor(*CODE)
        if totp.confirmed_at is not None:
            raise SecondFactorOn(*CODE)
        step = rules.step_of(session.vault.open("totp", totp.secret), code, session.now())
        if step is None:
            raise CodeRejected(*CODE)
        totp.confirmed_at, totp.last_step = session.now(), step
        await queries.set_recovery_codes(session, key, [rules.recovery_hash(key, one) for one in fresh])
        await tries.forgive(session, counted, bucket)
    return fresh


async def disable(context: Context, actor: Actor, code: str) -> None:
    """Take the second factor of the caller away, by one of its codes."""
    key = _own(actor)
    bucket = tries_rules.bucket_of_second_factor(key)
    counted = await tries.count(context, [bucket], *CODE)
    async with context.transaction() as session:
        await _check(session, key, code, *CODE)
        await queries.remove_factor(session, key)
        await tries.forgive(session, counted, bucket)


async def renew_recovery_codes(context: Context, actor: Actor, code: str) -> list[str]:
    """New recovery codes in place of all old ones, by a code. They are told this once."""
    key, fresh = _own(actor), rules.new_recovery_codes()
    bucket = tries_rules.bucket_of_second_factor(key)
    counted = await tries.count(context, [bucket], *CODE)
    async with context.transaction() as session:
        await _check(session, key, code, *CODE)
        await queries.set_recovery_codes(session, key, [rules.recovery_hash(key, one) for one in fresh])
        await tries.forgive(session, counted, bucket)
    return fresh


async def sign_in(context: Context, challenge: UUID | None, code: str) -> SignedIn:
    """Open the session that a second factor was still missing for. A code opens one, however many ask with it."""
    async with context.transaction() as session:
        key = await queries.try_second_factor(session, challenge, codes.MOST_TRIES) if challenge else None
    if key is None or challenge is None:
        raise CodeRejected(*SENT)
    bucket = tries_rules.bucket_of_second_factor(key)
    counted = await tries.count(context, [bucket], *SENT)
    async with context.transaction() as session:
        account = await _check(session, key, code, *SENT)
        answered = await challenges.take(session, challenge, Purpose.SECOND_FACTOR, field=SENT)
        await tries.forgive(session, counted, bucket)
        return sessions.begin(session, context, account.id, SignInMethod(answered.hidden["method"]))


async def _check(session: Session, key: UUID, code: str, *field: str) -> Account:
    """Use up a code of an active account, which is held. CodeRejected for any other."""
    account = await accounts.lock_account(session, key)
    totp = await queries.lock_totp(session, key)
    if account is None or not account.is_active or totp is None or totp.confirmed_at is None:
        raise NoSecondFactor(*field)
    step = rules.step_of(session.vault.open("totp", totp.secret), code, session.now())
    is_right = (
        await queries.use_step(session, key, step)
        if step is not None
        else await queries.use_recovery_code(session, key, rules.recovery_hash(key, code))
    )
    if not is_right:
        raise CodeRejected(*field)
    return account


async def reset(session: Session, actor: Actor, key: UUID) -> None:
    """Take away the second factor of a staff member who has lost it, and sign them out everywhere.

    One's own goes by a code: whoever has stolen a session must not get around it.
    """
    if key == actor.person:
        raise OwnSecondFactor("input", "staffId")
    account = await accounts.lock_account(session, key)
    if account is None or account.kind != AccountKind.STAFF:
        raise NotFound("input", "staffId")
    await _take_away(session, key)


async def reset_by_email(context: Context, email: str) -> None:
    """The same by the operator of the shop, who can also help the last one who manages the staff."""
    async with context.transaction() as session:
        owner = await accounts.owner_of(session, EMAIL, emails.normal_email(email))
        account = await accounts.lock_account(session, owner) if owner else None
        if account is None:
            raise NotFound("email")
        await _take_away(session, account.id)
        note(session, Deed(SHOP, "admin reset-second-factor", ids.encode(account.kind.lower(), account.id)))


async def _take_away(session: Session, key: UUID) -> None:
    await queries.remove_factor(session, key)
    await accounts.revoke_all(session, key)
