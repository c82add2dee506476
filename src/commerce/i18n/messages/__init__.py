"""What the shop says to people: English in the code, other languages in the catalogs beside this file."""

from collections.abc import Sequence
from functools import cache
from importlib import resources

from babel.messages.pofile import read_po

CATALOGS = ("zh-Hans",)


@cache
def catalog(locale: str) -> dict[str, str]:
    """English message → message in this locale."""
    with resources.files(__package__).joinpath(f"{locale}.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}


def translate(message: str, locales: Sequence[str]) -> str:
    """The message in the first of these locales that we speak; English otherwise."""
    for locale in locales:
        if locale == "en" or locale.startswith("en-"):
            break
        if locale in CATALOGS and message in catalog(locale):
            return catalog(locale)[message]
    return message
