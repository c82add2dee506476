"""A client that was interrupted while it refreshed its token, and one that stole it."""

import asyncio

import pytest
from sqlalchemy import text

from tests.accounts.documents import refresh, refusal_code, signed_in_by_code
from tests.conftest import Client, ShopUnderTest, TestClock

EMAIL = "eve@example.com"
REJECTED = [{"code": "CREDENTIAL_REJECTED", "field": ["input", "refreshToken"]}]


@pytest.fixture
async def first(client: Client) -> str:
    """The refresh token of somebody who has signed in."""
    token = (await signed_in_by_code(client, email=EMAIL))["tokens"]["refreshToken"]
    client.token = None
    return token


async def test_an_interrupted_client_repeats_with_its_key_and_goes_on(
    client: Client, first: str, clock: TestClock
) -> None:
    lost = (await refresh(client, first, "mine"))["tokens"]
    clock.advance(seconds=60)
    again = (await refresh(client, first, "mine"))["tokens"]
    assert again["refreshToken"] == lost["refreshToken"]
    assert again["accessToken"] != lost["accessToken"]
    for token in (lost["accessToken"], again["accessToken"]):
        assert await refusal_code(client, token) == ""
    client.token = None
    third = await refresh(client, again["refreshToken"], "next")
    assert third["userErrors"] == []
    assert (await refresh(client, third["tokens"]["refreshToken"]))["userErrors"] == []


@pytest.mark.parametrize("key", [None, "another", ""])
async def test_whoever_does_not_know_the_key_ends_the_family(client: Client, first: str, key: str | None) -> None:
    second = (await refresh(client, first, "mine"))["tokens"]
    assert (await refresh(client, first, key))["userErrors"] == REJECTED
    assert await refusal_code(client, second["accessToken"]) == "UNAUTHENTICATED"
    client.token = None
    assert (await refresh(client, second["refreshToken"], "mine"))["userErrors"] == REJECTED
    assert (await refresh(client, first, "mine"))["userErrors"] == REJECTED


async def test_a_key_that_comes_with_the_second_use_only_excuses_nothing(client: Client, first: str) -> None:
    second = (await refresh(client, first))["tokens"]
    assert (await refresh(client, first, "late"))["userErrors"] == REJECTED
    assert await refusal_code(client, second["accessToken"]) == "UNAUTHENTICATED"


async def test_a_retry_after_a_minute_ends_the_family(client: Client, first: str, clock: TestClock) -> None:
    second = (await refresh(client, first, "mine"))["tokens"]
    clock.advance(seconds=61)
    assert (await refresh(client, first, "mine"))["userErrors"] == REJECTED
    assert await refusal_code(client, second["accessToken"]) == "UNAUTHENTICATED"


async def test_a_retry_after_the_answer_was_used_ends_the_family(client: Client, first: str) -> None:
    second = (await refresh(client, first, "mine"))["tokens"]
    third = (await refresh(client, second["refreshToken"], "next"))["tokens"]
    assert (await refresh(client, first, "mine"))["userErrors"] == REJECTED
    assert await refusal_code(client, third["accessToken"]) == "UNAUTHENTICATED"


async def test_a_key_is_bounded(client: Client, first: str) -> None:
    refused = await refresh(client, first, "x" * 256)
    assert refused["userErrors"] == [{"code": "INVALID", "field": ["input", "idempotencyKey"]}]
    assert (await refresh(client, first))["userErrors"] == []


@pytest.mark.race
async def test_one_client_that_refreshes_many_times_at_once_has_one_chain(racing_shop: ShopUnderTest) -> None:
    client = Client(racing_shop)
    token = (await signed_in_by_code(client, email=EMAIL))["tokens"]["refreshToken"]
    client.token = None
    answers = await asyncio.gather(*(refresh(client, token, "mine") for _ in range(8)))
    assert len({answer["tokens"]["refreshToken"] for answer in answers}) == 1
    [[count]] = await racing_shop.database.rows(text("select count(*) from accounts_session"))
    assert count == 2


@pytest.mark.race
async def test_two_who_refresh_one_token_at_once_without_a_key_both_lose_it(racing_shop: ShopUnderTest) -> None:
    client = Client(racing_shop)
    token = (await signed_in_by_code(client, email=EMAIL))["tokens"]["refreshToken"]
    client.token = None
    answers = await asyncio.gather(*(refresh(client, token) for _ in range(2)))
    [won] = [answer["tokens"] for answer in answers if answer["tokens"]]
    assert await refusal_code(client, won["accessToken"]) == "UNAUTHENTICATED"
