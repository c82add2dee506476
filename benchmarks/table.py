"""What was measured, as tables in Markdown."""

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]
_WORKLOADS = ("", "SQL", "server CPU ms", "PostgreSQL CPU ms", "per second", "p95 ms", "ratio", "goal: SQL, CPU ms")
_GROWTH = ("growth", "times as long", "p50 ms", "CPU", "the limit", "goal")
_SOAK = ("soak", "requests", "p50 ms", "p95 ms")
_SWITCHES = ("", "per second", "cached", "times", "by graphql-core", "times faster compiled")


def markdown(rows: Sequence[Row]) -> str:
    """All tables, and the rest in lines."""
    found = [row for row in rows if "workload" in row]
    parts = []
    if found:
        parts += ["Ours / the hand-written limit. Ratio: the middle of all rounds, and the least and the greatest."]
        parts += [_table(_WORKLOADS, [_workload(row) for row in found])]
    switched = [row for row in found if "interpreted_requests_per_second" in row]
    if switched:
        parts += [_table(_SWITCHES, [_switches(row) for row in switched])]
    grown = [row for row in rows if "growth" in row]
    if grown:
        parts += [_table(_GROWTH, [_growth(row) for row in grown])]
    soaked = [row for row in rows if "soak" in row]
    if soaked:
        parts += [_table(_SOAK, [[str(cell) for cell in row.values()] for row in soaked])]
    parts += [_line(row) for row in rows if not row.keys() & {"workload", "growth", "soak"}]
    return "\n\n".join(parts)


def _workload(row: Row) -> list[str]:
    pairs = [_pair(row, name) for name in ("sql", "cpu_ms", "postgres_cpu_ms", "requests_per_second", "p95_ms")]
    goal = f"{row['sql_goal']}, {row['cpu_goal']:g} + {row['postgres_cpu_goal']:g}"
    return [f"{row['workload']} {row['title']}", *pairs, _spread(row, "ratio_to_limit"), goal]


def _pair(row: Row, name: str) -> str:
    limit = row.get(f"limit_{name}")
    return f"{row[name]}" if limit is None else f"{row[name]} / {limit}"


def _spread(row: Row, name: str) -> str:
    if name not in row:
        return ""
    least, most = row[f"{name}_spread"]
    return f"**{row[name]}** ({least} to {most})"


def _switches(row: Row) -> list[str]:
    name = "requests_per_second"
    cached, interpreted = row[f"cached_{name}"], row[f"interpreted_{name}"]
    times = [_spread(row, "cached_times_uncached"), f"{interpreted}", _spread(row, "compiled_times_interpreted")]
    return [row["workload"], f"{row[name]}", f"{cached}", *times]


def _growth(row: Row) -> list[str]:
    waits = f"{row['small_p50_ms']} → {row['great_p50_ms']}"
    name, times = f"{row['growth']} {row['title']}", _spread(row, "times")
    return [name, times, waits, f"{row['cpu_times']}", f"{row['limit_times']}", f"{row['times_goal']}"]


def _line(row: Row) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in row.items())


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """Aligned, so that it can be read as it stands."""
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    lines = [head, ["-" * max(width, 3) for width in widths], *body]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )
