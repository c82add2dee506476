"""Requests that mean ill, over a real connection: a 4xx in JSON, at once, and nobody else is held up."""

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from commerce.app import app_of
from commerce.kit.http import LARGEST_BODY, protocol, request
from tests.conftest import Client, ShopUnderTest
from tests.http.serving import serving

ASKED = json.dumps({"query": "{ __typename }"}).encode()
Talk = Callable[[bytes], Awaitable["Heard"]]


@dataclass
class Heard:
    """The first answer on a connection."""

    status: int
    head: str
    body: Any

    @property
    def code(self) -> str:
        found: str = self.body["errors"][0]["extensions"]["code"]
        return found


@pytest.fixture
async def address(shop: ShopUnderTest) -> AsyncIterator[tuple[str, int]]:
    async with serving(app_of(shop)) as address:
        yield address


@pytest.fixture
def talk(address: tuple[str, int]) -> Talk:
    """Send these bytes and hear the answer."""

    async def say(raw: bytes) -> Heard:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(raw)
        async with asyncio.timeout(5):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = next(int(line.split(":")[1]) for line in head.splitlines() if line.startswith("content-length"))
            body = await reader.readexactly(length)
        writer.close()
        assert "content-type: application/json" in head
        return Heard(int(head.split()[1]), head, json.loads(body))

    return say


def post(*headers: str, body: bytes = ASKED, path: str = "/graphql") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: shop.test", "Content-Type: application/json", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


async def test_plain_request_is_answered(talk: Talk) -> None:
    heard = await talk(post(f"Content-Length: {len(ASKED)}"))
    assert (heard.status, heard.body["data"]) == (200, {"__typename": "Query"})
    assert "x-content-type-options: nosniff" in heard.head


async def test_too_much_that_is_announced_is_refused_before_it_is_sent(talk: Talk) -> None:
    for length in (LARGEST_BODY + 1, 10**12, 2**63):
        heard = await talk(post(f"Content-Length: {length}", body=b""))
        assert (heard.status, heard.code) == (413, "TOO_LARGE")


async def test_too_much_in_pieces_is_refused_too(talk: Talk) -> None:
    piece = b"186a0\r\n" + b" " * 100_000 + b"\r\n"
    heard = await talk(post("Transfer-Encoding: chunked", body=piece * 11))
    assert (heard.status, heard.code) == (413, "TOO_LARGE")


async def test_as_much_as_may_be_is_taken(client: Client) -> None:
    body = ASKED + b" " * (LARGEST_BODY - len(ASKED))
    answer = await client.http.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    answer = await client.http.post("/graphql", content=body + b" ", headers={"content-type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, identity", "x"])
async def test_compressed_body_is_not_unpacked(client: Client, coding: str) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    headers = {"content-type": "application/json", "content-encoding": coding}
    answer = await client.http.post("/graphql", content=bomb, headers=headers)
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize(
    "raw",
    [
        post(f"Content-Length: {len(ASKED)}", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        post("Transfer-Encoding: chunked", f"Content-Length: {len(ASKED)}", body=b"0\r\n\r\n"),
        post("Content-Length: 5", "Content-Length: 6"),
        post("Content-Length: -1"),
        post("Content-Length: ten"),
        post("Transfer-Encoding: chunked", body=b"zz\r\n"),
        post("Bad Header: x"),
        post("Content-Length: 0", path="/graph\xffql"),
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /graphql HTTP/9.9\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: shop.test\r\nX: " + b"a" * 500_000,
    ],
    ids=lambda raw: raw[:60].decode("latin-1"),
)
async def test_what_is_not_http_is_refused(talk: Talk, raw: bytes) -> None:
    heard = await talk(raw)
    assert (heard.status, heard.code) == (400, "BAD_REQUEST")
    assert "connection: close" in heard.head


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("query={__typename}&query={__typename}", 400),
        ("query={__typename}&variables={}&variables={}", 400),
        ("query={__typename}&operationName=A&operationName=A", 400),
        ("query=%ff%fe", 400),
        ("query={__typename}&variables=[", 400),
        ("query={__typename}&variables=5", 400),
        ("query={__typename}&extensions=text", 400),
        ("query=" + "&".join(["a"] * 200), 400),
        ("query=%00", 400),
        ("query=mutation{__typename}", 405),
        ("", 400),
    ],
)
async def test_address_that_asks_badly(client: Client, query: str, status: int) -> None:
    answer = await client.http.get(f"/graphql?{query}")
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] in {"BAD_REQUEST", "METHOD_NOT_ALLOWED"}


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql",
        "text/json", "application/json; charset=utf-16", "application/json, text/plain", "",
    ],
)  # fmt: skip
async def test_only_json_in_utf_8_is_taken(client: Client, kind: str) -> None:
    answer = await client.http.post("/graphql", content=ASKED, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("kind", ['Application/JSON; charset="UTF-8"', "application/json;charset=utf8"])
async def test_json_may_be_spelled_in_several_ways(client: Client, kind: str) -> None:
    assert (await client.http.post("/graphql", content=ASKED, headers={"content-type": kind})).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
async def test_other_methods_are_told_which_there_are(client: Client, method: str) -> None:
    answer = await client.http.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


async def test_body_that_does_not_come_is_not_waited_for(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "BODY_PATIENCE", 0.2)
    heard = await talk(post("Content-Length: 100", body=b"{"))
    assert (heard.status, heard.code) == (408, "REQUEST_TIMEOUT")
    assert "connection: close" in heard.head


@pytest.mark.parametrize("sent", [b"", b"POST /graphql HTTP/1.1\r\nHost: shop"])
async def test_connection_that_says_nothing_is_closed(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(protocol, "HEAD_PATIENCE", 0.2)
    reader, writer = await asyncio.open_connection(*address)
    writer.write(sent)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()


async def test_hundred_half_sent_requests_hold_up_nobody(address: tuple[str, int]) -> None:
    begun = [b"", b"POST /gra", post("Content-Length: 900", body=b'{"query": "{')]
    held = [await asyncio.open_connection(*address) for _ in range(100)]
    for n, (_, writer) in enumerate(held):
        writer.write(begun[n % 3])
    async with httpx.AsyncClient(base_url=f"http://{address[0]}:{address[1]}") as http:
        times = []
        for _ in range(20):
            began = time.perf_counter()
            answer = await http.post("/graphql", content=ASKED, headers={"content-type": "application/json"})
            times.append(time.perf_counter() - began)
            assert answer.json()["data"] == {"__typename": "Query"}
    assert sorted(times)[-2] < 0.5
    for _, writer in held:
        writer.close()


async def test_requests_of_one_connection_are_answered_in_turn(address: tuple[str, int]) -> None:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(post(f"Content-Length: {len(ASKED)}") * 3)
    heard = b""
    async with asyncio.timeout(5):
        while heard.count(b'"__typename":"Query"') < 3:
            heard += await reader.read(65536)
    assert heard.count(b"HTTP/1.1 200 OK") == 3
    writer.close()
