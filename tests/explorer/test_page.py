"""The page and its files, as a browser without a network would ask for them."""

import json
import re
from collections.abc import AsyncIterator

import pytest
from graphql import parse
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from commerce import explorer
from commerce.explorer.page import STATIC

TRICKY = explorer.Example("tricky", "query Tricky { __typename } # </script><script>alert(1)</script>", '{"a": "价"}')


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    def page(request: Request) -> HTMLResponse:
        return explorer.page("/graphql", [TRICKY, *explorer.examples()])

    app = Starlette(routes=[*explorer.routes(), Route("/graphql", page)])
    async with AsyncClient(transport=ASGITransport(app), base_url="http://shop") as client:
        yield client


async def test_policy_allows_nothing_from_elsewhere(client: AsyncClient) -> None:
    policy = (await client.get("/graphql")).headers["content-security-policy"]
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["worker-src"] == directives["connect-src"] == "'self'"
    assert "http" not in policy
    assert "*" not in policy


async def test_page_names_no_other_host(client: AsyncClient) -> None:
    text = (await client.get("/graphql")).text
    assert not re.search(r"(https?:)?//\w", text)


async def test_files_of_the_page_are_cached_forever(client: AsyncClient) -> None:
    addresses = re.findall(r'(?:src|href)="(/[^"]+)"', (await client.get("/graphql")).text)
    assert {address.rsplit("/", 1)[1] for address in addresses} == {"explorer.css", "explorer.js"}
    for address in addresses:
        answer = await client.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_another_hash_is_not_found(client: AsyncClient) -> None:
    answer = await client.get(f"{explorer.ASSETS}/0000000000000000/explorer.js")
    assert answer.status_code == 404
    assert "cache-control" not in answer.headers


async def test_missing_file_is_not_cached(client: AsyncClient) -> None:
    address = re.findall(r'src="([^"]+)"', (await client.get("/graphql")).text)[0]
    answer = await client.get(address.replace("explorer.js", "missing.js"))
    assert answer.status_code == 404
    assert "cache-control" not in answer.headers


async def test_an_example_cannot_break_out_of_its_element(client: AsyncClient) -> None:
    text = (await client.get("/graphql")).text
    [config] = re.findall(r'<script type="application/json" id="explorer-config">(.*?)</script>', text)
    assert json.loads(config)["examples"][0] == {
        "name": TRICKY.name,
        "query": TRICKY.query,
        "variables": TRICKY.variables,
        "headers": "",
    }


@pytest.mark.parametrize("example", explorer.examples(), ids=lambda example: example.name)
def test_examples_can_be_read(example: explorer.Example) -> None:
    parse(example.query)
    assert not example.variables or isinstance(json.loads(example.variables), dict)


@pytest.mark.parametrize("host", ["unpkg", "jsdelivr", "esm.sh", "googleapis", "gstatic", "cdnjs"])
def test_no_file_loads_from_a_cdn(host: str) -> None:
    files = [path for path in STATIC.iterdir() if path.suffix in {".js", ".css"}]
    assert files
    assert [path.name for path in files if host in path.read_text("utf-8")] == []


def test_licenses_of_what_is_inside_are_kept() -> None:
    text = (STATIC / "LICENSES.txt").read_text("utf-8")
    assert all(name in text for name in ("graphiql 5", "monaco-editor 0", "react 19", "codicon.ttf"))
