"""A request that comes twice has one effect and one answer."""

import asyncio
import contextlib
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from commerce.app import Shop
from commerce.channels import graphql as channels
from commerce.channels.models import Channel
from commerce.kit.context import Context
from commerce.kit.errors import Invalid, raise_all
from commerce.kit.idempotency import IdempotencyKey, Replayed, claim_for, forget_old
from commerce.kit.sealing import Vault
from tests.conftest import Client, ShopUnderTest, TestClock

CREATE = """
mutation Create($input: ChannelCreateInput!) {
  channelCreate(input: $input) { channel { id code } userErrors { code message field } }
}
"""
CHANNELS = select(func.count()).select_from(Channel)
KEYS = select(func.count()).select_from(IdempotencyKey)


def web(**given: Any) -> dict[str, Any]:
    return {
        "code": "web", "name": [{"locale": "en", "text": "Web"}], "locales": ["en"], "currencies": ["USD"],
        "countries": ["US"], "pricesIncludeTax": True, **given,
    }  # fmt: skip


async def create(client: Client, key: str | None, **given: Any) -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    payload: dict[str, Any] = (await client(CREATE, headers, input=web(**given)))["channelCreate"]
    return payload


async def count(context: Context, statement: Any = CHANNELS) -> int:
    [row] = await context.rows(statement)
    found: int = row[0]
    return found


async def test_same_key_and_input_give_the_same_answer_and_one_effect(client: Client, context: Context) -> None:
    client.act()
    first = await create(client, "key-1")
    assert first["userErrors"] == []
    assert await create(client, "key-1") == first
    assert await count(context) == 1


async def test_without_a_key_the_second_request_is_a_request_of_its_own(client: Client, context: Context) -> None:
    client.act()
    await create(client, None)
    second = await create(client, None)
    assert [error["code"] for error in second["userErrors"]] == ["TAKEN"]
    assert await count(context, KEYS) == 0


async def test_key_serves_for_one_input_only(client: Client, context: Context) -> None:
    client.act()
    await create(client, "key-1")
    payload = await create(client, "key-1", code="other")
    assert payload == {
        "channel": None,
        "userErrors": [
            {
                "code": "IDEMPOTENCY_KEY_REUSED",
                "message": "This idempotency key was used for another input.",
                "field": ["input", "idempotencyKey"],
            }
        ],
    }
    assert await count(context) == 1


async def test_refused_request_may_be_mended_and_sent_with_its_key(client: Client, context: Context) -> None:
    client.act()
    refused = await create(client, "key-1", code="Not a code")
    assert [error["code"] for error in refused["userErrors"]] == ["INVALID"]
    assert await count(context, KEYS) == 0
    assert (await create(client, "key-1"))["channel"]["code"] == "web"


async def test_keys_of_two_callers_have_nothing_to_do_with_each_other(client: Client, context: Context) -> None:
    client.act()
    await create(client, "key-1")
    client.act()
    assert (await create(client, "key-1", code="other"))["channel"]["code"] == "other"
    assert await count(context) == 2


async def test_key_of_more_than_255_characters_is_refused(client: Client, context: Context) -> None:
    client.act()
    payload = await create(client, "k" * 256)
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        ("INVALID", ["input", "idempotencyKey"])
    ]
    assert await count(context) == 0
    assert (await create(client, "k" * 255))["userErrors"] == []


async def test_answer_shows_the_object_as_it_is_now(client: Client) -> None:
    client.act()
    first = await create(client, "key-1")
    text = "mutation U($input: ChannelUpdateInput!) { channelUpdate(input: $input) { userErrors { code } } }"
    await client(text, input={"channelId": first["channel"]["id"], "name": [{"locale": "en", "text": "New"}]})
    data = await client(CREATE.replace("{ id code }", "{ id name }"), {"Idempotency-Key": "key-1"}, input=web())
    assert data["channelCreate"]["channel"] == {"id": first["channel"]["id"], "name": "New"}


async def test_key_is_forgotten_after_a_day(client: Client, context: Context, clock: TestClock) -> None:
    client.act()
    await create(client, "key-1")
    clock.advance(hours=23)
    async with context.transaction() as session:
        await forget_old(session)
    assert await count(context, KEYS) == 1
    clock.advance(hours=2)
    async with context.transaction() as session:
        await forget_old(session)
    assert await count(context, KEYS) == 0


