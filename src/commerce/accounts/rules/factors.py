"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes that stand in for it."""

import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

import pyotp

STEP = 30
"""Seconds for which an app shows a code."""
WINDOW = 1
"""Steps that a clock may be ahead or behind."""
RECOVERY_CODES = 10
"""How long after signing in nobody is asked for the password again."""
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Those that nobody mistakes for another: 32, so that each holds five bits."""
_LENGTH, _GROUP = 16, 4


def new_secret() -> str:
    """160 random bits in base32, as RFC 4226 recommends."""
    return pyotp.random_base32()


def uri(secret: str, whose: str, issuer: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=whose, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step of a code, if an app with this secret shows it now or has just done so; None for any other."""
    app, current = pyotp.HOTP(secret), int(now.timestamp()) // STEP
    steps = range(current - WINDOW, current + WINDOW + 1)
    found = [step for step in steps if hmac.compare_digest(app.at(step).encode(), _bare(code).encode())]
    return found[-1] if found else None


def new_recovery_codes() -> list[str]:
    """Codes to be written down, of 80 random bits each: `abcd-efgh-jkmn-pqrs`."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return "-".join(letters[i : i + _GROUP] for i in range(0, _LENGTH, _GROUP))


def recovery_hash(account: UUID, code: str) -> str:
    """A recovery code as it is kept. It is random enough for a fast hash."""
    return hashlib.sha256(f"{account}:{_bare(code).lower()}".encode()).hexdigest()


def _bare(code: str) -> str:
    """A code without what people type in between."""
    return "".join(letter for letter in code if letter.isalnum())
