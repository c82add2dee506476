"""How often a password may be tried."""

import hashlib
import ipaddress
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from commerce.accounts.values import Bucket

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 30


def buckets_of_sign_in(email: str, address: str) -> list[Bucket]:
    """Whom a try counts against: the address it comes from, and the account it is for, whether that exists or not."""
    return [_bucket("address", network(address), PER_ADDRESS), _bucket("account", email, PER_ACCOUNT)]


def bucket_of_change(account: UUID) -> Bucket:
    """Tries of someone who is signed in. They count apart: who is under attack can still change the password."""
    return _bucket("change", account.hex, PER_ACCOUNT)


def _bucket(kind: str, whose: str, most: int) -> Bucket:
    return Bucket(hashlib.sha256(f"{kind}:{whose}".encode()).hexdigest(), most)


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


def has_room(buckets: Sequence[Bucket], counts: Mapping[str, int]) -> bool:
    """Whether one more try is allowed everywhere."""
    return all(counts.get(bucket.name, 0) < bucket.most for bucket in buckets)
