"""The one spelling of a phone number: E.164, such as `+8613812345678`."""

import phonenumbers

from commerce.kit.errors import Invalid


def checked_phone(text: str, country: str | None, *field: str) -> str:
    """The E.164 form of a number. One without `+` is taken for one of the country; INVALID for what nobody can have."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise Invalid(*field) from error
    if not phonenumbers.is_valid_number(number):
        raise Invalid(*field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
