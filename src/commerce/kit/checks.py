"""Checks that many modules make of what people type in."""

import re

from commerce.kit.errors import Invalid

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def check_code(code: str, *field: str | int) -> None:
    """A code that integrations refer to: lower-case letters, digits and dashes, at most 40."""
    if not _CODE.fullmatch(code):
        raise Invalid(*field)
