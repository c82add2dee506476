"""Signing up with a password, and setting one anew."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.accounts.documents import (
    CHANGE_BY_CODE,
    REFRESH,
    RESET,
    RESET_REQUEST,
    SIGN_UP,
    refusal_code,
    sign_in,
    sign_in_by_code,
    signed_in,
    signed_in_by_code,
)
from tests.accounts.factory import PASSWORD, make_staff
from tests.accounts.letters import code_for, letters, other_than
from tests.conftest import Client, ShopUnderTest, TestClock

EVE = {"email": "eve@example.com", "password": PASSWORD, "name": " Eve "}
NEW = "lighthouse keeper"
REJECTED = [{"code": "CREDENTIAL_REJECTED", "field": ["input", "code"]}]


async def sign_up(client: Client, **given: Any) -> dict[str, Any]:
    return (await client(SIGN_UP, input={**EVE, **given}))["signUp"]


async def ask(client: Client, **to: str) -> dict[str, Any]:
    return (await client(RESET_REQUEST, input={"to": to}))["passwordResetRequest"]


async def reset(client: Client, challenge: str, code: str, new: str = NEW) -> list[dict[str, Any]]:
    sent = {"challengeId": challenge, "code": code, "newPassword": new}
    return (await client(RESET, input=sent))["passwordReset"]["userErrors"]


async def test_an_account_is_opened_with_a_password_once_the_address_is_shown(
    shop: ShopUnderTest, client: Client
) -> None:
    sent = await sign_up(client, email=" Eve@Example.com ")
    assert sent["userErrors"] == []
    assert (await sign_in(client, "eve@example.com"))["tokens"] is None
    answer = await sign_in_by_code(client, sent["challengeId"], await code_for(shop, "eve@example.com"))
    assert (answer["viewer"]["name"], answer["viewer"]["email"]) == ("Eve", "eve@example.com")
    assert (await sign_in(client, "eve@example.com"))["viewer"]["id"] == answer["viewer"]["id"]


async def test_signing_up_with_an_address_that_is_known_changes_nothing_but_lets_its_owner_in(
    shop: ShopUnderTest, client: Client
) -> None:
    await make_staff(shop, "eve@example.com", name="Eva")
    sent = await sign_up(client, password=NEW)
    assert sent["userErrors"] == []
    answer = await sign_in_by_code(client, sent["challengeId"], await code_for(shop, "eve@example.com"))
    assert answer["viewer"]["name"] == "Eva"
    assert (await sign_in(client, "eve@example.com", NEW))["tokens"] is None
    assert (await sign_in(client, "eve@example.com", PASSWORD))["tokens"] is not None


async def test_another_password_is_another_request_whoever_had_the_key_before(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    """Guests share their keys: who guesses one must not put a password by for somebody who then shows the code."""
    first = await sign_up(client, password="of somebody else", idempotencyKey="sign-up:eve@example.com")
    clock.advance(minutes=1)
    refused = await sign_up(client, idempotencyKey="sign-up:eve@example.com")
    assert (refused["challengeId"], refused["userErrors"][0]["code"]) == (None, "IDEMPOTENCY_KEY_REUSED")
    again = await sign_up(client, password="of somebody else", idempotencyKey="sign-up:eve@example.com")
    assert again == first


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"password": "short"}, "password", "INVALID"),
        ({"password": "Qwerty123"}, "password", "INVALID"),
        ({"email": "eve"}, "email", "INVALID"),
        ({"name": " "}, "name", "REQUIRED"),
    ],
)
async def test_bad_sign_ups_send_nothing(
    shop: ShopUnderTest, client: Client, given: dict[str, str], field: str, code: str
) -> None:
    refused = await sign_up(client, **given)
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [(code, ["input", field])]
    assert (refused["challengeId"], await letters(shop)) == (None, [])


async def test_a_new_password_is_set_by_a_code_once_and_ends_all_sessions(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    tokens = await signed_in(client)
    client.token = None
    for i in range(11):
        await sign_in(client, password=f"wrong {i}")
    assert (await sign_in(client))["userErrors"][0]["code"] == "LIMIT_EXCEEDED"
    sent = await ask(client, email="ADA@example.com")
    code = await code_for(shop, "ada@example.com")
    assert await reset(client, sent["challengeId"], code, "short") == [
        {"code": "INVALID", "field": ["input", "newPassword"]}
    ]
    assert await reset(client, sent["challengeId"], code) == []
    assert await reset(client, sent["challengeId"], code) == REJECTED
    assert await refusal_code(client, tokens["accessToken"]) == "UNAUTHENTICATED"
    client.token = None
    assert (await client(REFRESH, token=tokens["refreshToken"]))["tokenRefresh"]["tokens"] is None
    assert (await sign_in(client))["userErrors"][0]["code"] == "CREDENTIAL_REJECTED"
    assert (await sign_in(client, password=NEW))["tokens"] is not None
    assert (await letters(shop, "ada@example.com"))[0].template == "accounts.password_set"


async def test_wrong_codes_set_no_password(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await make_staff(shop)
    sent = await ask(client, email="ada@example.com")
    code = await code_for(shop, "ada@example.com")
    for challenge, shown in ((sent["challengeId"], other_than(code)), ("challenge_1", code), ("", "")):
        assert await reset(client, challenge, shown) == REJECTED
    clock.advance(minutes=5)
    assert await reset(client, sent["challengeId"], code) == REJECTED
    assert (await sign_in(client))["tokens"] is not None


async def test_a_contact_that_is_nobodys_is_told_so_and_the_asker_is_not(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    known, unknown = await ask(client, email="ada@example.com"), await ask(client, email="bob@example.com")
    assert {name: known[name] for name in known if name != "challengeId"} == {
        name: unknown[name] for name in unknown if name != "challengeId"
    }
    [letter] = await letters(shop, "bob@example.com")
    assert letter.template == "accounts.no_account"
    assert not any(letter_.isdigit() for letter_ in letter.text)


async def test_a_code_of_another_purpose_sets_no_password(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    sent = await sign_up(client, email="ada@example.com")
    assert await reset(client, sent["challengeId"], await code_for(shop, "ada@example.com")) == REJECTED


async def test_who_came_by_phone_sets_a_first_password_by_a_code(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await signed_in_by_code(client, phone="+8613812345678")
    refused = await client(CHANGE_BY_CODE, input={"newPassword": NEW})
    assert refused["passwordChange"]["userErrors"] == [{"code": "REQUIRED", "field": ["input", "currentPassword"]}]
    refused = await client(CHANGE_BY_CODE, input={"newPassword": NEW, "currentPassword": ""})
    assert refused["passwordChange"]["userErrors"][0]["code"] == "CREDENTIAL_REJECTED"
    clock.advance(minutes=1)
    sent = await ask(client, phone="+8613812345678")
    code = {"challengeId": sent["challengeId"], "code": await code_for(shop, "+8613812345678")}
    done = (await client(CHANGE_BY_CODE, input={"newPassword": NEW, "code": code}))["passwordChange"]
    assert done == {"viewer": {"name": None}, "userErrors": []}
    [[is_set]] = await shop.database.rows(text("select password_hash is not null from accounts_account"))
    assert is_set
    assert await refusal_code(client, client.token) == ""


async def test_a_code_of_somebody_else_changes_nobodys_password(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await signed_in_by_code(client, email="eve@example.com")
    sent = await ask(client, email="ada@example.com")
    code = {"challengeId": sent["challengeId"], "code": await code_for(shop, "ada@example.com")}
    refused = (await client(CHANGE_BY_CODE, input={"newPassword": NEW, "code": code}))["passwordChange"]
    assert refused["userErrors"] == REJECTED
    assert (await sign_in(client))["tokens"] is not None
