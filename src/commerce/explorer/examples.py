"""Operations to start from."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "examples"


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
