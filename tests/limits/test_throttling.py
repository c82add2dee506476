"""Who has spent all points is told when to come again."""

from typing import Any

import httpx
import pytest
import redis.asyncio as redis

from commerce.kit.limits.wells import STRICTER
from commerce.settings import Environment, Settings
from tests.channels.factory import make_channel
from tests.conftest import SECRET, Client, ShopUnderTest

CHANNELS = "{ channels { code } }"
NEWER = "application/graphql-response+json"
BUCKET = {"maximum": 100, "restoreRate": 2}


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    """As the shop's, with little to spend."""
    return Settings(
        env=Environment.DEV, secret=SECRET, media=tmp_path / "media", data=tmp_path,
        most_cost=100, rate_maximum=100, rate_restore=2, rate_reading=0,
    )  # fmt: skip


async def post(client: Client, text: str, **headers: str) -> httpx.Response:
    return await client.http.post("/graphql", json={"query": text}, headers=headers)


async def drain(client: Client) -> None:
    """Spend all that there is."""
    for lot in range(5):  # each other than the last: an answer that is known costs next to nothing
        text = "{" + " ".join(f'a{lot}{i}: product(by: {{slug: "x"}}) {{ id }}' for i in range(20)) + "}"
        assert (await post(client, text)).status_code == 200


async def test_who_has_spent_everything_is_turned_away(client: Client) -> None:
    await make_channel(client.shop)
    await drain(client)
    answer = await post(client, CHANNELS)
    assert answer.status_code == 429
    seconds = int(answer.headers["retry-after"])
    assert 1 <= seconds <= 3  # five points, two a second, and some of a second has passed
    [error] = answer.json()["errors"]
    assert error["message"] == f"Too many requests: come again in {seconds} s."
    assert error["extensions"]["code"] == "THROTTLED"
    assert error["extensions"]["retryAfter"] == seconds
    told = answer.json()["extensions"]["cost"]
    left = told["bucket"].pop("available")
    assert 0 <= left < 5
    assert told == {"requested": 5, "actual": 0, "limit": 100, "bucket": BUCKET}
    assert error["extensions"]["cost"] == {**told, "bucket": {"available": left, **BUCKET}}
    assert "data" not in answer.json()


async def test_the_newer_media_type_is_turned_away_alike(client: Client) -> None:
    await make_channel(client.shop)
    await drain(client)
    answer = await post(client, CHANNELS, accept=NEWER)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] in {"1", "2", "3"}


async def test_nothing_is_done_for_who_is_turned_away(client: Client, counted: Any) -> None:
    await make_channel(client.shop)
    await drain(client)
    counted()
    assert (await post(client, "mutation { signOut { userErrors { code } } }")).status_code == 429
    assert [statement for statement in counted() if "accounts" in statement] == []


async def test_others_are_served_meanwhile(client: Client) -> None:
    await make_channel(client.shop)
    await drain(client)
    assert (await post(client, CHANNELS)).status_code == 429
    client.act()
    answer = await post(client, CHANNELS)
    assert answer.status_code == 200
    assert answer.json()["extensions"]["cost"]["bucket"] == {"available": 499, "maximum": 500, "restoreRate": 10}
    client.shop.acting = None
    client.http = httpx.AsyncClient(
        transport=httpx.ASGITransport(client.http._transport.app, client=("192.0.2.9", 1)), base_url="http://shop.test"
    )
    assert (await post(client, CHANNELS)).status_code == 200


async def test_without_redis_everybody_is_served_with_less(client: Client, settings: Settings) -> None:
    await make_channel(client.shop)
    assert client.shop.cache is not None
    client.shop.cache.connection_pool = redis.from_url("redis://127.0.0.1:1").connection_pool
    share = settings.rate_maximum // STRICTER
    texts = [f"{{ a{i}: channels {{ code }} }}" for i in range(share * 2)]
    statuses = [(await post(client, text)).status_code for text in texts]
    assert statuses[: share - 5] == [200] * (share - 5)
    assert 429 in statuses


def test_a_bucket_holds_what_the_dearest_operation_costs() -> None:
    with pytest.raises(ValueError, match="COMMERCE_RATE_MAXIMUM must be at least COMMERCE_MOST_COST"):
        Settings(most_cost=101, rate_maximum=100)


async def test_to_have_documents_read_costs_by_their_length_right_or_wrong(shop: ShopUnderTest) -> None:
    shop.settings = shop.settings.model_copy(update={"rate_reading": 1})
    client = Client(shop)
    wrong = [f"{{ nothing{i} }}" for i in range(20)]  # more than ten characters each, of a hundred
    statuses = [(await post(client, text, accept=NEWER)).status_code for text in wrong]
    assert statuses.count(400) in range(5, 10)
    assert set(statuses) == {400, 429}
    assert (await post(client, wrong[0], accept=NEWER)).status_code == 400  # it was read before
    await client.http.aclose()
