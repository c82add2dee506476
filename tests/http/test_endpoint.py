"""Whatever comes in, the answer is JSON, and an error has a code."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import strawberry
import structlog
from starlette.applications import Starlette
from starlette.routing import Route

from commerce.kit.errors import RequestError
from commerce.kit.execution import Operations
from commerce.kit.graphql import Info
from commerce.kit.http import LARGEST_BODY, Endpoint, Pipeline
from tests.conftest import Client, ShopUnderTest

TEXT = "{ channels { code } }"


@pytest.fixture
async def http(client: Client) -> httpx.AsyncClient:
    return client.http


def code(answer: httpx.Response) -> str:
    """The code of the only error, in an answer that must be well-formed."""
    assert answer.headers["content-type"].startswith(("application/json", "application/graphql-response+json"))
    [error] = answer.json()["errors"]
    assert error["message"]
    found: str = error["extensions"]["code"]
    return found


async def post(http: httpx.AsyncClient, body: bytes | str, **headers: str) -> httpx.Response:
    return await http.post("/graphql", content=body, headers={"content-type": "application/json", **headers})


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"5", b'"text"', b"[]", json.dumps([{"query": TEXT}]).encode(), b"{}",
        b'{"query": null}', b'{"query": ""}', b'{"query": ["{"]}',
        json.dumps({"query": TEXT, "variables": []}).encode(),
        json.dumps({"query": TEXT, "variables": "{}"}).encode(),
        json.dumps({"query": TEXT, "operationName": 5}).encode(),
        json.dumps({"query": TEXT, "extensions": 5}).encode(),
        b'{"query": "\xff\xfe"}', '{"query": "{ a }"}'.encode("utf-16"),
        b"[" * 100_000, b'{"query": "{ a }", "variables": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001,
        b'{"query": "{ a }", "variables": {"a": ' + b"9" * 100_000 + b"}}",
        b'{"query": "{ a }", "variables": {"a": NaN}}',
        rb'{"query": "{ a }", "variables": {"a": ["\u0000"]}}', rb'{"query": "{ a(b: \"\\u0000\") }"}',
    ],
)  # fmt: skip
async def test_malformed_request_is_refused(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await post(http, body)
    assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")


async def test_body_must_be_json_by_its_header(http: httpx.AsyncClient) -> None:
    body = json.dumps({"query": TEXT})
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
    ):
        answer = await post(http, body, **{"content-type": kind})
        assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert (await post(http, body, **{"content-type": "Application/JSON; charset=utf-8"})).status_code == 200


async def test_body_of_more_than_a_megabyte_is_not_read(http: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * LARGEST_BODY:
            sent += 100_000
            yield b" " * 100_000

    answer = await http.post("/graphql", content=endless(), headers={"content-type": "application/json"})
    assert (answer.status_code, code(answer)) == (413, "TOO_LARGE")


async def test_queries_may_come_by_get_and_mutations_not(http: httpx.AsyncClient) -> None:
    answer = await http.get("/graphql", params={"query": TEXT, "variables": "{}"})
    assert answer.json()["data"] == {"channels": []}
    answer = await http.get("/graphql", params={"query": "mutation { channelCreate { userErrors { code } } }"})
    assert code(answer) in {"BAD_REQUEST", "GRAPHQL_VALIDATION_FAILED"}
    valid = 'mutation { channelUpdate(input: {channelId: "x"}) { userErrors { code } } }'
    answer = await http.get("/graphql", params={"query": valid})
    assert (answer.status_code, answer.headers["allow"], code(answer)) == (405, "POST", "METHOD_NOT_ALLOWED")
    assert answer.json()["errors"][0]["message"] == "Use POST for mutations."
    answer = await http.get("/graphql", params={"query": TEXT, "variables": "{"})
    assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")
    answer = await http.get("/graphql")
    assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")


async def test_other_methods_are_not_allowed(http: httpx.AsyncClient) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        answer = await http.request(method, "/graphql")
        assert (answer.status_code, code(answer)) == (405, "METHOD_NOT_ALLOWED")
        assert answer.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query Q($a: Int!) { channels { code } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { channels { code } } query B { channels { code } }", "BAD_REQUEST"),
        ("fragment F on Channel { code }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a }", "GRAPHQL_VALIDATION_FAILED"),
        ("query Q($id: ID!) { node(id: $id) { id } }", "BAD_USER_INPUT"),
        ('{ node(id: "x", id: "y") { id } }', "GRAPHQL_VALIDATION_FAILED"),
        ("{ node(id: 1.5) { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ a" * 1500, "GRAPHQL_PARSE_FAILED"),
        ("{ channels " * 700 + "}" * 700, "GRAPHQL_PARSE_FAILED"),
        ("query Q @inContext(country: " + "[" * 1500 + "]" * 1500 + ") { channels { code } }", "GRAPHQL_PARSE_FAILED"),
        (
            "query Q @inContext(country: " + "[" * 150 + "]" * 150 + ") { channels { code } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("{ channels " + "{ code " * 150 + "}" * 151, "TOO_DEEP"),
        ("query Q @inContext(country: " + "9" * 5000 + ") { channels { code } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ channels { code } " + "x" * 10 + " " * 10 + "a " * 5000 + "}", "GRAPHQL_PARSE_FAILED"),
    ],
)
async def test_document_that_cannot_be_run(http: httpx.AsyncClient, query: str, expected: str) -> None:
    answer = await post(http, json.dumps({"query": query}))
    errors = answer.json()["errors"]
    assert {error["extensions"]["code"] for error in errors} == {expected}
    assert answer.status_code == 200
    assert "data" not in answer.json()
    answer = await post(http, json.dumps({"query": query}), accept="application/graphql-response+json")
    assert answer.status_code == 400


async def test_operation_is_chosen_by_its_name(http: httpx.AsyncClient) -> None:
    text = "query A { a: channels { code } } query B { b: channels { code } }"
    answer = await post(http, json.dumps({"query": text, "operationName": "B"}))
    assert answer.json()["data"] == {"b": []}
    answer = await post(http, json.dumps({"query": text, "operationName": "C"}))
    assert code(answer) == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ID!", None), ("ID!", {}), ("ID!", []), ("[ID!]!", [None]), ("Locale", "nowhere"), ("CountryCode", "de"),
        ("CurrencyCode", 5), ("Locale", 10**30),
    ],
)  # fmt: skip
async def test_variable_of_the_wrong_kind(client: Client, kind: str, value: Any) -> None:
    fields = {"ID!": "node(id: $v) { id }", "[ID!]!": "nodes(ids: $v) { id }"}
    where = {"Locale": "locale", "CountryCode": "country", "CurrencyCode": "currency"}
    directive = f"@inContext({where[kind]}: $v)" if kind in where else ""
    answer = await client.send(
        f"query Q($v: {kind}) {directive} {{ {fields.get(kind, 'channels { code }')} }}", v=value
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_unknown_variables_are_passed_over(client: Client) -> None:
    assert await client(TEXT, nobody="asked") == {"channels": []}


@strawberry.type
class Broken:
    @strawberry.field
    def secret(self) -> str | None:
        raise LookupError("password=hunter2 in /srv/shop.py")

    @strawberry.field
    def missing(self) -> str:
        return None  # type: ignore[return-value]

    @strawberry.field
    def declined(self, info: Info) -> str | None:
        raise RequestError("RATE_LIMITED", "Slower, please.", retryAfter=3)

    @strawberry.field
    def fine(self) -> int:
        return 1


@pytest.fixture
async def broken(shop: ShopUnderTest) -> AsyncIterator[httpx.AsyncClient]:
    """A server whose fields fail, each in its own way."""
    endpoint = Endpoint(Pipeline(Operations(strawberry.Schema(Broken)), shop.request_context))
    app = Starlette(routes=[Route("/graphql", endpoint)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as http:
        yield http


async def test_fault_tells_its_number_and_nothing_else(broken: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = await post(broken, json.dumps({"query": "{ fine secret }"}))
    [entry] = logs
    assert answer.json() == {
        "data": {"fine": 1, "secret": None},
        "errors": [
            {
                "message": "Something went wrong.",
                "extensions": {"code": "INTERNAL", "requestId": entry["request_id"]},
                "locations": [{"line": 1, "column": 8}],
                "path": ["secret"],
            }
        ],
    }
    assert (entry["event"], entry["log_level"], entry["path"]) == ("fault", "error", ["secret"])
    assert "hunter2" in str(entry["exc_info"])


async def test_null_where_none_may_be_is_a_fault(broken: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = await post(broken, json.dumps({"query": "{ missing }"}))
    assert (code(answer), answer.json()["data"], len(logs)) == ("INTERNAL", None, 1)


async def test_declined_field_keeps_its_code_and_facts(broken: httpx.AsyncClient) -> None:
    answer = await post(broken, json.dumps({"query": "{ declined fine }"}))
    assert answer.json()["data"] == {"declined": None, "fine": 1}
    assert answer.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 3}


@pytest.mark.parametrize("stage", ["context", "settle"])
async def test_fault_before_any_field_is_masked_too(
    client: Client, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    async def fail(*_arguments: Any) -> None:
        raise LookupError("password=hunter2")

    if stage == "context":
        monkeypatch.setattr(ShopUnderTest, "request_context", fail)
        client = Client(client.shop)
    else:
        monkeypatch.setattr("commerce.channels.graphql.settle", fail)
    with structlog.testing.capture_logs() as logs:
        answer = await post(client.http, json.dumps({"query": TEXT}))
    assert code(answer) == "INTERNAL"
    assert "hunter2" not in answer.text
    assert answer.json()["errors"][0]["extensions"]["requestId"] == logs[0]["request_id"]


async def test_bad_sign_in_is_unauthorized(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_arguments: Any) -> None:
        raise RequestError("UNAUTHENTICATED", "The token has expired.")

    monkeypatch.setattr(ShopUnderTest, "request_context", refuse)
    answer = await post(Client(client.shop).http, json.dumps({"query": TEXT}))
    assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")


async def test_explorer_is_for_browsers_that_ask_for_html(client: Client) -> None:
    answer = await client.http.get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    answer = await client.http.get("/graphql", params={"query": TEXT}, headers={"accept": "text/html, */*;q=0.8"})
    assert answer.json()["data"] == {"channels": []}
    answer = await client.http.get("/graphql", params={"query": TEXT}, headers={"accept": "text/html"})
    assert (answer.status_code, code(answer)) == (406, "NOT_ACCEPTABLE")
