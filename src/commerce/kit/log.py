"""Logs: JSON lines in production, colored text at a developer's desk, never a secret."""

import logging
import sys
from typing import Any

import structlog

_SECRET = ("password", "token", "authorization", "secret", "cookie", "email", "phone", "card")
HIDDEN = "[hidden]"


def hide_secrets(_logger: Any, _name: str, entry: Any) -> Any:
    """Blank the values of keys that name a secret or a person."""
    for key in entry:
        if any(word in key.lower() for word in _SECRET):
            entry[key] = HIDDEN
    return entry


def configure(*, as_json: bool, level: str = "INFO") -> None:
    """Set up logging for the process, once."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer] if as_json else [*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
