"""Whatever is sent, the answer comes soon, says what is wrong by a code, and the next client is served."""

import json
import time
from typing import Any

import httpx
import pytest

from tests.conftest import Client
from tests.limits.hostile import BODIES, DOCUMENTS, VARIABLES

SOON = 2.0
"""Seconds; on a machine of its own the slowest takes a tenth of one."""
HARMLESS = {
    "aliases within a page", "operations, all that fit", "fragments, 2^25", "fragments, a long chain",
    "fragments, 2^25 with fields", "deep inline fragments", "ids, all that fit", "a long string", "a block string",
    "escapes", "a long comment", "blanks", "letters on letters", "a long text",
}  # fmt: skip
"""What may be answered, since it costs no more than others."""


async def sent(client: Client, body: bytes) -> tuple[httpx.Response, float]:
    begun = time.perf_counter()
    answer = await client.http.post("/graphql", content=body, headers={"content-type": "application/json"})
    return answer, time.perf_counter() - begun


def codes(answer: httpx.Response) -> set[Any]:
    return {error.get("extensions", {}).get("code") for error in answer.json().get("errors", ())}


async def check(client: Client, body: bytes) -> set[Any]:
    """The codes that a hostile request is answered with, after all that must hold for each of them."""
    answer, seconds = await sent(client, body)
    assert seconds < SOON
    assert answer.status_code < 500
    assert codes(answer).isdisjoint({None, "INTERNAL"}), answer.text[:300]
    assert len(answer.content) < 100_000
    healthy, seconds = await sent(client, b'{"query": "{ channels { code } }"}')
    assert (healthy.json()["data"], seconds < SOON) == ({"channels": []}, True)
    return codes(answer)


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_hostile_document_is_refused_or_cheap(client: Client, name: str) -> None:
    found = await check(client, json.dumps({"query": DOCUMENTS[name]}).encode())
    assert found or name in HARMLESS


@pytest.mark.parametrize("name", VARIABLES)
async def test_hostile_variables_are_refused_or_cheap(client: Client, name: str) -> None:
    document, variables = VARIABLES[name]
    found = await check(client, json.dumps({"query": document, "variables": variables}).encode())
    assert found or name in HARMLESS


@pytest.mark.parametrize("name", BODIES)
async def test_an_odd_body_is_refused_or_harmless(client: Client, name: str) -> None:
    await check(client, BODIES[name])


@pytest.mark.parametrize(
    ("name", "code", "limit", "found"),
    [
        ("aliases, all that fit", "TOO_MANY_ALIASES", 100, 666),
        ("aliases by fragments", "TOO_MANY_ALIASES", 100, 511),
        ("aliases within a page", "TOO_MANY_ALIASES", 100, 101),
        ("sign-ins, fifty", "TOO_MANY_FIELDS", 10, 50),
        ("directives on a field", "TOO_MANY_DIRECTIVES", 50, 250),
        ("directives by fragments", "TOO_MANY_DIRECTIVES", 50, 2**25 - 1),
        ("deep fields", "TOO_DEEP", 15, 152),
        ("deep fields by fragments", "TOO_DEEP", 15, 22),
        ("fragments, 2^25 in depth", "TOO_DEEP", 15, 27),
        ("introspection in a circle", "TOO_DEEP", 2, 3),
        ("introspection, deep", "TOO_DEEP", 25, 102),
    ],
)
async def test_the_limit_is_named(client: Client, name: str, code: str, limit: int, found: int) -> None:
    answer = await client.send(DOCUMENTS[name])
    assert answer["errors"][0]["extensions"] == {"code": code, "limit": limit, "found": found}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("aliases, a thousand", "GRAPHQL_PARSE_FAILED"),
        ("tokens, ten thousand", "GRAPHQL_PARSE_FAILED"),
        ("introspection, a hundred", "TOO_COMPLEX"),
        ("introspection, a hundred lists", "TOO_COMPLEX"),
        ("introspection, 2^25", "TOO_COMPLEX"),
        ("introspection by fragments of fragments", "TOO_COMPLEX"),
        ("pages within pages", "TOO_COMPLEX"),
        ("pages within pages by edges", "TOO_COMPLEX"),
        ("lists within lists", "TOO_COMPLEX"),
        ("circle of one", "GRAPHQL_VALIDATION_FAILED"),
        ("one object, all that fit", "GRAPHQL_VALIDATION_FAILED"),
        ("a string of a megabyte", "TOO_LARGE"),
    ],
)
async def test_the_code_tells_what_is_wrong(client: Client, name: str, code: str) -> None:
    answer = await client.send(DOCUMENTS[name])
    assert code in {error["extensions"]["code"] for error in answer["errors"]}
