"""When two accounts become one, and which of them stays."""

from uuid import UUID

from commerce.accounts.errors import NotMerged
from commerce.accounts.models import Account
from commerce.accounts.values import AccountKind


def check_merged(pair: tuple[Account | None, Account | None], guarded: set[UUID], by: UUID | None) -> None:
    """Refuse accounts that are closed, those of staff, and one with a second factor that has not been shown.

    `guarded` are those that ask for a second factor, `by` is the account that has signed in, and has shown its own.
    """
    if any(one is None or not one.is_active or one.kind == AccountKind.STAFF for one in pair):
        raise NotMerged("input", "mergeToken")
    if guarded - {by}:
        raise NotMerged("input", "mergeToken")


def by_age(one: Account, other: Account) -> tuple[Account, Account]:
    """The account that stays, which is the older one, and the one that becomes part of it."""
    older, younger = sorted((one, other), key=lambda account: (account.created_at, account.id))
    return older, younger
