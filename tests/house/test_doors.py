"""Every address of the shop answers whatever is sent to it, and is never at fault."""

import json

import pytest
import structlog

from tests.channels.factory import make_channel
from tests.conftest import Client, ShopUnderTest

CART = json.dumps({"query": "mutation { cartCreate(input: {}) { cart { id } userErrors { code field message } } }"})
PATHS = [
    "/graphql?query=%00", "/graphql?query=%7B__typename%7D&variables=%7B%22a%22%3A%22%ED%A0%80%22%7D", "/graphql?%FF=%FF",
    "/graphql?query=%7B__typename%7D&operationName=%ED%A0%80", "/graphql?query=" + "%7B" * 5_000, "/graphql%00", "/graphql/x", "/",
    "/graphql?query=%7B__typename%7D&extensions=%5B%5D", "/graphql?query=%7B__typename%7D&variables=", "/readyz?x=%00", "/healthz/x",
    "/media/", "/media/..%2f..%2fetc%2fpasswd", "/media/%00", "/media/a%00b", "/media/" + "a" * 300, "/media/" + "a/" * 3_000,
    "/media/%ff", "/media/%ED%A0%80", "/payments/test/%00", "/payments/test/x", "/payments/test/" + "a" * 5_000, "/payments/test/%ff",
    "/webhooks/payments/test", "/webhooks/payments/manual", "/webhooks/payments/%00", "/webhooks/payments/" + "x" * 5_000,
]  # fmt: skip
BODIES = [b"", b"\xff", b"{}", b"null", b"a=%00&answer=%ff", b"[" * 100_000, b'{"id": "\\ud800"}', b"x" * 300_000]
HEADERS: list[tuple[str, str | bytes]] = [
    ("accept-language", b"\xff\xfe"), ("accept-language", "zh;q=nan, en;q=inf," + "x-" * 300), ("accept-language", ";;,,q=1;q=2"),
    ("accept-language", "a" * 9_000), ("x-channel", b"\xff"), ("x-channel", "a" * 9_000), ("x-country", "de"), ("x-country", b"\xff"),
    ("x-currency", "é".encode()), ("x-client", b"\xff" * 500), ("idempotency-key", b"\xff\xfe"), ("idempotency-key", "k" * 256),
    ("idempotency-key", " "), ("authorization", b"Bearer \xff"), ("authorization", "Bearer " + "a" * 9_000), ("authorization", ""),
    ("authorization", "Bearer a.b.c"), ("authorization", "Bearer eyJhbGciOiJub25lIn0.e30."), ("authorization", "Basic eDp5"),
    ("content-type", "application/json; charset=utf-16"), ("content-encoding", "gzip"), ("accept", b"\xff"), ("host", "\\"),
    ("origin", b"\xff"), ("x-test-signature", b"t=1,v1=\xe9"), ("x-test-signature", "t=,v1="), ("x-test-signature", ",,=,"),
]  # fmt: skip


async def send(client: Client, method: str, path: str, body: bytes | str, *headers: tuple[str, str | bytes]) -> None:
    """Send it, and see that it is answered without a fault."""
    raw = [(name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in headers]
    with structlog.testing.capture_logs() as logs:
        answer = await client.http.request(method, path, content=body, headers=raw)
    assert answer.status_code < 500, answer.text
    assert [entry for entry in logs if entry["event"] == "fault"] == []
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
async def test_any_address_answers(client: Client, path: str) -> None:
    await send(client, "GET", path, b"")
    for body in BODIES:
        for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            await send(client, "POST", path, body, ("content-type", kind))


@pytest.mark.parametrize(("name", "value"), HEADERS, ids=lambda part: str(part)[:30])
async def test_any_header_is_taken_or_refused(
    shop: ShopUnderTest, client: Client, name: str, value: str | bytes
) -> None:
    await make_channel(shop)
    await send(client, "POST", "/graphql", CART, ("content-type", "application/json"), (name, value))
    await send(client, "POST", "/webhooks/payments/test", b"{}", (name, value))
