"""What the pages tell those who build on the shop is true of the schema and of the settings."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from graphql import parse, validate

from commerce.schema import schema
from commerce.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")), ROOT / "src" / "commerce" / "demo" / "README.md"]
FENCE = re.compile(r"^ *```graphql\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
NOT_FOR_COMPOSE = {"COMMERCE_ADMIN_PASSWORD", "COMMERCE_DATA", "COMMERCE_ENV", "COMMERCE_LISTEN_URL", "COMMERCE_MEDIA"}
"""Settings that its image has made, and one that is given by hand."""


def _documents() -> Iterator[object]:
    for page in PAGES:
        text = page.read_text("utf-8")
        for found in FENCE.finditer(text):
            line = text[: found.start()].count("\n") + 1
            yield pytest.param(found[1], id=f"{page.relative_to(ROOT)}:{line}")


@pytest.mark.parametrize("document", [*_documents()])
def test_graphql_of_the_docs_suits_the_schema(document: str) -> None:
    assert validate(schema._schema, parse(document)) == []


def test_readme_leads_to_every_page() -> None:
    told = set(re.findall(r"\]\((docs/[a-z-]+\.md)\)", (ROOT / "README.md").read_text("utf-8")))
    assert told == {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#: ]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_into_a_page_lead_to_a_heading(page: Path) -> None:
    for target, heading in re.findall(r"\]\(([^)#: ]*)#([^) ]+)\)", page.read_text("utf-8")):
        there = (page.parent / target).resolve() if target else page
        assert heading in _headings(there), f"{target}#{heading}"


def _headings(page: Path) -> set[str]:
    lines = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def test_compose_passes_every_setting_on() -> None:
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
    known = {field.validation_alias or f"COMMERCE_{name.upper()}" for name, field in Settings.model_fields.items()}
    for service in ("migrate", "web", "worker"):
        assert set(services[service]["environment"]) == known - NOT_FOR_COMPOSE


def test_the_picture_of_the_floors_shows_those_that_hold() -> None:
    contract = (ROOT / ".importlinter").read_text("utf-8").partition("layers =\n")[2].partition("\n\n")[0]
    floors = [re.findall(r"\w+", line) for line in contract.splitlines()]
    picture = (ROOT / "docs" / "floors.svg").read_text("utf-8")
    rows: dict[str, list[str]] = {}
    for height, name in re.findall(r'<rect x="\d+" y="(\d+)".*<text.*>(\w+)</text>', picture):
        rows.setdefault(height, []).append(name)
    assert [*rows.values()] == [floor for floor in floors if floor != ["__main__"]]


def test_tests_that_the_threat_model_names_exist() -> None:
    folder, missing = "", []
    for name in re.findall(
        r"`((?:tests/[\w/]+|test_\w+)(?:\.py)?)`", (ROOT / "docs" / "security.md").read_text("utf-8")
    ):
        path = name if "/" in name else f"{folder}/{name}"
        folder = path.rpartition("/")[0]
        missing += [path] if not (ROOT / path).exists() else []
    assert missing == []
