"""Passwords: how they are chosen, changed and set anew."""

from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.actions import challenges, codes, hashing, notices, tries
from commerce.accounts.errors import CodeRejected, PasswordRejected
from commerce.accounts.events import PasswordSet
from commerce.accounts.models import Account
from commerce.accounts.queries import own
from commerce.accounts.rules import emails, letters
from commerce.accounts.rules import passwords as rules
from commerce.accounts.rules import tries as tries_rules
from commerce.accounts.values import EMAIL, Answered, Contact, ContactKind, Purpose, Sent
from commerce.kit.actor import Actor
from commerce.kit.context import Context
from commerce.kit.db import Session
from commerce.kit.errors import RequestError
from commerce.kit.events import record

SENT = ("input", "currentPassword")
CODE = ("input", "code")


async def sign_up(context: Context, email: str, password: str, name: str | None) -> Sent:
    """Put a password by for whoever shows that an address is theirs. Known addresses are answered like unknown ones.

    The code opens the account. If there is one by then, it signs its owner in, and the password is dropped.
    """
    contact = Contact(ContactKind.EMAIL, emails.checked_email(email, "input", "email"))
    name = emails.checked_name(name, "input", "name") if name is not None else None
    rules.check_password(password, "input", "password")
    hidden = {"password": await hashing.hash_of(password), "name": name}
    async with context.transaction() as session:
        return await codes.send(session, context, contact, Purpose.SIGN_IN, hidden=hidden, field=("input", "email"))


async def ask_reset(session: Session, context: Context, contact: Contact) -> Sent:
    """Send a code to set a new password with. A contact that is nobody's gets a letter that says so; the asker is not told."""
    owner = await queries.owner_of(session, contact.provider, contact.address)
    write = None if owner is not None else letters.no_account
    return await codes.send(session, context, contact, Purpose.PASSWORD_RESET, owner, write=write)


async def reset(context: Context, challenge: UUID | None, code: str, new: str) -> None:
    """Give an account another password, for whoever has the code that was sent. All its sessions end."""
    rules.check_password(new, "input", "newPassword")
    key = await challenges.check_code(context, challenge, code, Purpose.PASSWORD_RESET, field=CODE)
    new_hash = await hashing.hash_of(new)
    async with context.transaction() as session:
        account = await _owner(session, await challenges.take(session, key, Purpose.PASSWORD_RESET, field=CODE))
        await _set(session, context, account, new_hash)
        await queries.revoke_all(session, account.id)


async def _owner(session: Session, answered: Answered) -> Account:
    """Whose new password it is: the account that had the contact when the code was sent, and has it still."""
    contact, account = answered.contact, None
    if contact is not None and answered.account is not None:
        await queries.hold_subject(session, contact.provider, contact.address)
        owner = await queries.owner_of(session, contact.provider, contact.address)
        account = await queries.lock_account(session, answered.account) if owner == answered.account else None
    if account is None or not account.is_active:
        raise CodeRejected(*CODE)
    return account


async def _set(session: Session, context: Context, account: Account, new_hash: str) -> None:
    """From now on it is this password. Wrong ones that were tried before do not count any more."""
    account.password_hash = new_hash
    known = await own.identities(session, account.id)
    buckets = [tries_rules.bucket_of_account(one.subject) for one in known if one.provider == EMAIL]
    await tries.forgive(session, [], tries_rules.bucket_of_change(account.id), *buckets)
    record(session, PasswordSet(account.id))
    await notices.tell(session, context, known, letters.PASSWORD_SET)


async def change_password(context: Context, actor: Actor, current: str, new: str) -> None:
    """Give the caller's account another password. All its sessions end but the one that asks."""
    known = await queries.credential_by_key(context, actor.id) if actor.id else None
    if known is None:
        raise RequestError("FORBIDDEN", "Only people have passwords.")
    rules.check_password(new, "input", "newPassword")
    await tries.count(context, [tries_rules.bucket_of_change(known.account)], *SENT)
    if not await hashing.matches(current, known.password_hash):
        raise PasswordRejected(*SENT)
    new_hash = await hashing.hash_of(new)
    async with context.transaction() as session:
        account = await queries.lock_account(session, known.account)
        if account is None or account.password_hash != known.password_hash:
            raise PasswordRejected(*SENT)
        await _set(session, context, account, new_hash)
        await _end_others(session, actor, account)


async def change_password_by_code(context: Context, actor: Actor, challenge: UUID | None, code: str, new: str) -> None:
    """The same with a code that was sent to a contact of the caller's, such as for a first password."""
    rules.check_password(new, "input", "newPassword")
    key = await challenges.check_code(context, challenge, code, Purpose.PASSWORD_RESET, field=CODE)
    new_hash = await hashing.hash_of(new)
    async with context.transaction() as session:
        account = await _owner(session, await challenges.take(session, key, Purpose.PASSWORD_RESET, field=CODE))
        if account.id != actor.person:
            raise CodeRejected(*CODE)
        await _set(session, context, account, new_hash)
        await _end_others(session, actor, account)


async def _end_others(session: Session, actor: Actor, account: Account) -> None:
    family = await queries.family_of(session, actor.session) if actor.session else None
    await queries.revoke_all(session, account.id, but=family)
