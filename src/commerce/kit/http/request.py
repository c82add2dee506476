"""What a client asks: read from a GET or POST, or from a message of another transport."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from graphql import OperationType
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from commerce.kit.bounds import LONGEST_DOCUMENT, MOST_VALUES, holds_too_much

LARGEST_BODY = 1_000_000
BODY_PATIENCE = 10.0
"""Seconds in which a body must have arrived."""
BODY = "commerce.body"
"""Where a request that was read keeps its body; one that comes over a socket has none."""
READING = frozenset({OperationType.QUERY})
ANYTHING = frozenset({OperationType.QUERY, OperationType.MUTATION})
_PARAMETERS = ("query", "operationName", "variables", "extensions")
DOCUMENT_IDS = ("documentId", "doc_id", "id")
"""How clients call the id of a document, by their age."""
_JSON_TYPE = re.compile(r'application/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?', re.IGNORECASE)
_NUL_ESCAPE = re.compile(r"\0|\\u(0000|\{0+\})")
"""PostgreSQL keeps no NUL, so no text that holds one can be looked up or kept."""


@dataclass(slots=True)
class Asked:
    """A GraphQL request as it came. Either it has a document, or it names one that the server knows."""

    query: str | None
    """The document; None where only `document` names it."""
    variables: dict[str, Any] | None = None
    operation: str | None = None
    extensions: dict[str, Any] = field(default_factory=dict)
    allowed: frozenset[OperationType] = ANYTHING
    document: str | None = None
    """Id or hash of a document that the server may know."""
    way: bytes | None = None
    """What identifies it as it came, if its answer does not depend on who sent it."""


class Malformed(Exception):
    """A request that is not GraphQL over HTTP; it is answered with this status."""

    def __init__(
        self, status: int, message: str, code: str = "BAD_REQUEST", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [{"message": str(self), "extensions": {"code": self.code}}]


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers by their names in lower case. One that came several times is one list, as HTTP has it."""
    headers: dict[str, str] = {}
    for raw, encoded in scope["headers"]:
        name, value = raw.decode("latin-1"), encoded.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def read(scope: Scope, receive: Receive, headers: Mapping[str, str]) -> Asked:
    """What is asked by a GET or POST."""
    return asked_by(scope["method"], await content(scope, receive, headers))


async def content(scope: Scope, receive: Receive, headers: Mapping[str, str]) -> bytes:
    """What a GET or POST says, as it came. The body stays with the request, for those who check its signature."""
    scope[BODY] = b""
    if scope["method"] == "POST":
        _check_headers(headers)
        scope[BODY] = body = await read_body(receive)
        return body
    if scope["method"] in ("GET", "HEAD"):
        said: bytes = scope["query_string"]
        return said
    raise Malformed(405, "Use POST, or GET for queries.", "METHOD_NOT_ALLOWED", {"Allow": "GET, HEAD, POST"})


def asked_by(method: str, said: bytes) -> Asked:
    """What is asked by the content of a GET or POST."""
    return asked_from_json(said) if method == "POST" else asked_from(parameters(said), READING)


def _check_headers(headers: Mapping[str, str]) -> None:
    kind = headers.get("content-type", "")
    if kind != "application/json" and not _JSON_TYPE.fullmatch(kind):
        raise Malformed(415, "The body must be application/json, in UTF-8.", "UNSUPPORTED_MEDIA_TYPE")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Malformed(
            415, "The body must not be compressed.", "UNSUPPORTED_MEDIA_TYPE", {"Accept-Encoding": "identity"}
        )
    length = headers.get("content-length", "0")
    if not length.isdecimal():
        raise Malformed(400, "The header Content-Length is not a number.")
    if len(length) > 20 or int(length) > LARGEST_BODY:
        raise _too_large()


