"""What is shown of a person to those who need to recognize them, and no more."""

from collections.abc import Callable

HIDDEN = "***"


def phone(number: str) -> str:
    """`+8613812345678` → `138****5678`; of other countries the country's digits and the last four."""
    digits = number.removeprefix("+86") if len(number) == 14 and number.startswith("+86") else number
    shown = 3 if len(digits) == 11 else min(3, max(0, len(digits) - 8))
    return f"{digits[:shown]}****{digits[-4:]}" if len(digits) > 7 else HIDDEN


def email(address: str) -> str:
    """`ada@example.com` → `a***@example.com`."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}{HIDDEN}{at}{domain}"


def name(full: str) -> str:
    """`张伟` → `张*`; `Ada Park` → `A***`."""
    first = full.strip()[:1]
    is_chinese = "\u4e00" <= first <= "\u9fff"
    return first + ("*" * min(len(full.strip()) - 1, 2) if is_chinese else HIDDEN)


def shown(text: str | None, mask: Callable[[str], str], *, in_clear: bool) -> str | None:
    """A text in clear for those who may see it, and masked for all others."""
    return text if text is None or in_clear else mask(text)


class Hidden(str):
    """A text that never shows itself by accident: not in traces, not in the hash of an idempotent request, nor in logs."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[hidden]"
