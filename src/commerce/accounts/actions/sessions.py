"""Sign-ins: how they begin, go on and end."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.actions import challenges, hashing, identities, tries
from commerce.accounts.errors import CodeRejected, CredentialRejected, RefreshTokenRejected, SecondFactorRequired
from commerce.accounts.models import Account, AccountSession
from commerce.accounts.queries import own
from commerce.accounts.rules import emails, tokens
from commerce.accounts.rules import tries as tries_rules
from commerce.accounts.values import (
    Caller,
    Claims,
    Halted,
    Purpose,
    SignedIn,
    SignInMethod,
    StaffRules,
    TokenKeys,
    Tokens,
)
from commerce.kit import ids, people
from commerce.kit.actor import GUEST, Actor, ActorKind
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, RequestError
from commerce.kit.ids import new_key

SENT = ("input", "credential", "password")


async def actor_from(context: Context, authorization: str | None) -> Actor:
    """Who sends this `Authorization` header: a guest without one. UNAUTHENTICATED unless the session is open."""
    if authorization is None:
        return GUEST
    token, now = tokens.bearer(authorization), context.now()
    claims = tokens.claims_of(context[TokenKeys], token, now) if token else None
    needs_factor = context[StaffRules].needs_second_factor
    known = await queries.signed_in(context, claims, now, needs_factor=needs_factor) if claims else None
    if claims is None or known is None:
        raise RequestError("UNAUTHENTICATED", "The access token is not valid or has expired.")
    return Actor(
        ActorKind(known.kind),
        claims.account,
        known.rights.everywhere,
        session=claims.session,
        until=claims.until,
        within=known.rights.within,
        behind=known.behind,
    )


async def actor_by_cookie(context: Context, token: str) -> Actor:
    """Who a page's cookie says it is. One that is over is a guest: the page cannot leave it out to begin anew."""
    try:
        return await actor_from(context, f"Bearer {token}")
    except RequestError:
        return GUEST


async def sign_in(context: Context, email: str, password: str) -> SignedIn:
    """Open a session with e-mail address and password. Unknown addresses are answered like wrong passwords."""
    email, caller = emails.normal_email(email), context[Caller]
    buckets = tries_rules.buckets_of_sign_in(email, caller.address)
    counted = await tries.count(context, buckets, *SENT)
    known = await queries.credential_by_email(context, email) if emails.is_email(email) else None
    is_right = await hashing.matches(password, known.password_hash if known else None)
    if known is None or not is_right:
        raise CredentialRejected(*SENT)
    async with context.transaction() as session:
        account = await queries.lock_account(session, known.account)
        if account is None or not account.is_active or account.password_hash != known.password_hash:
            raise CredentialRejected(*SENT)
        await tries.forgive(session, counted, buckets[-1])
        outcome = await admit(session, context, account, SignInMethod.PASSWORD)
    return admitted(outcome)


async def sign_in_by_code(context: Context, challenge: UUID | None, code: str) -> SignedIn:
    """Open a session with a code that was sent to a contact. The first who shows it for a contact opens its account."""
    field = ("input", "credential", "code")
    key = await challenges.check_code(context, challenge, code, Purpose.SIGN_IN, field=field)
    async with context.transaction() as session:
        answered = await challenges.take(session, key, Purpose.SIGN_IN, field=field)
        assert answered.contact is not None
        proof = replace(answered.contact.proof, name=answered.hidden.get("name"))
        account = await identities.owner_or_new(session, proof, password_hash=answered.hidden.get("password"))
        if account is None:
            raise CodeRejected(*field)
        outcome = await admit(session, context, account, SignInMethod.CODE)
    return admitted(outcome)


async def admit(session: Session, context: Context, account: Account, method: SignInMethod) -> SignedIn | Halted:
    """Let in somebody who has shown who they are: with tokens, or by asking for the second factor of their account.

    The account is held by the caller, and active. The outcome goes through `admitted` after the commit.
    """
    if await queries.has_second_factor(session, account.id):
        return Halted(await challenges.open_for(session, Purpose.SECOND_FACTOR, account.id, {"method": method}))
    return begin(session, context, account.id, method)


def begin(
    session: Session, context: Context, account: UUID, method: SignInMethod, began_at: datetime | None = None
) -> SignedIn:
    """Open a session of an account. Whoever calls this has seen to it that nothing more is to be shown.

    `began_at` is when they signed in, if that was before.
    """
    now, client = session.now(), context[Caller].client
    for note in people.arrivals:
        note(context, session, account)
    chain, refresh_token = _Chain(new_key(), method, client, began_at or now), tokens.new_refresh_token()
    return SignedIn(account, _open(session, context[TokenKeys], account, chain, refresh_token))