async def test_answer_is_kept_even_if_the_mutation_does_not_say_so(
    client: Client, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kit then keeps the id of the payload's object, right after the effect."""
    monkeypatch.setattr(channels, "ids", SimpleNamespace(encode=lambda *_: None))
    client.act()
    first = await create(client, "key-1")
    [row] = await context.rows(select(IdempotencyKey.answer))
    assert row[0] == first["channel"]["id"]
    assert await create(client, "key-1") == first


async def test_one_refused_mutation_does_not_undo_the_one_beside_it(client: Client, context: Context) -> None:
    client.act()
    text = """
    mutation Two($a: ChannelCreateInput!, $b: ChannelCreateInput!, $c: ChannelCreateInput!) {
      a: channelCreate(input: $a) { channel { code } userErrors { code } }
      b: channelCreate(input: $b) { channel { code } userErrors { code } }
      c: channelCreate(input: $c) { channel { code } userErrors { code } }
    }
    """
    assert await client(text, a=web(), b=web(), c=web(code="app")) == {
        "a": {"channel": {"code": "web"}, "userErrors": []},
        "b": {"channel": None, "userErrors": [{"code": "TAKEN"}]},
        "c": {"channel": {"code": "app"}, "userErrors": []},
    }
    assert await count(context) == 2


@pytest.mark.race
async def test_twenty_requests_with_one_key_have_one_effect(racing_shop: ShopUnderTest) -> None:
    client = Client(racing_shop)
    client.act()
    async with asyncio.timeout(30):
        answers = await asyncio.gather(*(create(client, "key-1") for _ in range(20)))
    assert answers[0]["userErrors"] == []
    assert answers == [answers[0]] * 20
    assert await count(racing_shop.context()) == 1
    await client.http.aclose()


@pytest.mark.race
async def test_request_that_waits_for_a_refused_one_goes_through_itself(racing_shop: Shop) -> None:
    """The key of a refused request is free again, also for one that has been waiting for it."""
    done = []

    async def attempt(number: int) -> None:
        context = racing_shop.context()
        context.claim = claim_for(context.vault, "GUEST", "key-1", "ring", None)
        try:
            async with context.transaction() as session:
                await asyncio.sleep(0.1)
                done.append(f"{number} {'went through' if done else 'refused'}")
                session.answer = "bell"
                raise_all([Invalid()] if len(done) == 1 else [])
        except (Invalid, Replayed) as outcome:
            if isinstance(outcome, Replayed):
                done.append(f"{number} replayed {outcome.answer}")

    async with asyncio.timeout(10):
        await asyncio.gather(*(attempt(i) for i in range(3)))
    assert [entry.partition(" ")[2] for entry in done] == ["refused", "went through", "replayed bell"]


async def test_second_transaction_of_a_mutation_does_not_take_the_key_again(context: Context) -> None:
    context.claim = claim_for(context.vault, "GUEST", "key-1", "ring", None)
    for _ in range(2):
        async with context.transaction() as session:
            session.answer = "bell"
    assert await count(context, KEYS) == 1


async def test_keys_age_by_the_clock_of_the_shop(client: Client, context: Context, clock: TestClock) -> None:
    client.act()
    await create(client, "key-1")
    [row] = await context.rows(select(IdempotencyKey.created_at))
    assert abs(row[0] - clock()) < timedelta(seconds=1)


def test_what_was_given_is_not_found_out_by_trying() -> None:
    """Whoever reads the table knows the scope, the key and the operation, and could try all phones that there are."""
    given, operation = {"phone": "+8613812345678"}, "codeSend"
    one, other = (claim_for(Vault([secret * 32]), "GUEST", "key-1", operation, given) for secret in "ab")
    assert set(one.input_hashes).isdisjoint(other.input_hashes)


async def test_a_retry_is_known_while_keys_are_changed(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = "o" * 32, "n" * 32
    for secrets, is_known in (([old], False), ([new, old], True), ([old, new], True)):
        monkeypatch.setattr(context.database, "vault", Vault(secrets))
        context.claim = claim_for(context.vault, "GUEST", "key-1", "ring", "once")
        with pytest.raises(Replayed) if is_known else contextlib.nullcontext() as replayed:
            async with context.transaction("bell"):
                pass
        assert not is_known or replayed.value.answer == "bell"  # type: ignore[union-attr]
