"""Whatever the shop says to people, it says in every language that it speaks."""

import importlib
import pkgutil
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import commerce
from commerce.i18n.messages import CATALOGS, catalog, translate
from commerce.kit.errors import SPOKEN, Refusal

for module in pkgutil.walk_packages(commerce.__path__, "commerce."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    yield kind
    for below in kind.__subclasses__():
        yield from refusals(below)


def ours() -> list[type[Refusal]]:
    return [kind for kind in refusals() if kind.__module__.startswith("commerce.")]


def said() -> set[str]:
    return {kind.message for kind in ours()} | SPOKEN


def placeholders(message: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


@pytest.mark.parametrize("locale", CATALOGS)
def test_every_refusal_is_translated(locale: str) -> None:
    assert said() - catalog(locale).keys() == set()


@pytest.mark.parametrize("locale", CATALOGS)
def test_translations_have_the_same_placeholders(locale: str) -> None:
    wrong = [message for message, said in catalog(locale).items() if placeholders(message) != placeholders(said)]
    assert wrong == []


@pytest.mark.parametrize("locale", CATALOGS)
def test_nothing_is_translated_that_nobody_says(locale: str) -> None:
    source = "".join(path.read_text("utf-8") for path in Path(commerce.__path__[0]).rglob("*.py"))
    assert [message for message in catalog(locale) if f'"{message}"' not in source] == []


def test_message_is_said_in_the_first_language_that_we_speak() -> None:
    assert translate("This is required.", ["fr", "zh-Hans-CN", "zh-Hans", "en"]) == "此项必填。"
    assert translate("This is required.", ["en", "zh-Hans"]) == "This is required."
    assert translate("This is required.", ["fr"]) == "This is required."
    assert translate("Nobody says this.", ["zh-Hans"]) == "Nobody says this."