def admitted(outcome: SignedIn | Halted) -> SignedIn:
    """Who has come in. SecondFactorRequired if there is more to show."""
    if isinstance(outcome, Halted):
        raise SecondFactorRequired("input", "credential", challenge_id=ids.encode("challenge", outcome.challenge))
    return outcome


async def refresh(context: Context, refresh_token: str, retry_key: str | None = None) -> SignedIn:
    """Trade a refresh token for new tokens. One that was used before ends the whole family: it may be stolen.

    A client that did not get its answer gets it once more, for a minute, with the key that it chose before (ADR 20).
    """
    async with context.transaction() as session:
        renewed = await _renew(session, context[TokenKeys], refresh_token, retry_key)
    if renewed is None:
        raise RefreshTokenRejected("input", "refreshToken")
    return renewed


async def _renew(session: Session, keys: TokenKeys, refresh_token: str, retry_key: str | None) -> SignedIn | None:
    refresh_hash = tokens.refresh_hash(refresh_token)
    following = tokens.next_refresh_token(keys, refresh_token, retry_key)
    owner = await queries.owner_of_refresh(session, refresh_hash)
    account = await queries.lock_account(session, owner) if owner else None
    if account is None:
        return None
    old = await queries.session_of_refresh(session, refresh_hash)
    if old is None:  # it was cleared away while we waited for the account
        return None
    if old.used_at is not None:
        return await _repeated(session, keys, old, following)
    if not account.is_active or not tokens.can_be_used(old.revoked_at, old.expires_at, session.now()):
        return None
    old.used_at = session.now()
    chain = _Chain(old.family, SignInMethod(old.method), old.client, old.began_at)
    return SignedIn(account.id, _open(session, keys, account.id, chain, following))


async def _repeated(session: Session, keys: TokenKeys, old: AccountSession, following: str) -> SignedIn | None:
    """The answer to a refresh that comes a second time: what it was, for who had the same key; else the family's end."""
    assert old.used_at is not None
    link, now = await queries.session_of_refresh(session, tokens.refresh_hash(following)), session.now()
    is_open = link is not None and tokens.can_be_used(link.revoked_at, link.expires_at, now)
    if link is None or not is_open or not tokens.is_retry(old.used_at, link.used_at, now):
        await queries.revoke_family(session, old.family)
        return None
    access, expires_at = tokens.access_token(keys, Claims(old.account_id, link.id), now)
    return SignedIn(old.account_id, Tokens(access, expires_at, following))


@dataclass(frozen=True, slots=True)
class _Chain:
    """What all links of a sign-in have in common."""

    family: UUID
    method: SignInMethod
    client: str
    began_at: datetime


def _open(session: Session, keys: TokenKeys, account: UUID, chain: _Chain, refresh_token: str) -> Tokens:
    now = session.now()
    opened = AccountSession(
        account_id=account,
        family=chain.family,
        refresh_hash=tokens.refresh_hash(refresh_token),
        method=chain.method,
        client=chain.client,
        began_at=chain.began_at,
        created_at=now,
        expires_at=now + tokens.REFRESH_LIFE,
    )
    session.add(opened)
    access, expires_at = tokens.access_token(keys, Claims(account, opened.id), now)
    return Tokens(access, expires_at, refresh_token)


async def revoke(session: Session, actor: Actor, family: UUID) -> None:
    """End one sign-in of the caller's, such as that of a lost phone. Its tokens are dead at once."""
    account = await queries.lock_account(session, actor.id) if actor.id else None
    known = await own.sessions(session, account.id, None) if account else []
    if family not in {one.key for one in known}:
        raise NotFound("input", "sessionId")
    await queries.revoke_family(session, family)


async def sign_out(session: Session, actor: Actor, *, everywhere: bool = False) -> None:
    """End the session of a caller, or all that the account has. Its tokens are dead at once.

    Whoever acts as somebody else ends nothing but that.
    """
    account = await queries.lock_account(session, actor.id) if actor.id else None
    if account is None or actor.session is None:
        return
    family = await queries.family_of(session, actor.session)
    if everywhere and actor.behind is None:
        await queries.revoke_all(session, account.id)
    elif family is not None:
        await queries.revoke_family(session, family)
