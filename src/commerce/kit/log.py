"""Logs: JSON lines in production, colored text at a developer's desk, never a secret."""

import io
import logging
import re
import sys
from typing import Any, TextIO

import structlog

_SECRET = ("password", "token", "authorization", "secret", "cookie", "email", "phone", "card")
HIDDEN = "[hidden]"
_ROWS = re.compile(
    r"(DETAIL:|invalid input for query argument \$\d+:).*?(?=\n\[SQL|\nHINT:|\n\nThe above|\n\nDuring|\Z)", re.DOTALL
)
"""Where PostgreSQL and its driver quote what people entered, up to the end of what they say."""


def hide_secrets(_logger: Any, _name: str, entry: Any) -> Any:
    """Blank the values of keys that name a secret or a person, however deep they lie."""
    return _hidden(entry)


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: HIDDEN if _is_secret(key) else _hidden(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(inner) for inner in value]
    return value


def _is_secret(key: object) -> bool:
    return isinstance(key, str) and any(word in key.lower() for word in _SECRET)


def hide_rows(_logger: Any, _name: str, entry: Any) -> Any:
    """Blank the rows that faults of the database quote."""
    if "exception" in entry:
        entry["exception"] = _without_rows(entry["exception"])
    return entry


def _without_rows(trace: str) -> str:
    return _ROWS.sub(rf"\1 {HIDDEN}", trace)


def _plain(out: TextIO, exc_info: Any) -> None:
    """A traceback for the console. The default one shows local variables, and with them secrets."""
    whole = io.StringIO()
    structlog.dev.plain_traceback(whole, exc_info)
    out.write(_without_rows(whole.getvalue()))


def configure(*, as_json: bool, level: str = "INFO") -> None:
    """Set up logging for the process, once."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    console = structlog.dev.ConsoleRenderer(exception_formatter=_plain)
    renderer: Any = structlog.processors.JSONRenderer() if as_json else console
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, hide_rows, renderer]
        if as_json
        else [*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # Both log what we log ourselves, with the number of the request or the name of the job.
    for name in ("strawberry.execution", "pgqueuer"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
