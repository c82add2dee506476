"""Invitations to the staff: whoever holds the token of one has the address that it went to."""

from collections.abc import Collection, Sequence
from uuid import UUID

from commerce.accounts import queries as accounts
from commerce.accounts.actions import hashing, identities, roles, sessions
from commerce.accounts.errors import AlreadyStaff, InvitationAccepted, InvitationRejected
from commerce.accounts.models import Account, Invitation
from commerce.accounts.queries import invitations as queries
from commerce.accounts.queries.roles import hold_rights, keep_roles
from commerce.accounts.rules import emails, passwords
from commerce.accounts.rules import invitations as rules
from commerce.accounts.rules import staff as staff_rules
from commerce.accounts.values import (
    EMAIL,
    AccountKind,
    Grant,
    Halted,
    IdentityKind,
    Proof,
    SignedIn,
    SignInMethod,
    StaffRules,
)
from commerce.kit import ids
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.audit import Deed, note
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.errors import NotFound
from commerce.messages import actions as messages
from commerce.messages.values import MessageKind, Recipient


async def invite(
    context: Context,
    session: Session,
    actor: Actor,
    *,
    email: str,
    name: str,
    permissions: Collection[Permission],
    grants: Sequence[Grant],
) -> Invitation:
    """Write somebody a letter that lets them in as staff. It takes the place of earlier ones to the same address."""
    email = emails.checked_email(email, "input", "email")
    name = emails.checked_name(name, "input", "name")
    staff_rules.check_granted(actor, permissions)
    await hold_rights(session)
    await roles.check_grants(session, actor, grants)
    await accounts.hold_subject(session, EMAIL, email)
    if await _works_here(session, email):
        raise AlreadyStaff("input", "email")
    await queries.revoke_those_to(session, email)
    token, vault, now = rules.new_token(), session.vault, session.now()
    invitation = Invitation(
        email=vault.seal("email", email),
        email_index=vault.index("email", email),
        name=vault.seal("name", name),
        permissions=[*staff_rules.in_order(permissions)],
        grants=[{"role": str(g.role), "channel": str(g.channel) if g.channel else None} for g in grants],
        token_hash=rules.token_hash(token),
        invited_by_id=actor.person,
        created_at=now,
        expires_at=now + rules.LIFE,
    )
    session.add(invitation)
    letter = rules.letter(name, token, context[StaffRules].page)
    await messages.send(session, Recipient(MessageKind.EMAIL, email), letter, context.locales)
    return invitation


async def _works_here(session: Session, email: str) -> bool:
    owner = await accounts.owner_of(session, EMAIL, email)
    account = await session.get(Account, owner) if owner else None
    return account is not None and account.kind == AccountKind.STAFF


async def revoke(session: Session, key: UUID) -> Invitation:
    """Withdraw an invitation. One that is over already stays so."""
    invitation = await queries.lock_invitation(session, key)
    if invitation is None:
        raise NotFound("input", "invitationId")
    if invitation.accepted_at is not None:
        raise InvitationAccepted("input", "invitationId")
    invitation.revoked_at = invitation.revoked_at or session.now()
    return invitation


async def accept(context: Context, token: str, password: str, name: str | None) -> SignedIn:
    """Come in by an invitation: with a new account, or with the one that a customer has with this address."""
    digest, field = rules.token_hash(token), ("input", "token")
    async with context.transaction() as session:
        is_open = await queries.is_open(session, digest)
    if not is_open:
        raise InvitationRejected(*field)
    passwords.check_password(password, "input", "password")
    name = emails.checked_name(name, "input", "name") if name is not None else None
    password_hash = await hashing.hash_of(password)
    async with context.transaction() as session:
        await hold_rights(session)
        invitation = await queries.lock_open(session, digest)
        account = await _joining(session, invitation) if invitation is not None else None
        if invitation is None or account is None:
            raise InvitationRejected(*field)
        outcome = await _join(context, session, invitation, account, password_hash, name)
    return sessions.admitted(outcome)


async def _joining(session: Session, invitation: Invitation) -> Account | None:
    """The account of whoever holds the invitation, held; None where it may not become one of the staff."""
    email = session.vault.open("email", invitation.email)
    proof = Proof(IdentityKind.EMAIL, EMAIL, email)
    account = await identities.owner_or_new(session, proof)
    return account if account is not None and account.kind == AccountKind.CUSTOMER else None


async def _join(
    context: Context,
    session: Session,
    invitation: Invitation,
    account: Account,
    password_hash: str,
    name: str | None,
) -> SignedIn | Halted:
    """Make an account one of the staff. Whoever was signed in with it is no more: it may have been somebody else."""
    vault = session.vault
    account.kind, account.password_hash = AccountKind.STAFF, password_hash
    account.name = vault.seal("name", name or vault.open("name", invitation.name))
    account.permissions = list(invitation.permissions)
    await accounts.revoke_all(session, account.id)
    grants = queries.grants_from(invitation.grants)
    known = await keep_roles(session, [grant.role for grant in grants])
    roles.give(session, account.id, [grant for grant in grants if grant.role in known])
    invitation.accepted_at = session.now()
    newcomer = Actor(ActorKind.STAFF, account.id)
    note(session, Deed(newcomer, "staffInvitationAccept", ids.encode("staff_invitation", invitation.id)))
    return await sessions.admit(session, context, account, SignInMethod.INVITATION)
