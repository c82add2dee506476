"""Faults of what is around us, such as a database that restarts: they pass, and a client may come again."""

from collections.abc import Iterator

import asyncpg
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from commerce.kit.errors import RequestError

AGAIN_AFTER = 2
"""Seconds after which a client that we had to turn away may come again."""
_GONE = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TooManyConnectionsError,
)


class Unreachable(ConnectionError):
    """The database cannot be connected to."""


def outage(error: BaseException | None) -> RequestError | None:
    """What to tell a client about a fault that passes; None for one of our own."""
    for cause in _causes(error):
        if isinstance(cause, RequestError) and cause.extensions["code"] in OUTAGES:
            return cause
        if isinstance(cause, asyncpg.QueryCanceledError):
            return timed_out()
        if isinstance(cause, (PoolTimeoutError, asyncpg.DeadlockDetectedError)):
            return overloaded()
        if isinstance(cause, _GONE) or _is_closed(cause):
            return RequestError("UNAVAILABLE", "The shop cannot be reached for a moment.", retryAfter=AGAIN_AFTER)
    return None


OUTAGES = frozenset({"OVERLOADED", "TIMEOUT", "UNAVAILABLE"})


def timed_out() -> RequestError:
    return RequestError("TIMEOUT", "This took too long.")


def overloaded() -> RequestError:
    return RequestError(
        "OVERLOADED", "There is too much to do at once: come again in a moment.", retryAfter=AGAIN_AFTER
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it was made from, and so on. What stands beneath a RequestError was judged by who raised it."""
    for _ in range(8):
        if error is None:
            return
        yield error
        if isinstance(error, RequestError):
            return
        error = getattr(error, "orig", None) or error.__cause__


def _is_closed(error: BaseException) -> bool:
    """Whether the driver found its connection closed, which it has no class for."""
    is_driver = isinstance(error, asyncpg.InterfaceError) and not isinstance(error, asyncpg.DataError)
    return is_driver and "clos" in str(error)
