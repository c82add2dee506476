"""GraphQL over HTTP: one request in, one JSON answer out; whatever comes in, never a fault of form."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import orjson
import strawberry
import structlog
from graphql import GraphQLError, GraphQLSyntaxError, OperationDefinitionNode
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from commerce.kit.context import Context
from commerce.kit.errors import RequestError

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
LARGEST_BODY = 1_000_000
READING = frozenset({OperationType.QUERY})
ANYTHING = frozenset({OperationType.QUERY, OperationType.MUTATION})
CHALLENGE = {"WWW-Authenticate": "Bearer"}
VARY = "Accept, Accept-Language, X-Channel, X-Country, X-Currency, Authorization"

log = structlog.get_logger()
NewContext = Callable[[Request], Awaitable[Context]]
Page = Callable[[], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A GraphQL request as it came."""

    query: str
    variables: dict[str, Any] | None
    operation: str | None
    allowed: frozenset[OperationType]


class NameOperation(SchemaExtension):
    """Refuses to guess which of several operations is meant, as the specification demands; Strawberry takes the first."""

    def on_execute(self) -> Iterator[None]:
        document = self.execution_context.graphql_document
        if document is not None and self.execution_context._provided_operation_name is None:  # noqa: SLF001
            operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
            if len(operations) > 1:
                raise RequestError("BAD_REQUEST", "The document has several operations: say which in operationName.")
        yield


class Malformed(Exception):
    """A request that is not GraphQL over HTTP; it is answered with this status."""

    def __init__(self, status: int, message: str, code: str = "BAD_REQUEST", **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers


class GraphQLEndpoint:
    """The endpoint at `/graphql`. Browsers that ask for HTML by name get the explorer, if there is one."""

    def __init__(self, schema: strawberry.Schema, new_context: NewContext, explorer: Page | None = None) -> None:
        self.schema = schema
        self.new_context = new_context
        self.explorer = explorer

    async def __call__(self, request: Request) -> Response:
        if request.method == "GET" and "text/html" in _accept(request) and "query" not in request.query_params:
            if self.explorer is not None:
                return await self.explorer()
            return _refusal(Malformed(406, "The explorer is switched off.", "NOT_ACCEPTABLE"))
        return await self._serve(request)

    async def _serve(self, request: Request) -> Response:
        try:
            asked = await _read(request)
            context = await self.new_context(request)
        except Malformed as malformed:
            return _refusal(malformed)
        except RequestError as error:
            return _answer({"errors": [{"message": str(error), "extensions": error.extensions}]}, 401, JSON, CHALLENGE)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception:  # noqa: BLE001
            return _answer({"errors": [_fault(uuid4().hex)]}, 500, JSON, {})
        answer, began = await self._execute(asked, context)
        media = RESPONSE_JSON if RESPONSE_JSON in _accept(request) else JSON
        status = 200 if began or media == JSON else 400
        return _answer(answer, status, media, {"Content-Language": context.locales[0], "Vary": VARY})

    async def _execute(self, asked: Asked, context: Context) -> tuple[dict[str, Any], bool]:
        """The answer, and whether execution began at all."""
        try:
            result: Any = await self.schema.execute(
                asked.query,
                asked.variables,
                context,
                operation_name=asked.operation,
                allowed_operation_types=asked.allowed,
            )
        except (CannotGetOperationTypeError, InvalidOperationTypeError) as error:
            return {"errors": [_no_operation(error, asked)]}, False
        except Exception:  # noqa: BLE001
            return {"errors": [_fault(context.request_id)]}, False
        answer: dict[str, Any] = {}
        if result.errors:
            code = "GRAPHQL_VALIDATION_FAILED" if isinstance(result, PreExecutionError) else "BAD_USER_INPUT"
            answer["errors"] = [_error(error, context, code) for error in result.errors]
        began = result.data is not None or any(error.path for error in result.errors or ())
        if began:
            answer["data"] = result.data
        if context.extensions:
            answer["extensions"] = context.extensions
        return answer, began


def _accept(request: Request) -> str:
    return request.headers.get("accept", "")


async def _read(request: Request) -> Asked:
    if request.method == "GET":
        given: Any = dict(parse_qsl(request.url.query, keep_blank_values=True))
        for name in ("variables", "extensions"):
            if name in given:
                given[name] = _json(given[name].encode())
        return _asked(given, READING)
    if request.method != "POST":
        raise Malformed(405, "Use POST, or GET for queries.", "METHOD_NOT_ALLOWED", Allow="GET, POST")
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != JSON:
        raise Malformed(415, f"The body must be {JSON}.", "UNSUPPORTED_MEDIA_TYPE")
    return _asked(_json(await _body(request)), ANYTHING)


async def _body(request: Request) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY:
            raise Malformed(413, f"A request has at most {LARGEST_BODY} bytes.", "TOO_LARGE")
        chunks.append(chunk)
    return b"".join(chunks)


def _json(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Malformed(400, "This is not valid JSON.") from error


def _asked(given: Any, allowed: frozenset[OperationType]) -> Asked:
    if not isinstance(given, dict):
        raise Malformed(400, "A request is one JSON object; batches are not taken.")
    query, variables, operation = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise Malformed(400, "`query` must hold a GraphQL document.")
    if not isinstance(variables, dict | None):
        raise Malformed(400, "`variables` must be an object.")
    if _NUL_ESCAPE.search(query) or _holds_nul(variables):
        raise Malformed(400, "Text must not hold the character NUL.")
    if not isinstance(operation, str | None):
        raise Malformed(400, "`operationName` must be text.")
    if not isinstance(given.get("extensions"), dict | None):
        raise Malformed(400, "`extensions` must be an object.")
    return Asked(query, variables, operation, allowed)


_NUL_ESCAPE = re.compile(r"\0|\\u(0000|\{0+\})")
"""PostgreSQL keeps no NUL, so no text that holds one can be looked up or kept."""


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_holds_nul, value))


