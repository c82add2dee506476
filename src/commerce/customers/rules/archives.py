"""The archive that somebody gets who asks what we know of them: a ZIP with everything as JSON, and its lists as CSV."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

FORMULA = ("=", "@", "\t", "\r", "-")
"""What a spreadsheet would take for a formula when a cell begins with it."""


def archive(parts: Mapping[str, Any], now: datetime) -> bytes:
    """All parts, by their names."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in _files(parts):
            packed.writestr(zipfile.ZipInfo(name, now.timetuple()[:6]), text, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _files(parts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "data.json", json.dumps(parts, ensure_ascii=False, indent=2, default=_plain)
    for part, told in sorted(parts.items()):
        lists = {part: told} if isinstance(told, list) else told if isinstance(told, dict) else {}
        for name, rows in lists.items():
            if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
                yield f"{part}.csv" if name == part else f"{part}-{name}.csv", _table(rows)


def _table(rows: list[dict[str, Any]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return "\ufeff" + text.getvalue()  # by which spreadsheets know that it is UTF-8


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_plain).strip('"')
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(FORMULA) and not is_number else text


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
