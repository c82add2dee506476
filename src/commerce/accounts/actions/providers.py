"""Signing in by those who vouch for people: they are asked outside any transaction, and what they said is then noted."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.actions import challenges, identities, sessions, tries, vouching
from commerce.accounts.errors import CodeRejected, ProviderNotStarted, ProviderRejected
from commerce.accounts.providers import IdentityProvider, IdentityProviders
from commerce.accounts.queries import own
from commerce.accounts.rules import returns
from commerce.accounts.rules import tries as tries_rules
from commerce.accounts.values import (
    Arrival,
    Bucket,
    Caller,
    IdentityKind,
    Purpose,
    ReturnPlaces,
    Shown,
    SignedIn,
    SignInMethod,
    Started,
    Two,
    Visit,
)
from commerce.kit.actor import Actor
from commerce.kit.context import Context
from commerce.kit.errors import Invalid, Refusal

LIFE = timedelta(minutes=10)
"""How long somebody may take at the provider's page."""
LONGEST_CODE = 4000
_METHODS = {IdentityKind.WECHAT: SignInMethod.WECHAT, IdentityKind.OIDC: SignInMethod.OIDC}
Field = tuple[str, ...]


async def start(context: Context, name: str, return_url: str) -> Started:
    """Send somebody to a provider's page. What they must come back with is kept in a challenge, which they cannot read.

    Who is signed in can only link with it, and who is not only sign in.
    """
    provider = context[IdentityProviders].named(name, "input", "provider")
    if not provider.has_page:
        raise ProviderNotStarted("input", "provider")
    returns.check_return_url(return_url, context[ReturnPlaces], "input", "returnUrl")
    visit = Visit(return_url, secrets.token_hex(24), secrets.token_hex(24), secrets.token_urlsafe(48))
    try:
        address = await provider.start(visit)
    except Refusal as refusal:
        raise refusal.within("input") from None
    kept: dict[str, Any] = {
        "provider": name,
        "return_url": return_url,
        "state": visit.state,
        "nonce": visit.nonce,
        "verifier": visit.verifier,
    }
    async with context.transaction() as session:
        counted = await tries.count_within(session, _buckets(context), "input", "provider")
        kept["counted"] = [str(one) for one in counted]
        key = await challenges.open_for(session, Purpose.PROVIDER, context.actor.person, kept, LIFE)
        expires_at = session.now() + LIFE
    return Started(key, address, expires_at)


def _buckets(context: Context) -> list[Bucket]:
    return [tries_rules.bucket_of_providers(context[Caller].address)]


async def shown_in_app(context: Context, name: str, code: str, phone_code: str | None, field: Field) -> Arrival:
    """What the provider of an app says of whoever brings its code."""
    provider = context[IdentityProviders].named(name, *field, "provider")
    if provider.has_page:
        raise Invalid(*field, "provider")
    counted = await tries.count(context, _buckets(context), *field)
    return await _vouched(provider, Shown(code, phone_code), field, counted)


async def brought_back(context: Context, challenge: UUID | None, state: str, code: str, field: Field) -> Arrival:
    """What a provider says of whoever comes back from its page: with the state that they were sent there with, once, and
    as the same that they were then.
    """
    if challenge is None:
        raise CodeRejected(*field)
    async with context.transaction() as session:
        answered = await challenges.take(session, challenge, Purpose.PROVIDER, field=field)
    kept = answered.hidden
    if answered.account != context.actor.person or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        raise CodeRejected(*field)
    provider = context[IdentityProviders].named(kept["provider"], *field)
    visit = Visit(kept["return_url"], kept["state"], kept["nonce"], kept["verifier"])
    counted = [UUID(one) for one in kept["counted"]]
    return await _vouched(provider, Shown(code, visit=visit), field, counted)


async def _vouched(provider: IdentityProvider, shown: Shown, field: Field, counted: Sequence[UUID]) -> Arrival:
    if not 0 < len(shown.code) <= LONGEST_CODE or len(shown.phone_code or "") > LONGEST_CODE:
        raise ProviderRejected(*field, "code")
    try:
        return Arrival(await provider.prove(shown), field, tuple(counted))
    except Refusal as refusal:
        raise refusal.within(*field) from None


async def sign_in(context: Context, arrival: Arrival) -> SignedIn:
    """Let in somebody whom a provider vouches for. The first time opens their account."""
    async with context.transaction() as session:
        found = await vouching.owner_or_new(session, context, arrival.vouched)
        if found is None:
            raise ProviderRejected(*arrival.field)
        if isinstance(found, Two):
            merge = await identities.offer_merge(session, found)
        else:
            method = _METHODS[arrival.vouched.proof.kind]
            outcome = await sessions.admit(session, context, found, method)
            await tries.forgive(session, arrival.counted)
    if isinstance(found, Two):
        raise identities.taken(merge, *arrival.field, found.by)
    return sessions.admitted(outcome)


async def link(context: Context, actor: Actor, arrival: Arrival) -> UUID:
    """Add what a provider vouches for to the caller's account."""
    vouched = arrival.vouched
    async with context.transaction() as session:
        await vouching.hold(session, vouched)
        account = await queries.lock_account(session, actor.person) if actor.person else None
        if account is None or not account.is_active:
            raise ProviderRejected(*arrival.field)
        known = await own.identities(session, account.id)
        two = await vouching.link(session, account.id, vouched)
        outcome = await identities.linked(session, context, known, two, vouched.phone or vouched.proof)
        await tries.forgive(session, arrival.counted)
    return identities.settled(outcome, *arrival.field, *([two.by] if two else []))
