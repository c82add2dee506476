"""What an account tells of a person, and how it is forgotten."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from commerce.accounts import queries
from commerce.accounts.queries import privacy
from commerce.accounts.values import EMAIL, PHONE, AccountKind
from commerce.kit.db import Reads, Session
from commerce.kit.errors import spoken
from commerce.messages import actions as messages

STILL_STAFF = spoken("Members of the staff are erased after they have left it.")


async def tell(reads: Reads, person: UUID) -> dict[str, Any]:
    """What the account of a person holds."""
    [profile] = await queries.profiles(reads, [person])
    identities = await privacy.identities_of(reads, person)
    sign_ins = await privacy.sign_ins_of(reads, person)
    return {
        "name": profile.name if profile else None,
        "createdAt": profile.created_at if profile else None,
        "identities": [{"provider": p, "subject": subject, "since": since} for p, subject, since in identities],
        "signIns": [
            {"beganAt": began, "method": method, "client": client, "lastAt": last}
            for began, method, client, last in sign_ins
        ],
    }


async def hold_shown(session: Session, person: UUID) -> None:
    """Hold what somebody is to show, and only then their account: whoever uses it up comes to the account by it."""
    await privacy.hold_shown(session, person, *_indexes(session, await _contacts(session, person)))


async def forget(session: Session, person: UUID) -> None:
    """Close an account and remove all that tells whose it was, what was written there included."""
    account = await queries.lock_account(session, person)
    if account is None:
        return
    contacts = await _contacts(session, person)
    for _, contact in contacts:
        await messages.forget_recipient(session, contact)
    await privacy.forget_account(session, person, *_indexes(session, contacts))
    account.name = account.password_hash = None
    account.is_active, account.permissions = False, []


async def _contacts(session: Session, person: UUID) -> list[tuple[str, str]]:
    known = await privacy.identities_of(session, person)
    return [(provider, subject) for provider, subject, _ in known if provider in (EMAIL, PHONE)]


def _indexes(session: Session, contacts: Sequence[tuple[str, str]]) -> tuple[list[bytes], list[bytes]]:
    """What the challenges and the invitations of somebody are found by."""
    vault = session.vault
    shown = [index for _, contact in contacts for index in vault.indexes("contact", contact)]
    return shown, [index for kind, one in contacts if kind == EMAIL for index in vault.indexes("email", one)]


async def holds(reads: Reads, person: UUID) -> str | None:
    """Whoever works here is not forgotten yet."""
    [profile] = await queries.profiles(reads, [person])
    return STILL_STAFF if profile is not None and profile.kind == AccountKind.STAFF and profile.is_active else None
