"""In which form an answer comes: its media type, its size, and what it says of itself."""

import gzip
import json

import pytest

from commerce.kit.http import negotiated
from commerce.shop import Shop
from tests.channels.factory import make_channel
from tests.conftest import Client, ShopUnderTest

JSON = "application/json"
NEW = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON), ("  ", JSON), ("*/*", JSON), ("application/*", JSON), (JSON, JSON), (NEW, NEW),
        (f"{NEW}, {JSON}", NEW), (f"{JSON}, {NEW}", NEW), (f"{NEW};q=0.5, {JSON}", JSON),
        (f"{JSON};q=0.9, {NEW}", NEW), (f"{NEW};q=0, */*", JSON), (f"{JSON};q=0, */*", NEW),
        (f"{NEW}, */*", NEW), (f"{JSON}, */*", JSON), ("*/*;q=0.1, text/html", JSON),
        ("APPLICATION/JSON ; Q=1.0", JSON), (f"{NEW};charset=utf-8", NEW), (f"{JSON}; charset=iso-8859-1", JSON),
        ("multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json, application/json;q=0.9", NEW),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("text/html", None), ("*/*;q=0", None), (f"{JSON};q=0", None), (f"{JSON};q=lots", None), ("image/*, text/*", None),
        (",,;;q=,", None), (f",{JSON},", JSON),
    ],
)  # fmt: skip
def test_media_type_is_the_one_that_is_liked_best(accept: str, media: str | None) -> None:
    assert negotiated(accept) == media


async def test_who_accepts_nothing_that_we_have_gets_nothing(client: Client) -> None:
    answer = await client.http.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": "image/png"})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (406, "NOT_ACCEPTABLE")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


LONG = {"query": "{ __schema { types { name description } } }"}


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip", True), ("gzip, deflate, br", True), ("br, *", True), ("GZIP;q=0.1", True), ("identity", False),
        ("", False), ("gzip;q=0", False), ("gzip;q=0, *", False), ("br", False),
    ],
)  # fmt: skip
async def test_long_answer_is_packed_for_who_can_unpack_it(client: Client, accepted: str, is_packed: bool) -> None:
    request = client.http.build_request("POST", "/graphql", json=LONG, headers={"accept-encoding": accepted})
    answer = await client.http.send(request, stream=True)
    raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert (answer.headers.get("content-encoding") == "gzip") is is_packed
    assert int(answer.headers["content-length"]) == len(raw)
    assert "Accept-Encoding" in answer.headers["vary"]
    assert len(json.loads(gzip.decompress(raw) if is_packed else raw)["data"]["__schema"]["types"]) > 100


async def test_short_answer_is_sent_as_it_is(client: Client) -> None:
    answer = await client.http.post("/graphql", json={"query": "{ __typename }"}, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


async def test_answer_names_its_language_and_what_it_depends_on(shop: Shop, client: Client) -> None:
    await make_channel(shop)
    answer = await client.http.post(
        "/graphql", json={"query": "{ channels { code } }"}, headers={"accept-language": "zh-CN"}
    )
    assert answer.headers["content-language"] == "zh-Hans"
    assert answer.headers["x-content-type-options"] == "nosniff"
    depends = {name.strip() for name in answer.headers["vary"].split(",")}
    context = {"Accept-Language", "X-Channel", "X-Country", "X-Currency"}
    assert depends >= {"Accept", "Accept-Encoding", "Authorization", *context}


async def test_request_that_cannot_be_run_has_a_status_of_its_own(client: Client, shop: ShopUnderTest) -> None:
    await make_channel(shop)
    answer = await client.http.post("/graphql", json={"query": "{ nothing }"}, headers={"accept": NEW})
    assert (answer.status_code, answer.headers["content-type"]) == (400, f"{NEW}; charset=utf-8")
    unknown = {"query": "{ channels { code } }"}
    answer = await client.http.post("/graphql", json=unknown, headers={"accept": NEW, "x-channel": "nowhere"})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")


async def test_pages_may_read_the_headers_that_matter(client: Client) -> None:
    answer = await client.http.post(
        "/graphql", json={"query": "{ __typename }"}, headers={"origin": "https://shop.example"}
    )
    exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert exposed >= {"Content-Language", "Retry-After"}
    asked = {
        "origin": "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, apollographql-client-name, apollo-require-preflight",
    }
    assert (await client.http.options("/graphql", headers=asked)).status_code == 200
    assert "access-control-allow-origin" not in (await client.http.post("/graphql", json=LONG)).headers
    answer = await client.http.get("/graphql", params={"query": "{ __typename }"})
    assert "Origin" in answer.headers["vary"]


async def test_answer_in_gzip_has_a_weak_tag(client: Client, shop: ShopUnderTest) -> None:
    asked = {"query": "{ channels { code name locales { locale endonym } } " + "channels { code } " * 5 + "}"}
    for n in range(30):
        await make_channel(shop, code=f"channel-with-a-long-name-{n}")
    plain = await client.http.get("/graphql", params=asked, headers={"accept-encoding": "identity"})
    zipped = await client.http.get("/graphql", params=asked, headers={"accept-encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.content == plain.content
    assert zipped.headers["etag"] == plain.headers["etag"]
    assert plain.headers["etag"].startswith("W/")
    again = {"accept-encoding": "gzip", "if-none-match": zipped.headers["etag"]}
    assert (await client.http.get("/graphql", params=asked, headers=again)).status_code == 304
