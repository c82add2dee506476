"""Phones that codes are sent to, and by which people are known."""

from commerce.directory import phones
from commerce.kit.errors import Invalid


def checked_phone(text: str, country: str | None, *field: str) -> str:
    """The E.164 form of a number. One without `+` is taken for one of the country; INVALID for what nobody can have."""
    number = phones.normal_phone(text, country)
    if number is None or not phones.is_assigned(number):
        raise Invalid(*field)
    return number
