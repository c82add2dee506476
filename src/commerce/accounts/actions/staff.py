"""Staff members and what they may do."""

from collections.abc import Collection, Sequence
from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.actions import hashing, identities, roles
from commerce.accounts.errors import EmailTaken
from commerce.accounts.models import Account
from commerce.accounts.queries.invitations import revoke_those_by
from commerce.accounts.queries.roles import has_manager, hold_rights
from commerce.accounts.rules import emails, passwords
from commerce.accounts.rules import staff as rules
from commerce.accounts.values import EMAIL, AccountKind, Grant, IdentityKind, Proof
from commerce.kit import ids
from commerce.kit.actor import SHOP, Actor, Permission
from commerce.kit.audit import Deed, note
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.errors import Invalid, NotFound

MADE = "admin create"
"""What the audit log calls it when the operator makes somebody who may do everything."""


async def create_staff(
    context: Context, actor: Actor, *, email: str, name: str, password: str, permissions: Collection[Permission]
) -> UUID:
    """Let somebody in as staff, with permissions that the actor holds too."""
    email = emails.checked_email(email, "input", "email")
    name = emails.checked_name(name, "input", "name")
    passwords.check_password(password, "input", "password")
    rules.check_granted(actor, permissions)
    password_hash = await hashing.hash_of(password)
    async with context.transaction() as session:
        key = (await _add(session, email, name, password_hash, permissions)).id
        session.answer = ids.encode("staff", key)
        note(session, Deed(actor, MADE, session.answer))
    return key


async def _add(
    session: Session, email: str, name: str, password_hash: str, permissions: Collection[Permission]
) -> Account:
    await queries.hold_subject(session, EMAIL, email)
    if await queries.owner_of(session, EMAIL, email) is not None:
        raise EmailTaken("input", "email")
    account = Account(
        kind=AccountKind.STAFF,
        name=session.vault.seal("name", name),
        password_hash=password_hash,
        permissions=[*rules.in_order(permissions)],
        created_at=session.now(),
    )
    session.add(account)
    await session.flush()
    identities.add(session, account.id, Proof(IdentityKind.EMAIL, EMAIL, email))
    return account


async def update_staff(
    session: Session,
    actor: Actor,
    key: UUID,
    *,
    name: str | None = None,
    permissions: Collection[Permission] | None = None,
    grants: Sequence[Grant] | None = None,
    is_active: bool | None = None,
) -> Account:
    """Change what is given. Somebody who is disabled is signed out everywhere, and what they promised is withdrawn."""
    await hold_rights(session)
    member, had_manager = await queries.lock_account(session, key), await has_manager(session)
    if member is None or member.kind != AccountKind.STAFF:
        raise NotFound("input", "staffId")
    if name is not None:
        member.name = session.vault.seal("name", emails.checked_name(name, "input", "name"))
    if permissions is not None:
        rules.check_granted(actor, permissions, rules.permissions_of(member.permissions))
        member.permissions = [*rules.in_order(permissions)]
    if grants is not None:
        await roles.set_grants(session, actor, key, grants)
    if permissions is not None or grants is not None:
        field = "roles" if permissions is None else "permissions"
        await roles.check_still_managed(session, field, had_manager=had_manager)
    if is_active is not None:
        member.is_active = is_active
        await roles.check_still_managed(session, "isActive", had_manager=had_manager)
    if is_active is False:
        await queries.revoke_all(session, key)
        await revoke_those_by(session, key)
    return member


async def make_admin(context: Context, *, email: str, password: str, name: str, update: bool = False) -> UUID:
    """A staff member who may do everything, made by the operator.

    EmailTaken for a known address, unless it is to be updated: then it gets this password and all permissions, and is
    signed out everywhere.
    """
    email = emails.checked_email(email, "email")
    known = await queries.credential_by_email(context, email)
    if known is None:
        everything = list(Permission)
        return await create_staff(context, SHOP, email=email, name=name, password=password, permissions=everything)
    if not update:
        raise EmailTaken("email")
    passwords.check_password(password, "password")
    password_hash = await hashing.hash_of(password)
    async with context.transaction() as session:
        account = await queries.lock_account(session, known.account)
        if account is None or account.kind != AccountKind.STAFF:
            raise Invalid("email")
        account.password_hash, account.permissions, account.is_active = password_hash, list(Permission), True
        await queries.revoke_all(session, account.id)
        note(session, Deed(SHOP, MADE, ids.encode("staff", account.id)))
    return known.account
