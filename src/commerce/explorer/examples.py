"""Operations to start from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "examples"
_PLACE = re.compile(r"<id of ([^>]+)>")
"""What stands in variables for the id of a variant, which each shop gives anew."""


@dataclass(frozen=True, slots=True)
class Example:
    """An operation that stands in a tab of its own. Variables and headers are JSON text, as typed by a visitor."""

    name: str
    query: str
    variables: str = ""
    headers: str = ""


@cache
def examples() -> tuple[Example, ...]:
    """One for each `<number>_<name>.graphql`, in the order of the numbers. Variables stand in a `.json` beside it."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.graphql")))


def _read(path: Path) -> Example:
    variables = path.with_suffix(".json")
    return Example(
        name=path.stem.partition("_")[2].replace("_", " "),
        query=path.read_text("utf-8"),
        variables=variables.read_text("utf-8").rstrip() if variables.exists() else "",
    )


def skus_in(examples: Iterable[Example]) -> list[str]:
    """The SKUs of variants whose ids the variables want."""
    return sorted({sku for example in examples for sku in _PLACE.findall(example.variables)})


def filled(examples: Iterable[Example], ids: Mapping[str, str]) -> list[Example]:
    """The examples with the ids of variants, by SKU; a place without an id stays as it is."""

    def fill(place: re.Match[str]) -> str:
        return ids.get(place[1], place[0])

    return [replace(example, variables=_PLACE.sub(fill, example.variables)) for example in examples]
