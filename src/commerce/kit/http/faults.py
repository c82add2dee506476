"""Errors as clients may see them: what is theirs in full, what is ours by a number only."""

import math
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import structlog
from graphql import GraphQLError, GraphQLSyntaxError

from commerce.kit.context import Context
from commerce.kit.errors import RequestError
from commerce.kit.execution import NoOperation
from commerce.kit.outages import OUTAGES, outage

log = structlog.get_logger()

STATUSES = {
    "UNAUTHENTICATED": 401,
    "RATE_LIMITED": 429,
    "THROTTLED": 429,
    "INTERNAL": 500,
    **dict.fromkeys(OUTAGES, 503),
}
"""Status of a request that was not run, by the code of its error; 400 for all others."""


class NotRun(Exception):
    """A well-formed request whose operation was not begun: the answer has errors and no data."""

    def __init__(self, errors: Sequence[dict[str, Any]], context: Context | None = None) -> None:
        super().__init__(errors[0]["message"])
        self.errors = list(errors)
        self.context = context
        self.status = STATUSES.get(self.code, 400)

    @property
    def code(self) -> str:
        return str(self.errors[0]["extensions"]["code"])

    @property
    def headers(self) -> Mapping[str, str]:
        """What HTTP itself has words for: how to sign in, and when to come again."""
        headers = {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}
        after = self.errors[0]["extensions"].get("retryAfter")
        if after is not None:
            headers["Retry-After"] = str(math.ceil(after))
        return headers

    @classmethod
    def because(cls, error: Exception, context: Context | None = None) -> "NotRun":
        """By an exception that came before the first field."""
        if isinstance(error, RequestError):
            return cls([declined(error)], context)
        return cls([trouble(error, context.request_id if context else uuid4().hex)], context)

    @classmethod
    def by(cls, errors: Sequence[GraphQLError], code: str) -> "NotRun":
        """By what is wrong with the document or its variables."""
        request_id = uuid4().hex
        return cls([shown(error, request_id, code) for error in errors])


def shown(error: GraphQLError, request_id: str, code: str) -> dict[str, Any]:
    """An error as the client may see it: faults keep nothing but the number of the request."""
    original = error.original_error
    if isinstance(original, RequestError):
        told = declined(original)
    elif isinstance(error, GraphQLSyntaxError):
        told = {"message": error.message, "extensions": {"code": "GRAPHQL_PARSE_FAILED"}}
    elif isinstance(error, NoOperation):
        told = {"message": error.message, "extensions": {"code": "BAD_REQUEST"}}
    elif _is_fault(error):
        told = trouble(original or error, request_id, error.path)
    else:
        told = {"message": error.message, "extensions": {"code": code, **(error.extensions or {})}}
    if error.locations:
        told["locations"] = [location.formatted for location in error.locations]
    if error.path:
        told["path"] = error.path
    return told


def _is_fault(error: GraphQLError) -> bool:
    """Whether it happened in our code: within a field, or around the execution and so at no place of the document."""
    if error.path:
        return not isinstance(error.original_error, GraphQLError)
    return error.original_error is not None and not error.nodes


def declined(error: RequestError) -> dict[str, Any]:
    """What the client cannot have, and why."""
    return {"message": str(error), "extensions": error.extensions}


def trouble(error: BaseException, request_id: str, path: Sequence[str | int] | None = None) -> dict[str, Any]:
    """What broke, here or around us. The log knows it by the number that the client gets."""
    passing = outage(error)
    if passing is not None:
        code = passing.extensions["code"]
        log.warning("outage", code=code, request_id=request_id, path=path, error=type(error).__name__)
        return {"message": str(passing), "extensions": {**passing.extensions, "requestId": request_id}}
    log.error("fault", request_id=request_id, path=path, exc_info=error)
    return {"message": "Something went wrong.", "extensions": {"code": "INTERNAL", "requestId": request_id}}
