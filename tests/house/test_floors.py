"""Who may import whom. The contracts stand in `.importlinter`; here they are kept, and shown to bite."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "commerce"
EDGES = {"app", "cli", "worker", "seed", "settings", "services", "shop", "up"}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package in a folder where it may be spoiled."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / ".importlinter", folder)
    ignored = shutil.ignore_patterns("static", "media", "__pycache__", "build")
    shutil.copytree(SOURCE, folder / "src" / "commerce", ignore=ignored)
    return folder


def test_contracts_are_kept(copy: Path) -> None:
    answer = lint(copy)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("kit/money.py", "from commerce.channels import rules", "Floors"),
        ("i18n/rules.py", "from commerce.directory import rules", "Floors"),
        ("channels/rules.py", "from commerce.channels import queries", "Rooms"),
        ("channels/graphql.py", "import sqlalchemy", "SQL"),
        ("channels/actions.py", "from commerce.settings import Settings", "edges"),
        ("novelties.py", "", "Floors"),
    ],
)
def test_forbidden_import_is_found(copy: Path, file: str, line: str, contract: str) -> None:
    path = copy / "src" / "commerce" / file
    before = path.read_text("utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", "utf-8")
    try:
        answer = lint(copy)
    finally:
        path.write_text(before, "utf-8") if before is not None else path.unlink()
    assert answer.returncode != 0
    assert contract in answer.stdout


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).parts[0].removesuffix(".py"), path


def test_only_the_edges_read_the_environment() -> None:
    readers = {name for name, path in modules() if "commerce.settings" in set(imports(path))}
    assert readers - EDGES == set()


def test_transactions_begin_at_the_edge_and_end_in_the_kit() -> None:
    """Whoever is handed a session never commits it, and nobody opens an engine of his own."""
    forbidden = (".commit()", ".rollback()", "create_async_engine(", "async_sessionmaker(", "AsyncSession(")
    found = [
        (str(path.relative_to(SOURCE)), word)
        for name, path in modules()
        if name != "kit"
        for word in forbidden
        if word in path.read_text("utf-8")
    ]
    assert found == []
