"""Global ids: a prefix that names the type and a UUID in base32, as TypeID 0.3 lays down.

Source: https://github.com/jetify-com/typeid/tree/main/spec
"""

import os
import re
import time
from threading import Lock
from uuid import UUID, uuid4

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_MOST_IN_A_MILLISECOND = 0xFFF
_last = (0, 0)  # millisecond and count of the key made last: RFC 9562, 6.2, method 1
_one_at_a_time = Lock()
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_BITS = 0x3FFF_FFFF
_SHAPE = re.compile(r"([a-z]+(?:_[a-z]+)*)_([0-7][0-9a-hjkmnp-tv-z]{25})")


def new_key() -> UUID:
    """A time-ordered UUID (version 7, RFC 9562) for the primary key of a row. Keys of one process sort as made."""
    global _last  # noqa: PLW0603
    milliseconds, count = time.time_ns() // 1_000_000, int.from_bytes(os.urandom(2), "big") & 0x3FF
    with _one_at_a_time:
        if milliseconds <= _last[0]:
            milliseconds, count = _last[0], _last[1] + 1
            if count > _MOST_IN_A_MILLISECOND:
                milliseconds, count = milliseconds + 1, 0
        _last = milliseconds, count
    random = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=(milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | count << 64 | 0b10 << 62 | random)


def secret_key() -> UUID:
    """A random UUID (version 4, 122 bits) for an id that is itself the key to the thing, such as a guest's cart."""
    return uuid4()


def encode(prefix: str, key: UUID) -> str:
    """`product` and a UUID → `product_01h455vb4pex5vsknk084sn02q`."""
    # An answer may hold thousands of ids: 30 bits at a time are shifted much faster than all 128.
    p, value = _PAIRS, key.int
    a, b, c, d = value >> 100, value >> 70 & _BITS, value >> 40 & _BITS, value >> 10 & _BITS
    return (
        f"{prefix}_{p[a >> 20]}{p[a >> 10 & 1023]}{p[a & 1023]}{p[b >> 20]}{p[b >> 10 & 1023]}{p[b & 1023]}"
        f"{p[c >> 20]}{p[c >> 10 & 1023]}{p[c & 1023]}{p[d >> 20]}{p[d >> 10 & 1023]}{p[d & 1023]}{p[value & 1023]}"
    )


def decode(prefix: str, text: str) -> UUID | None:
    """The key within an id of this prefix; None when the text is anything else."""
    found = split(text)
    return found[1] if found is not None and found[0] == prefix else None


def split(text: str) -> tuple[str, UUID] | None:
    """The prefix and the key of any id; None when the text is not an id."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return None
    value = 0
    for letter in shape[2]:
        value = value << 5 | _VALUES[letter]
    return shape[1], UUID(int=value)