async def read_body(receive: Receive, largest: int = LARGEST_BODY) -> bytes:
    """The whole body, if it is not too large and comes in time."""
    try:
        async with asyncio.timeout(BODY_PATIENCE):
            return await _body(receive, largest)
    except TimeoutError as error:
        raise Malformed(408, "The request did not arrive.", "REQUEST_TIMEOUT", {"Connection": "close"}) from error


async def _body(receive: Receive, largest: int) -> bytes:
    message = await receive()
    chunks = [message.get("body", b"")]
    size = len(chunks[0])
    while message.get("more_body") and size <= largest:
        message = await receive()
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    if size > largest:
        raise _too_large(largest)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(largest: int = LARGEST_BODY) -> Malformed:
    return Malformed(413, f"A request has at most {largest} bytes.", "TOO_LARGE")


def parameters(said: bytes) -> dict[str, Any]:
    """What a GET asks by its address, with the values of JSON parameters."""
    try:
        pairs = parse_qsl(said.decode(), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise Malformed(400, "The parameters of the address cannot be read.") from error
    given: dict[str, Any] = dict(pairs)
    if len(given) < len(pairs):
        raise Malformed(400, "A parameter of the address is given twice.")
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _json(given[name].encode())
    return given


def _json(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Malformed(400, "This is not valid JSON.") from error


def asked_from_json(raw: bytes) -> Asked:
    """What is asked by a body."""
    given = _json(raw)
    return asked_from(given, may_hold_nul=b"\\u0000" in raw)  # JSON has no other way to write it


def asked_from(given: Any, allowed: frozenset[OperationType] = ANYTHING, *, may_hold_nul: bool = True) -> Asked:
    """What is asked by the JSON value of a request."""
    if not isinstance(given, dict):
        raise Malformed(400, "A request is one JSON object; batches are not taken.")
    query, operation, variables, extensions = map(given.get, _PARAMETERS)
    if not isinstance(variables, dict | None):
        raise Malformed(400, "`variables` must be an object.")
    if variables and holds_too_much(variables):
        raise Malformed(413, f"The variables have at most {MOST_VALUES} values.", "TOO_LARGE")
    if not isinstance(operation, str | None):
        raise Malformed(400, "`operationName` must be text.")
    if not isinstance(extensions, dict | None):
        raise Malformed(400, "`extensions` must be an object.")
    document = _document(given, extensions) if extensions or not query else None
    if document is not None and query in (None, ""):
        query = None
    elif not isinstance(query, str) or not query.strip():
        raise Malformed(400, "`query` must hold a GraphQL document.")
    elif len(query) > LONGEST_DOCUMENT:
        raise Malformed(413, f"A document has at most {LONGEST_DOCUMENT} characters.", "TOO_LARGE")
    if (query and _writes_nul(query)) or (may_hold_nul and _holds_nul(variables)):
        raise Malformed(400, "Text must not hold the character NUL.")
    return Asked(query, variables, operation, extensions or {}, allowed, document)


def _document(given: dict[str, Any], extensions: dict[str, Any] | None) -> str | None:
    """The id or hash of a stored document: as Apollo and urql send it, or else as the draft and Relay do."""
    persisted = (extensions or {}).get("persistedQuery")
    if persisted is not None:
        if not isinstance(persisted, dict) or not isinstance(persisted.get("sha256Hash"), str):
            raise Malformed(400, "`persistedQuery` must have a `sha256Hash`.")
        if persisted.get("version") != 1:
            raise Malformed(400, "PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
        return str(persisted["sha256Hash"])
    if given.get("query"):
        return None
    return next((given[name] for name in DOCUMENT_IDS if isinstance(given.get(name), str)), None)


def _writes_nul(document: str) -> bool:
    is_suspicious = "\\u" in document or "\0" in document
    return is_suspicious and _NUL_ESCAPE.search(document) is not None


def _holds_nul(value: Any) -> bool:
    """Without recursion: JSON may be nested more deeply than Python's stack is."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and "\0" in one:
            return True
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
    return False
