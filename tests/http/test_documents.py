"""Documents that clients name instead of sending them."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis.asyncio as redis

from commerce.app import app_of, trusted_of
from commerce.kit.documents import remembered
from commerce.settings import Settings, SettingsError
from tests.conftest import ShopUnderTest

TEXT = "query Kind { __typename }"
HASH = sha256(TEXT.encode()).hexdigest()
KIND = {"data": {"__typename": "Query"}}


def apq(digest: str = HASH, version: Any = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": digest}}


def open_http(shop: ShopUnderTest) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app_of(shop)), base_url="http://shop.test")


@pytest.fixture
async def http(shop: ShopUnderTest) -> AsyncIterator[httpx.AsyncClient]:
    async with open_http(shop) as http:
        yield http


async def ask(http: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await http.post("/graphql", json=body)
    assert answer.status_code in (200, 400)
    whole: dict[str, Any] = answer.json()
    whole.pop("extensions", None)
    return whole


def code(answer: dict[str, Any]) -> str:
    [error] = answer["errors"]
    found: str = error["extensions"]["code"]
    return found


# ------------------------------------------------------------------------------------ sent once, then named


async def test_document_that_was_sent_with_its_hash_is_known_by_it(http: httpx.AsyncClient) -> None:
    answer = await http.post("/graphql", json={"extensions": apq()})
    assert answer.status_code == 200
    assert answer.json() == {
        "errors": [{"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}]
    }
    assert await ask(http, query=TEXT, extensions=apq()) == KIND
    assert await ask(http, extensions=apq()) == KIND
    assert await ask(http, query="", extensions=apq()) == KIND
    assert await ask(http, query=None, operationName="Kind", extensions=apq()) == KIND
    assert code(await ask(http, operationName="Other", extensions=apq())) == "BAD_REQUEST"


async def test_hash_may_be_asked_by_address(http: httpx.AsyncClient) -> None:
    extensions = json.dumps(apq())
    answer = await http.get("/graphql", params={"extensions": extensions}, headers={"accept": "text/html, */*"})
    assert code(answer.json()) == "PERSISTED_QUERY_NOT_FOUND"
    await http.get("/graphql", params={"query": TEXT, "extensions": extensions})
    answer = await http.get("/graphql", params={"extensions": extensions, "operationName": "Kind"})
    assert answer.json()["data"] == KIND["data"]


async def test_unknown_hash_has_a_status_of_its_own_in_the_newer_media_type(http: httpx.AsyncClient) -> None:
    headers = {"accept": "application/graphql-response+json"}
    answer = await http.post("/graphql", json={"extensions": apq()}, headers=headers)
    assert (answer.status_code, code(answer.json())) == (400, "PERSISTED_QUERY_NOT_FOUND")


async def test_document_under_a_wrong_hash_is_refused_and_never_kept(
    http: httpx.AsyncClient, cache: redis.Redis
) -> None:
    other = "query Other { __typename }"
    for digest in (HASH, HASH.upper(), "", "x" * 64):
        assert code(await ask(http, query=other, extensions=apq(digest))) == "BAD_REQUEST"
        assert code(await ask(http, extensions=apq(digest))) == "PERSISTED_QUERY_NOT_FOUND"
    assert await cache.keys("document:*") == []


async def test_document_that_cannot_be_run_is_not_kept(http: httpx.AsyncClient, cache: redis.Redis) -> None:
    broken = "{ nothing }"
    digest = sha256(broken.encode()).hexdigest()
    assert code(await ask(http, query=broken, extensions=apq(digest))) == "GRAPHQL_VALIDATION_FAILED"
    assert code(await ask(http, extensions=apq(digest))) == "PERSISTED_QUERY_NOT_FOUND"
    assert await cache.keys("document:*") == []


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        (apq(version=2), "PERSISTED_QUERY_NOT_SUPPORTED"), (apq(version=None), "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"persistedQuery": 5}, "BAD_REQUEST"), ({"persistedQuery": {"version": 1}}, "BAD_REQUEST"),
        ({"persistedQuery": {"version": 1, "sha256Hash": 5}}, "BAD_REQUEST"),
    ],
)  # fmt: skip
async def test_other_protocols_are_refused(http: httpx.AsyncClient, extensions: dict[str, Any], expected: str) -> None:
    answer = await http.post("/graphql", json={"query": TEXT, "extensions": extensions})
    assert (answer.status_code, code(answer.json())) == (400, expected)


async def test_mutation_by_its_hash_still_wants_post(http: httpx.AsyncClient) -> None:
    text = "mutation { __typename }"
    extensions = apq(sha256(text.encode()).hexdigest())
    assert (await ask(http, query=text, extensions=extensions))["data"] == {"__typename": "Mutation"}
    answer = await http.get("/graphql", params={"extensions": json.dumps(extensions)})
    assert (answer.status_code, code(answer.json())) == (405, "METHOD_NOT_ALLOWED")


async def test_other_processes_know_the_document_through_redis(shop: ShopUnderTest, cache: redis.Redis) -> None:
    async with open_http(shop) as one, open_http(shop) as other:
        await ask(one, query=TEXT, extensions=apq())
        assert await ask(other, extensions=apq()) == KIND
    assert remembered.KEPT_FOR - 5 < await cache.ttl(f"document:{HASH}") <= remembered.KEPT_FOR


async def test_what_redis_holds_is_believed_only_with_its_hash(http: httpx.AsyncClient, cache: redis.Redis) -> None:
    for foreign in (b"mutation { __typename }", b"\xff"):
        await cache.set(f"document:{HASH}", foreign)
        assert code(await ask(http, extensions=apq())) == "PERSISTED_QUERY_NOT_FOUND"


async def test_without_redis_each_process_remembers_for_itself(shop: ShopUnderTest) -> None:
    for cache in (None, redis.from_url("unix:///nowhere/redis.sock")):
        shop.cache = cache
        async with open_http(shop) as http:
            assert code(await ask(http, extensions=apq())) == "PERSISTED_QUERY_NOT_FOUND"
            assert await ask(http, query=TEXT, extensions=apq()) == KIND
            assert await ask(http, extensions=apq()) == KIND


async def test_no_more_is_remembered_than_there_is_room_for(
    shop: ShopUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.cache = None
    monkeypatch.setattr(remembered, "MOST_TEXT", 3 * len(TEXT))
    texts = [f"query Kind{n} {{ __typename }}" for n in range(4)]
    hashes = [sha256(text.encode()).hexdigest() for text in texts]
    async with open_http(shop) as http:
        for text, digest in zip(texts, hashes, strict=True):
            await ask(http, query=text, extensions=apq(digest))
        known = [digest for digest in hashes if "data" in await ask(http, extensions=apq(digest), variables={"a": 1})]
        assert known == hashes[2:]
        long = TEXT + " " * remembered.LONGEST
        digest = sha256(long.encode()).hexdigest()
        assert await ask(http, query=long, extensions=apq(digest)) == KIND
        assert code(await ask(http, extensions=apq(digest), variables={"a": 1})) == "PERSISTED_QUERY_NOT_FOUND"


# -------------------------------------------------------------------------------------------- of manifests

SEVERAL = "query A { a: __typename } query B { b: __typename }"
CODEGEN = {HASH: TEXT, "several": SEVERAL}
APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [{"id": HASH, "name": "Kind", "type": "query", "body": TEXT}],
}


def with_manifests(shop: ShopUnderTest, folder: Path, **files: Any) -> Settings:
    """Settings that name a folder with these manifests."""
    folder = folder / "manifests"
    folder.mkdir()
    for name, content in files.items():
        (folder / f"{name}.json").write_text(content if isinstance(content, str) else json.dumps(content))
    shop.settings = shop.settings.model_copy(update={"trusted_documents": (folder,)})
    return shop.settings


@pytest.mark.parametrize("manifest", [CODEGEN, APOLLO, {"9b1a04": TEXT, HASH: TEXT}])
async def test_document_of_a_manifest_is_known_from_the_start(
    shop: ShopUnderTest, tmp_path: Path, manifest: dict[str, Any]
) -> None:
    with_manifests(shop, tmp_path, app=manifest)
    async with open_http(shop) as http:
        assert await ask(http, extensions=apq()) == KIND
        for name in ("documentId", "doc_id", "id"):
            assert await ask(http, **{name: HASH}) == KIND
            assert (await http.get("/graphql", params={name: HASH})).json()["data"] == KIND["data"]
        assert await ask(http, documentId=f"sha256:{HASH}", operationName="Kind", variables={}) == KIND
        assert code(await ask(http, documentId="unknown")) == "PERSISTED_QUERY_NOT_FOUND"
        assert code(await ask(http, documentId=HASH, operationName="Other")) == "BAD_REQUEST"


async def test_one_of_several_operations_is_chosen_by_its_name(shop: ShopUnderTest, tmp_path: Path) -> None:
    with_manifests(shop, tmp_path, app=CODEGEN)
    async with open_http(shop) as http:
        assert (await ask(http, id="several", operationName="B"))["data"] == {"b": "Query"}
        assert code(await ask(http, id="several")) == "BAD_REQUEST"


async def test_beside_manifests_anything_may_be_asked_unless_only_they_are_trusted(
    shop: ShopUnderTest, tmp_path: Path
) -> None:
    settings = with_manifests(shop, tmp_path, app=APOLLO)
    async with open_http(shop) as http:
        assert (await ask(http, query="{ a: __typename }"))["data"] == {"a": "Query"}
    shop.settings = settings.model_copy(update={"only_trusted_documents": True})
    async with open_http(shop) as http:
        other = "{ a: __typename }"
        digest = sha256(other.encode()).hexdigest()
        for body in (
            {"query": other}, {"query": other, "documentId": HASH}, {"query": other, "extensions": apq(digest)},
            {"extensions": apq(digest)}, {"documentId": "unknown"}, {"query": "{ __schema { types { name } } }"},
            {"query": TEXT + " "}, {"query": "{"},
        ):  # fmt: skip
            assert code(await ask(http, **body)) == "DOCUMENT_NOT_TRUSTED"
        assert await ask(http, extensions=apq()) == KIND
        assert await ask(http, query=TEXT) == KIND
        assert await ask(http, query=TEXT, extensions=apq()) == KIND
        assert code(await ask(http, query=TEXT, extensions=apq(digest))) == "BAD_REQUEST"


async def test_trusted_documents_are_never_parsed_again(shop: ShopUnderTest, tmp_path: Path) -> None:
    trusted = trusted_of(with_manifests(shop, tmp_path, app=CODEGEN))
    assert trusted.by_id(HASH, None) is trusted.by_id(HASH, "Kind") is trusted.by_text(TEXT, None)
    assert trusted.by_id("several", "A") is trusted.by_id("several", "A")
    assert len(trusted) == 2


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "is not valid JSON"), ([], "is neither a map"), ({"a": 5}, "is neither a map"), ("{}", "holds no documents"),
        ({**APOLLO, "version": 2}, "has version 2"), ({**APOLLO, "operations": [{"id": "a"}]}, "without an id or a body"),
        ({**APOLLO, "operations": 5}, "without an id or a body"),
        ({"a": "{ nothing }"}, "'a' cannot be answered: Cannot query field 'nothing'"),
        ({"a": "{"}, "'a' cannot be answered: Syntax Error"), ({"a": "query A { __typename } query B { no }"}, "'a' cannot"),
        ({"a": "{ a: __typename } { b: __typename }"}, "'a' cannot be answered"),
    ],
)  # fmt: skip
def test_manifest_that_cannot_be_used_keeps_the_shop_from_starting(
    shop: ShopUnderTest, tmp_path: Path, content: Any, complaint: str
) -> None:
    settings = with_manifests(shop, tmp_path, broken=content)
    with pytest.raises(SettingsError, match=complaint) as raised:
        trusted_of(settings)
    assert str(raised.value).startswith("COMMERCE_TRUSTED_DOCUMENTS: ")
    assert "broken.json" in str(raised.value)


def test_manifests_must_be_there_and_agree(shop: ShopUnderTest, tmp_path: Path) -> None:
    with_manifests(shop, tmp_path, one={"a": TEXT}, two={"a": SEVERAL})
    with pytest.raises(SettingsError, match="different documents with the id 'a'"):
        trusted_of(shop.settings)
    for paths, complaint in (
        ((tmp_path / "missing.json",), "missing.json cannot be read"),
        ((tmp_path,), "holds no file"),
    ):
        with pytest.raises(SettingsError, match=complaint):
            trusted_of(shop.settings.model_copy(update={"trusted_documents": paths}))
    alone = shop.settings.model_copy(update={"trusted_documents": (), "only_trusted_documents": True})
    with pytest.raises(SettingsError, match="COMMERCE_ONLY_TRUSTED_DOCUMENTS needs manifests"):
        trusted_of(alone)
