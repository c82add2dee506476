"""E-mail addresses and names of people."""

import re
import unicodedata

from commerce.kit.errors import Invalid, Required, TooLong

LONGEST_EMAIL = 254
LONGEST_NAME = 100
_SHAPE = re.compile(r"[^@\s<>]+@[^@\s<>.]+(?:\.[^@\s<>.]+)+")


def normal_email(text: str) -> str:
    """The one spelling under which an address is kept and looked up."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def is_email(text: str) -> bool:
    """Whether mail can be sent there. Letters that nobody sees would make another address of what looks the same."""
    return len(text) <= LONGEST_EMAIL and text.isprintable() and _SHAPE.fullmatch(text) is not None


def checked_email(text: str, *field: str) -> str:
    """The normal form of an address; INVALID for what is none."""
    email = normal_email(text)
    if not is_email(email):
        raise Invalid(*field)
    return email


def checked_name(text: str, *field: str) -> str:
    """A name without spaces around it. Refuses an empty one, a long one, and control characters."""
    name = text.strip()
    if not name:
        raise Required(*field)
    if len(name) > LONGEST_NAME:
        raise TooLong(*field, most=LONGEST_NAME)
    if any(unicodedata.category(letter) == "Cc" for letter in name):
        raise Invalid(*field)
    return name
