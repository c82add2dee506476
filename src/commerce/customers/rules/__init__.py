"""What must hold for customers."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from commerce.accounts.rules import emails, phones
from commerce.accounts.values import EMAIL, PHONE
from commerce.customers.errors import AddressBookFull
from commerce.kit.actor import Actor, Permission
from commerce.kit.errors import Invalid, Required, TooLong

MOST_ADDRESSES = 50
MOST_CONSENTS = 100
LONGEST_NOTE = 2000
LONGEST_NAME = 100
LONGEST_VERSION = 40
LONGEST_REASON = 200
EXPORT_LIFE = timedelta(days=7)
ON_BEHALF = (Permission.CUSTOMERS_WRITE, Permission.PERSONAL_DATA_READ)
"""What it takes to see, or to forget, all that is a customer's."""


def contact_of(text: str, countries: Sequence[str]) -> tuple[str, str] | None:
    """The e-mail address or the phone that somebody typed, as identities keep it; None when it is neither.

    A number without the country's digits is read as one of the first of the countries in which it is possible.
    """
    email = emails.normal_email(text)
    if emails.is_email(email):
        return EMAIL, email
    for country in [None, *countries]:
        with suppress(Invalid):
            return PHONE, phones.checked_phone(text, country)
    return None


def missing_on_behalf(actor: Actor, known: Sequence[UUID]) -> Permission | None:
    """What somebody lacks to see all that is a customer's: it lies in all the channels where they are known."""
    for permission in ON_BEHALF:
        if not actor.may([permission]) and not (known and all(actor.may_in(one, [permission]) for one in known)):
            return permission
    return None


def check_room(count: int) -> None:
    """An address book has an end."""
    if count >= MOST_ADDRESSES:
        raise AddressBookFull("input", "address", most=MOST_ADDRESSES)


def checked_note(text: str | None, *field: str) -> str | None:
    note = (text or "").strip()
    if len(note) > LONGEST_NOTE:
        raise TooLong(*field, most=LONGEST_NOTE)
    return note or None


def checked_version(text: str, *field: str) -> str:
    """The version of a policy, by which it can be found later."""
    version = text.strip()
    if not version:
        raise Required(*field)
    if len(version) > LONGEST_VERSION or not version.isprintable():
        raise Invalid(*field)
    return version


def checked_reason(text: str, *field: str) -> str:
    """Why staff does something, for those who look at it later."""
    reason = text.strip()
    if not reason:
        raise Required(*field)
    if len(reason) > LONGEST_REASON:
        raise TooLong(*field, most=LONGEST_REASON)
    return reason


def contacts_of(identities: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The e-mail addresses and the phones among identities, each of a provider and what it calls the person."""
    known = list(identities)
    return tuple(s for p, s in known if p == EMAIL), tuple(s for p, s in known if p == PHONE)
