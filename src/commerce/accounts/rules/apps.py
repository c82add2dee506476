"""Apps of integrators: their tokens, and how their requests are signed."""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from commerce.accounts.rules import staff
from commerce.accounts.values import Reach, SentRequest, Signature
from commerce.kit import ids
from commerce.kit.actor import Actor, Permission
from commerce.kit.errors import Invalid, Required

PREFIX = "capp_"
"""What tokens of apps begin with, so that scanners for leaked secrets know them."""
_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM, _CHECKED = 40, 6
_SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECKED}}}")
HINT = 4
MOST_TOKENS = 2
"""Tokens of an app that are good at the same time: the old one, and the one that takes its place."""
SCHEME = "HMAC-SHA256"
WINDOW = timedelta(seconds=300)
"""How far the clock of an app may be off."""
NONCES_KEPT = 2 * WINDOW + timedelta(minutes=1)
"""A signature that is dated as late as it may be is good for two windows."""
MOST_DAYS = 90
_SIGNED = re.compile(
    rf"{SCHEME} key=(?P<key>app_token_[0-9a-z]{{26}}), *timestamp=(?P<timestamp>[0-9]{{1,12}}),"
    r" *nonce=(?P<nonce>[0-9A-Za-z_-]{16,64}), *signature=(?P<signature>[0-9a-f]{64})",
    re.IGNORECASE,
)


def new_token() -> str:
    """238 random bits in letters and digits, and a checksum by which a typing error is told from an unknown token."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    return PREFIX + body + _checksum(body)


def _checksum(body: str) -> str:
    number, letters = zlib.crc32(body.encode()), []
    for _ in range(_CHECKED):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(letters)


def is_token(text: str) -> bool:
    """Whether a text is the token of an app, as far as one can see."""
    if not _SHAPE.fullmatch(text):
        return False
    body = text.removeprefix(PREFIX)
    return body[_RANDOM:] == _checksum(body[:_RANDOM])


def token_hash(token: str) -> str:
    """A token as it is looked for. It is random enough for a fast hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def signature_of(authorization: str) -> Signature | None:
    """What a header `Authorization: HMAC-SHA256 key=…, timestamp=…, nonce=…, signature=…` says; None for any other."""
    found = _SIGNED.fullmatch(authorization.strip())
    key = ids.decode("app_token", found["key"].lower()) if found else None
    if found is None or key is None:
        return None
    return Signature(key, found["timestamp"], found["nonce"], found["signature"].lower())


def is_signed(authorization: str) -> bool:
    """Whether a header `Authorization` is meant to hold a signature."""
    return authorization.strip().partition(" ")[0].upper() == SCHEME


def signed_text(sent: SentRequest, timestamp: str, nonce: str) -> bytes:
    """What is signed: method, address, time, nonce and the digest of the body, each on a line of its own."""
    digest = hashlib.sha256(sent.body).hexdigest()
    return f"{sent.method}\n{sent.target}\n{timestamp}\n{nonce}\n{digest}".encode("latin-1")


def is_by(token: str, signature: Signature, sent: SentRequest) -> bool:
    """Whether a request was signed with a token, just as it came."""
    made = hmac.new(token.encode(), signed_text(sent, signature.timestamp, signature.nonce), "sha256").hexdigest()
    return hmac.compare_digest(made, signature.value)


def is_of_now(timestamp: str, now: datetime) -> bool:
    """Whether a request was signed within the window."""
    return abs(now.timestamp() - int(timestamp)) <= WINDOW.total_seconds()


def check_channels(channels: Collection[UUID] | None, *field: str) -> None:
    """An app is for all channels, or for some that are named once each."""
    if channels is None:
        return
    if not channels:
        raise Required(*field)
    if len(set(channels)) < len(channels):
        raise Invalid(*field)


def check_reach(actor: Actor, wanted: Reach, held: Reach | None, *field: str) -> None:
    """Nobody lets an app do what they may not do themselves in the same place."""
    if len(set(wanted.permissions)) < len(wanted.permissions):
        raise Invalid(*field)
    known = set(_places(held)) if held is not None else set()
    for permission, channel in _places(wanted):
        if (permission, channel) not in known and (permission, None) not in known:
            staff.check_granted(actor, [permission], channel=channel, field=field)


def _places(reach: Reach) -> Iterator[tuple[Permission, UUID | None]]:
    for permission in staff.in_order(reach.permissions):
        for channel in reach.channels if reach.channels is not None else [None]:
            yield permission, channel
