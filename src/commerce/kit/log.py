"""Logs: JSON lines in production, colored text at a developer's desk, never a secret."""

import io
import logging
import re
import sys
import traceback
from typing import Any, TextIO

import structlog

_SECRET = ("password", "token", "authorization", "secret", "cookie", "email", "phone", "card")
HIDDEN = "[hidden]"
_ROWS = re.compile(
    r"(DETAIL:|invalid input for query argument \$\d+:).*?(?=\n\[SQL|\nHINT:|\n\nThe above|\n\nDuring|\Z)", re.DOTALL
)
"""Where PostgreSQL and its driver quote what people entered, up to the end of what they say."""
_SHAPES = [
    re.compile(r"eyJ[\w-]{5,500}\.[\w-]+(?:\.[\w-]*)?"),  # JSON Web Tokens
    re.compile(r"(?i)\b(?:bearer|basic)\s+[^\s\"',;]+"),
    re.compile(r"(?<![\w.+%'-])[\w.+%'-]++@[\w-]+(?:\.[\w-]+)+"),  # e-mail addresses
    re.compile(r"(?<![\w.:+-])\+\d[\d ()-]{5,18}\d"),  # phone numbers of any country
    re.compile(
        r"(?<![\w.-])(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\w|[.-]\w)"
    ),  # mobile numbers as Chinese people write them
    re.compile(r"(?<![\w-])(?=[a-z0-9_-]*[A-Z])[\w-]{43}(?![\w-])", re.ASCII),  # 256 random bits: tokens of ours
    re.compile(r"\bcapp_[0-9A-Za-z]{20,}"),  # tokens of apps
    re.compile(r"(?i)(?<=[?&])(?:code|token|secret|key|signature|session_key|access_token|refresh_token)=[^&\s\"']+"),
]
"""What secrets and people look like, wherever they stand. None looks at a long text more than once from each place."""
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?!\w|[.-]\w)")


def scrubbed(said: str) -> str:
    """A text without what looks like a secret or like somebody: addresses, phone and card numbers, tokens."""
    for shape in _SHAPES:
        said = shape.sub(HIDDEN, said)
    return _CARD.sub(lambda found: HIDDEN if _is_card(found[0]) else found[0], said)


def _is_card(said: str) -> bool:
    """Whether digits bear out their last one, as those of cards do (ISO/IEC 7812-1, Luhn)."""
    digits = [int(letter) for letter in said if letter.isdigit()][::-1]
    doubled = [sum(divmod(2 * digit, 10)) if i % 2 else digit for i, digit in enumerate(digits)]
    return sum(doubled) % 10 == 0


def scrub(_logger: Any, _name: str, entry: Any) -> Any:
    """Blank what looks like a secret or like somebody in any text of an entry, however deep it lies."""
    return _scrubbed(entry)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return scrubbed(value)
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrubbed(str(value))  # a fault, an address: it would be written so in the end


class _Scrubbing(logging.Formatter):
    """For whatever others log: the libraries, the server, asyncio."""

    def format(self, record: logging.LogRecord) -> str:
        return scrubbed(_without_rows(super().format(record)))


def _crash(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """What is written of a fault that ends a process."""
    whole = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(scrubbed(_without_rows(whole)))


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


def _scrub_but_faults(_logger: Any, _name: str, entry: Any) -> Any:
    """For the console, which writes faults itself, by `_plain`."""
    fault = {name: entry.pop(name) for name in ("exc_info",) if name in entry}
    return {**_scrubbed(entry), **fault}


def _plain(out: TextIO, exc_info: Any) -> None:
    """A traceback for the console. The default one shows local variables, and with them secrets."""
    whole = io.StringIO()
    structlog.dev.plain_traceback(whole, exc_info)
    out.write(scrubbed(_without_rows(whole.getvalue())))


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
        processors=[*shared, structlog.processors.format_exc_info, hide_rows, scrub, renderer]
        if as_json
        else [*shared, _scrub_but_faults, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_Scrubbing("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.captureWarnings(capture=True)
    sys.excepthook = _crash
    # Both log what we log ourselves, with the number of the request or the name of the job.
    for name in ("strawberry.execution", "pgqueuer"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
