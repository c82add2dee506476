"""What the catalog shows, made from what it stores."""

import html
import re
from decimal import Decimal

import nh3
from babel.numbers import format_decimal

from commerce.kit.locales import nearest

_BLOCK = re.compile(r"</?(p|br|li|ul|ol|div|tr|td|th|h[1-6])\b")
SUMMARY = 160
"""Characters of a description that search engines show."""


def summary(description: str) -> str:
    """The beginning of an HTML text in plain words, cut between two of them."""
    spaced = _BLOCK.sub(r" \g<0>", description)
    plain = " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())
    if len(plain) <= SUMMARY:
        return plain
    cut = plain[: SUMMARY - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"


def measure(number: Decimal, unit: str | None, locale: str) -> str:
    """A number with its unit, as the locale writes it: `1,5 kg`."""
    shown = format_decimal(number, locale=nearest(locale), decimal_quantization=False)
    return f"{shown} {unit}" if unit else str(shown)
