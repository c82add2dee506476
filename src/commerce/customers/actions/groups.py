"""Groups and who is in them."""

from collections.abc import Sequence
from uuid import UUID

from commerce.accounts.rules import emails
from commerce.customers import queries
from commerce.customers.errors import GroupCodeTaken
from commerce.customers.models import Group
from commerce.kit.checks import check_code
from commerce.kit.db import Session
from commerce.kit.errors import NotFound, raise_all


async def create_group(session: Session, *, code: str, name: str, is_tax_exempt: bool) -> UUID:
    """A new group, with nobody in it."""
    check_code(code, "input", "code")
    key = await queries.new_group(
        session, code=code, name=emails.checked_name(name, "input", "name"), is_tax_exempt=is_tax_exempt
    )
    if key is None:
        raise GroupCodeTaken("input", "code")
    return key


async def change_group(session: Session, key: UUID, *, name: str | None, is_tax_exempt: bool | None) -> None:
    group = await _group(session, key)
    if name is not None:
        group.name = emails.checked_name(name, "input", "name")
    if is_tax_exempt is not None:
        group.is_tax_exempt = is_tax_exempt


async def remove_group(session: Session, key: UUID) -> None:
    """Remove a group. Its members stay, and lose at once what they had by it."""
    await session.delete(await _group(session, key))


async def add_members(session: Session, key: UUID, customers: Sequence[UUID | None]) -> None:
    """Have customers in a group; those who are in it stay. All of them or none."""
    await _group(session, key)
    known = await queries.customers_visible(session, [one for one in customers if one], None)
    raise_all([NotFound("input", "customerIds", i) for i, one in enumerate(customers) if one not in known])
    await queries.add_members(session, key, sorted(known))


async def remove_members(session: Session, key: UUID, customers: Sequence[UUID | None]) -> None:
    """Have customers not in a group any more; those who were not in it do not matter."""
    await _group(session, key)
    await queries.remove_members(session, key, [one for one in customers if one])


async def _group(session: Session, key: UUID) -> Group:
    group = await queries.lock_group(session, key)
    if group is None:
        raise NotFound("input", "groupId")
    return group
