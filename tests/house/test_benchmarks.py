"""The benchmark runs, compares like with like, and keeps to its goals for statements. Nothing here depends on time."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

ROOT = Path(__file__).parents[2]
WITH_LIMIT = ["W0", "W1", "W2", "W3", "W3r", "W4", "W6", "W7"]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What one quick run over a tiny catalog writes."""
    file = tmp_path_factory.mktemp("bench") / "rows.jsonl"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--size", "200", "--json", str(file)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return [orjson.loads(line) for line in file.read_bytes().splitlines()]


@pytest.mark.slow
def test_every_workload_keeps_to_its_statements(rows: list[dict[str, Any]]) -> None:
    counts = {row["workload"]: row["sql"] for row in rows if "workload" in row}
    goals = {"W0": 0, "W1": 3, "W2": 6, "W3": 5, "W3r": 5, "W4": 9, "W5": 47, "W6": 4, "W7": 6}
    assert counts.keys() == goals.keys()
    assert [name for name, most in goals.items() if counts[name] > most] == [], counts


@pytest.mark.slow
def test_the_limit_gives_the_same_answers(rows: list[dict[str, Any]]) -> None:
    assert [row["workload"] for row in rows if row.get("equal_to_limit")] == WITH_LIMIT
    assert all(row["ratio_to_limit"] > 0 for row in rows if "limit_sql" in row)


@pytest.mark.slow
def test_the_process_and_the_catalog_are_told(rows: list[dict[str, Any]]) -> None:
    process, catalog = rows[-2:]
    assert process["process"] == "commerce serve"
    assert {"start_seconds", "idle_mb", "peak_mb"} < process.keys()
    assert catalog["catalog"] == 200
    assert {"machine", "date", "load_seconds"} < catalog.keys()