def _no_operation(error: Exception, asked: Asked) -> dict[str, Any]:
    """Why no operation of the document can be run."""
    if isinstance(error, InvalidOperationTypeError):
        message = "Use POST for mutations." if asked.allowed == READING else "Only queries and mutations are served."
    elif asked.operation:
        message = f"The document has no operation {asked.operation!r}."
    else:
        message = "The document has no operation."
    return {"message": message, "extensions": {"code": "BAD_REQUEST"}}


def _error(error: GraphQLError, context: Context, code: str) -> dict[str, Any]:
    """An error as the client may see it: faults keep nothing but the number of the request."""
    original = error.original_error
    if isinstance(original, RequestError):
        shown: dict[str, Any] = {"message": str(original), "extensions": original.extensions}
    elif isinstance(error, GraphQLSyntaxError):
        shown = {"message": error.message, "extensions": {"code": "GRAPHQL_PARSE_FAILED"}}
    elif isinstance(original, RecursionError) and not error.path:
        shown = {"message": "The document is nested too deeply.", "extensions": {"code": "BAD_REQUEST"}}
    elif _is_fault(error):
        shown = _fault(context.request_id, error)
    else:
        shown = {"message": error.message, "extensions": {"code": code, **(error.extensions or {})}}
    if error.locations:
        shown["locations"] = [location.formatted for location in error.locations]
    if error.path:
        shown["path"] = error.path
    return shown


def _is_fault(error: GraphQLError) -> bool:
    """Whether it happened in our code: within a field, or around the execution and so at no place of the document."""
    if error.path:
        return not isinstance(error.original_error, GraphQLError)
    return error.original_error is not None and not error.nodes


def _fault(request_id: str, error: GraphQLError | None = None) -> dict[str, Any]:
    cause = (error.original_error or error) if error else True
    log.error("fault", request_id=request_id, path=error.path if error else None, exc_info=cause)
    return {"message": "Something went wrong.", "extensions": {"code": "INTERNAL", "requestId": request_id}}


def _refusal(malformed: Malformed) -> Response:
    error = {"message": str(malformed), "extensions": {"code": malformed.code}}
    return _answer({"errors": [error]}, malformed.status, JSON, malformed.headers)


def _answer(body: dict[str, Any], status: int, media: str, headers: Mapping[str, str]) -> Response:
    content = orjson.dumps(body, default=str)
    return Response(content, status, headers, f"{media}; charset=utf-8")
