"""How often a password or a code may be tried, and a code be asked for."""

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from uuid import UUID

from commerce.accounts.values import Bucket, Contact

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 30
PROVIDERS_PER_ADDRESS = 300
RESEND = timedelta(seconds=60)
CODES = ((1, RESEND), (5, timedelta(hours=1)), (10, timedelta(days=1)))
"""How many codes are sent to one contact in which time."""
LONGEST = max(window for _, window in CODES)
"""Tries that are older count nowhere."""


def buckets_of_sign_in(email: str, address: str) -> list[Bucket]:
    """Whom a try counts against: the address it comes from, and the account it is for, whether that exists or not."""
    return [Bucket(f"address:{network(address)}", PER_ADDRESS, WINDOW), bucket_of_account(email)]


def bucket_of_account(email: str) -> Bucket:
    """Tries at the password that belongs to an address."""
    return Bucket(f"account:{email}", PER_ACCOUNT, WINDOW)


def bucket_of_change(account: UUID) -> Bucket:
    """Tries of someone who is signed in. They count apart: who is under attack can still change the password."""
    return Bucket(f"change:{account.hex}", PER_ACCOUNT, WINDOW)


def bucket_of_providers(address: str) -> Bucket:
    """Sign-ins by providers that came to nothing. Thousands may share the address of a carrier, and most of them come in."""
    return Bucket(f"provider:{network(address)}", PROVIDERS_PER_ADDRESS, WINDOW)


def bucket_of_second_factor(account: UUID) -> Bucket:
    """Tries at the codes of an authenticator app, over all sign-ins that ask for one."""
    return Bucket(f"factor:{account.hex}", PER_ACCOUNT, WINDOW)


def buckets_of_code(contact: Contact, address: str, per_address: int) -> list[Bucket]:
    """Whom a code counts against: the contact that it is sent to, and the address that asks for it.

    Thousands may share the address of a carrier, so that one is there to stop machines only.
    """
    recipient = f"code:{contact.provider}:{contact.address}"
    asking = Bucket(f"codes:{network(address)}", per_address, timedelta(hours=1))
    return [asking, *(Bucket(recipient, most, window) for most, window in CODES)]


@lru_cache(maxsize=4096)
def network(address: str) -> str:
    """An IPv4 address, or the /64 network of an IPv6 one, since that much is one household's."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)


def retry_at(buckets: Sequence[Bucket], oldest: Mapping[Bucket, datetime]) -> datetime | None:
    """From when on there is room in all buckets; None if there is now. `oldest` is the first try of each full one."""
    return max((oldest[bucket] + bucket.window for bucket in buckets if bucket in oldest), default=None)


def minutes_until(instant: datetime, now: datetime) -> int:
    """How long to wait, in whole minutes."""
    return max(1, ceil((instant - now).total_seconds() / 60))
