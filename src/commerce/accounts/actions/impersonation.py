"""Staff in the place of a customer: for a while, for a reason, and never without a trace."""

from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.errors import NotInTheirPlace, StaffNotImpersonated
from commerce.accounts.events import ImpersonationBegun
from commerce.accounts.models import AccountSession
from commerce.accounts.rules import impersonation as rules
from commerce.accounts.rules import tokens
from commerce.accounts.values import AccountKind, Caller, Claims, SignInMethod, TokenKeys
from commerce.kit import ids
from commerce.kit.actor import Actor, ActorKind
from commerce.kit.audit import add_facts
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.errors import NotFound
from commerce.kit.events import record
from commerce.kit.ids import new_key


async def begin(context: Context, session: Session, actor: Actor, customer: UUID, reason: str) -> AccountSession:
    """Open a session in which a staff member acts as a customer. It ends with theirs, and cannot be renewed."""
    reason = rules.checked_reason(reason, "input", "reason")
    family = await queries.family_of(session, actor.session) if actor.session else None
    if actor.kind is not ActorKind.STAFF or actor.id is None or family is None:
        raise NotInTheirPlace("input", "customerId")
    account = await queries.lock_account(session, customer)
    if account is None or not account.is_active:
        raise NotFound("input", "customerId")
    if account.kind != AccountKind.CUSTOMER:
        raise StaffNotImpersonated("input", "customerId")
    now = session.now()
    opened = AccountSession(
        account_id=account.id,
        family=new_key(),
        refresh_hash=tokens.refresh_hash(tokens.new_refresh_token()),  # which nobody is told
        method=SignInMethod.IMPERSONATION,
        client=context[Caller].client,
        behind_id=actor.id,
        behind_family=family,
        reason=session.vault.seal("reason", reason),
        began_at=now,
        created_at=now,
        expires_at=now + rules.LIFE,
    )
    session.add(opened)
    add_facts(session, reason=reason, impersonation=ids.encode("session", opened.id))
    record(session, ImpersonationBegun(account.id, actor.id, opened.id))
    return opened


def token_of(context: Context, opened: AccountSession) -> str:
    """The access token of such a session."""
    claims = Claims(opened.account_id, opened.id)
    return tokens.access_token(context[TokenKeys], claims, opened.created_at, rules.LIFE)[0]
