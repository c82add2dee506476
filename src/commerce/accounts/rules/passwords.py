"""Which passwords are taken, and how they are kept: argon2id with the least cost that OWASP asks for."""

import unicodedata
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from commerce.accounts.errors import PasswordTooCommon, PasswordTooShort
from commerce.kit.errors import TooLong

SHORTEST = 8
LONGEST = 128
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

DECOY = "$argon2id$v=19$m=19456,t=2,p=1$OtOkDSA9VeTKb+aLEvUHSg$l4Tm31cQT1R8ZWOdj9oGlkQDQeD6SBcWWDwmUJFpH/0"
"""The hash of a password that nobody knows: unknown addresses are checked against it, to take as long as known ones."""


def normal_password(text: str) -> str:
    """The same characters whichever keyboard they were typed on."""
    return unicodedata.normalize("NFKC", text)


@cache
def common_passwords() -> frozenset[str]:
    return frozenset(files("commerce.accounts").joinpath("common_passwords.txt").read_text("utf-8").split())


def check_password(text: str, *field: str) -> None:
    """Refuse a password that is too short, too long, or among the first that anybody would try."""
    password = normal_password(text)
    if len(password) < SHORTEST:
        raise PasswordTooShort(*field, least=SHORTEST)
    if len(password) > LONGEST:
        raise TooLong(*field, most=LONGEST)
    if len(set(password)) == 1 or password.casefold() in common_passwords():
        raise PasswordTooCommon(*field)


def hash_of(password: str) -> str:
    return HASHER.hash(normal_password(password))


def matches(password: str, password_hash: str) -> bool:
    """Whether a hash is of this password."""
    try:
        return HASHER.verify(password_hash, normal_password(password))
    except (VerificationError, InvalidHashError):
        return False
