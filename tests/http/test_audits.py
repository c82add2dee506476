"""GraphQL over HTTP to the letter: the 61 audits of graphql-http 1.23, with their numbers and names."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.conftest import Client

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
WELL = {"query": "{ __typename }"}
TYPE = {"query": "query Type($name: String!) { __type(name: $name) { name } }"}
UNREADABLE = '{ "not a JSON'
KINDS = {"string": "string", "object": {"obj": "ect"}, "number": 0, "boolean": False, "array": ["array"]}

Expectation = Callable[[httpx.Response], bool]


def status(*allowed: int | range) -> Expectation:
    return lambda answer: any(
        answer.status_code == one if isinstance(one, int) else answer.status_code in one for one in allowed
    )


def media(kind: str) -> Expectation:
    return lambda answer: kind in answer.headers["content-type"]


def without(entry: str) -> Expectation:
    return lambda answer: entry not in answer.json()


@dataclass(frozen=True)
class Audit:
    """What is sent, and what must hold of the answer."""

    number: str
    name: str
    holds: tuple[Expectation, ...]
    body: Any = None
    accept: str | None = None
    kind: str | None = JSON
    address: dict[str, str] = field(default_factory=dict)


def post(
    number: str, name: str, *holds: Expectation, body: Any = WELL, accept: str | None = None, kind: str | None = JSON
) -> Audit:
    return Audit(number, name, holds, body, accept, kind)


def get(number: str, name: str, *holds: Expectation, accept: str | None = None, **address: str) -> Audit:
    return Audit(number, name, holds, accept=accept, kind=None, address=address)


def in_both(numbers: tuple[str, str], name: str, body: Any) -> Iterator[Audit]:
    """The same request under the new and under the old media type."""
    yield post(
        numbers[0],
        f"SHOULD {name} when accepting {RESPONSE_JSON}",
        status(200),
        without("errors") if "null" in name else status(200),
        body=body,
        accept=RESPONSE_JSON,
    )
    yield post(numbers[1], f"MUST {name} when accepting {JSON}", status(200), without("errors"), body=body, accept=JSON)


def of_wrong_kind(number: str, parameter: str, *kinds: str) -> Iterator[Audit]:
    """A parameter of every kind that it must not be of."""
    for index, kind in enumerate(kinds):
        name = f"MAY use 400 status code on {kind} {{{parameter}}} parameter"
        yield post(f"{number}{index}", name, status(400), body={**WELL, parameter: KINDS[kind]})


def failures() -> Iterator[Audit]:
    """Documents that cannot be run. The old media type has them told inside, the new one by the status."""
    kinds = (
        ("document parsing failure", "{", ("572B", "865D", "556A", "D586")),
        ("document validation failure", "{ 8f31403dfe404bccbb0e835f2629c6a7 }", ("FDE2", "51FE", "74FF", "5E5B")),
    )
    for what, query, numbers in kinds:
        body = {"query": query}
        yield post(
            numbers[0],
            f"SHOULD use 200 status code on {what} when accepting {JSON}",
            status(200),
            body=body,
            accept=JSON,
        )
        yield post(
            numbers[1],
            f"SHOULD use 4xx or 5xx status codes on {what} when accepting {RESPONSE_JSON}",
            status(range(400, 600)),
            body=body,
            accept=RESPONSE_JSON,
        )
        yield post(
            numbers[2],
            f"SHOULD use 400 status code on {what} when accepting {RESPONSE_JSON}",
            status(400),
            body=body,
            accept=RESPONSE_JSON,
        )
        yield post(
            numbers[3],
            f"SHOULD not contain the data entry on {what} when accepting {RESPONSE_JSON}",
            without("data"),
            body=body,
            accept=RESPONSE_JSON,
        )
    body = {"query": "query CoerceFailure($id: ID!){ __typename }", "variables": {"id": None}}
    yield post(
        "7B9B",
        f"SHOULD use a status code of 200 on variable coercion failure when accepting {JSON}",
        status(200),
        body=body,
        accept=JSON,
    )
    yield post(
        "86EE",
        f"SHOULD use a status code of 400 on variable coercion failure when accepting {RESPONSE_JSON}",
        status(400),
        body=body,
        accept=RESPONSE_JSON,
    )


AUDITS = [
    post("22EB", f"SHOULD accept {RESPONSE_JSON} and match the content-type", status(200), media(RESPONSE_JSON), accept=RESPONSE_JSON),
    post("4655", f"MUST accept {JSON} and match the content-type", status(200), media(JSON), accept=JSON),
    post("47DE", f"SHOULD accept */* and use {JSON} for the content-type", status(200), media(JSON), accept="*/*"),
    post("80D8", f"SHOULD assume {JSON} content-type when accept is missing", status(200), media(JSON)),
    post("82A3", "MUST use utf-8 encoding when responding", status(200), lambda answer: bool(answer.content.decode())),
    post("BF61", "MUST accept utf-8 encoded request", status(200), body={"query": '{ __type(name: "Run🏃Swim🏊") { name } }'}, kind=f"{JSON}; charset=utf-8"),
    post("78D5", "MUST assume utf-8 in request if encoding is unspecified", status(200)),
    post("2C94", "MUST accept POST requests", status(200)),
    get("5A70", "MAY accept application/x-www-form-urlencoded formatted GET requests", status(200), **WELL),
    get("9C48", "MAY NOT allow executing mutations on GET requests", status(range(400, 500)), accept=RESPONSE_JSON, query="mutation { __typename }"),
    post("9ABE", "SHOULD respond with 4xx status code if content-type is not supplied on POST requests", status(range(400, 500)), kind=None),
    post("03D4", f"MUST accept {JSON} POST requests", status(200)),
    post("A5BF", "MAY use 400 status code when request body is missing on POST", status(400), body=""),
    post("423L", "MAY use 400 status code on missing {query} parameter", status(400), body={"notquery": "{ __typename }"}, accept=RESPONSE_JSON),
    *of_wrong_kind("LKJ", "query", "object", "number", "boolean", "array"),
    *in_both(("34A2", "13EE"), "allow string {query} parameter", WELL),
    *of_wrong_kind("6C0", "operationName", "object", "number", "boolean", "array"),
    *in_both(("8161", "B8B3"), "allow string {operationName} parameter", {"query": "query Query { __typename }", "operationName": "Query"}),
    *in_both(("94B0", "0220"), "allow null {variables} parameter", {**WELL, "variables": None}),
    *in_both(("94B1", "0221"), "allow null {operationName} parameter", {**WELL, "operationName": None}),
    *in_both(("94B2", "0222"), "allow null {extensions} parameter", {**WELL, "extensions": None}),
    *of_wrong_kind("476", "variables", "string", "number", "boolean", "array"),
    *in_both(("2EA1", "28B9"), "allow map {variables} parameter", {**TYPE, "variables": {"name": "sometype"}}),
    *(
        get(number, f"MAY allow URL-encoded JSON string {{variables}} parameter in GETs when accepting {kind}", status(200), without("errors"), accept=kind, variables='{"name": "sometype"}', **TYPE)
        for number, kind in (("D6D5", RESPONSE_JSON), ("6A70", JSON))
    ),
    *of_wrong_kind("58B", "extensions", "string", "number", "boolean", "array"),
    *in_both(("428F", "1B7A"), "allow map {extensions} parameter", {**WELL, "extensions": {"some": "value"}}),
    post("B6DC", f"MAY use 2xx, 4xx, or 5xx status codes on JSON parsing failure when accepting {JSON}", status(range(200, 300), range(400, 600)), body=UNREADABLE, accept=JSON),
    post("BCF8", f"SHOULD use 400 status code on JSON parsing failure when accepting {JSON}", status(400), body=UNREADABLE, accept=JSON),
    post("B7N8", f"SHOULD use 400 status code on JSON parsing failure when accepting {RESPONSE_JSON}", status(400), body=UNREADABLE, accept=RESPONSE_JSON),
    post("8764", "MAY use 4xx or 5xx status codes if parameters are invalid", status(range(400, 600)), body={"qeury": "{ __typename }"}),
    post("3E3A", "MAY use 400 status code if parameters are invalid", status(400), body={"qeury": "{ __typename }"}),
    *failures(),
]  # fmt: skip


@pytest.mark.parametrize("audit", AUDITS, ids=[f"{audit.number} {audit.name}" for audit in AUDITS])
async def test_audit(client: Client, audit: Audit) -> None:
    http = httpx.AsyncClient(transport=client.http._transport, base_url="http://shop.test")
    del http.headers["accept"]
    headers = {name: value for name, value in (("accept", audit.accept), ("content-type", audit.kind)) if value}
    if audit.address:
        answer = await http.get("/graphql", params=audit.address, headers=headers)
    else:
        body = audit.body if isinstance(audit.body, str) else json.dumps(audit.body)
        answer = await http.post("/graphql", content=body, headers=headers)
    for holds in audit.holds:
        assert holds(answer), (answer.status_code, answer.headers["content-type"], answer.text)


def test_all_audits_are_here() -> None:
    assert len({audit.number for audit in AUDITS}) == len(AUDITS) == 61
