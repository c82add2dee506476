"""Phone numbers, by the numbering plans of their countries (package phonenumbers)."""

from collections.abc import Iterable

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

LONGEST = 40


def normal_phone(text: str, country: str | None = None) -> str | None:
    """The one spelling under which a number is kept and looked up, E.164; None for what is none.

    Without its country's digits it is read as one of the country given.
    """
    try:
        number = phonenumbers.parse(text, country) if len(text) <= LONGEST else None
    except NumberParseException:
        return None
    if number is None or number.extension or not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def is_assigned(number: str) -> bool:
    """Whether the plan of its country gives such numbers to anybody, where others are only as long as they should be."""
    return bool(phonenumbers.is_valid_number(phonenumbers.parse(number)))


def readings(text: str, countries: Iterable[str]) -> tuple[str, ...]:
    """All numbers that somebody may mean who dials this in one of these countries."""
    found = {normal_phone(text, country) for country in (None, *countries)}
    return tuple(sorted(number for number in found if number is not None))
