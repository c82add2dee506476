"""Signing in by a code that was sent to an address or a phone."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from commerce.settings import Settings
from tests.accounts.documents import (
    CHANNEL_CREATE,
    CODE_SEND,
    SIGN_IN_BY,
    refusal_code,
    send_code,
    sign_in_by_code,
    signed_in_by_code,
)
from tests.accounts.factory import make_staff
from tests.accounts.letters import code_for, letters, other_than
from tests.conftest import Client, ShopUnderTest, TestClock

PHONE = "+8613812345678"
REJECTED = {
    "__typename": "GeneralError",
    "code": "CREDENTIAL_REJECTED",
    "message": "The code is not right, or no longer good. Ask for a new one.",
    "field": ["input", "credential", "code"],
}


def codes(answer: dict[str, Any]) -> list[str]:
    return [error["code"] for error in answer["userErrors"]]


async def accounts(shop: ShopUnderTest) -> int:
    return (await shop.database.rows(text("select count(*) from accounts_account")))[0][0]


async def test_a_code_by_text_message_opens_an_account_and_later_finds_it_again(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    sent = await send_code(client, phone="+86 138 1234 5678")
    assert sent["userErrors"] == []
    assert (sent["expiresAt"], sent["resendAt"]) == ("2026-11-22T12:05:00Z", "2026-11-22T12:01:00Z")
    code = await code_for(shop, PHONE)
    first = await sign_in_by_code(client, sent["challengeId"], f"{code[:3]} {code[3:]}")
    assert first["userErrors"] == []
    viewer = first["viewer"]
    assert viewer["id"].startswith("customer_")
    assert (viewer["name"], viewer["email"], viewer["phone"], viewer["permissions"]) == (None, None, PHONE, [])
    assert await refusal_code(client, first["tokens"]["accessToken"]) == ""
    clock.advance(minutes=1)
    again = await signed_in_by_code(client, phone=PHONE)
    assert again["viewer"] == viewer
    assert await accounts(shop) == 1


async def test_a_code_by_mail_signs_in_whoever_has_the_address(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    answer = await signed_in_by_code(client, email="ada@example.com")
    assert (answer["viewer"]["name"], answer["viewer"]["email"]) == ("Ada", "ada@example.com")
    assert await accounts(shop) == 1


async def test_spellings_of_a_phone_are_one_number(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    for phone, country in (
        ("+86 138-1234-5678", None), ("138 1234 5678", "CN"), ("０１３８１２３４５６７８", "CN"), ("0086 138 1234 5678", "DE"),
    ):  # fmt: skip
        clock.advance(minutes=1)
        assert (await send_code(client, phone=phone, country=country))["userErrors"] == [], phone
    assert {letter.recipient.address for letter in await letters(shop)} == {PHONE}


@pytest.mark.parametrize(
    ("to", "field"),
    [
        ({"phone": "13812345678"}, "phone"),
        ({"phone": "+86 1"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"phone": "+" + "1" * 400}, "phone"),
        ({"phone": "ada@example.com"}, "phone"),
        ({"email": "ada"}, "email"),
        ({"email": f"{'a' * 250}@example.com"}, "email"),
        ({"email": "ada@example.com\nBcc: eve@example.com"}, "email"),
    ],
)
async def test_what_is_no_address_or_phone_is_refused(
    shop: ShopUnderTest, client: Client, to: dict[str, str], field: str
) -> None:
    refused = await send_code(client, **to)
    assert refused["challengeId"] is None
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [("INVALID", ["input", "to", field])]
    assert await letters(shop) == []


async def test_letters_are_written_in_the_language_of_the_context_and_tell_the_code_to_the_contact_only(
    shop: ShopUnderTest, client: Client
) -> None:
    client.act()
    await client(CHANNEL_CREATE)
    shop.acting = None
    for locale, email in (("zh-CN", "wei@example.com"), ("en", "ada@example.com")):
        answer = await client.send(
            CODE_SEND, {"Accept-Language": locale}, input={"to": {"email": email}, "purpose": "SIGN_IN"}
        )
        assert await code_for(shop, email) not in str(answer)
    english, chinese = await letters(shop)
    code = english.facts["code"]
    assert english.subject == "Your code"
    assert english.text == (
        f"{code} is your code to sign in. It is good for 5 minutes. Tell it to nobody, whoever asks."
    )
    assert (english.template, dict(english.facts)) == ("accounts.sign_in", {"code": code, "minutes": "5"})
    assert chinese.subject == "您的验证码"
    assert chinese.text == f"您的登录验证码是 {chinese.facts['code']},5 分钟内有效。请勿告知任何人。"


async def test_a_code_is_good_once(shop: ShopUnderTest, client: Client) -> None:
    sent = await send_code(client, phone=PHONE)
    code = await code_for(shop, PHONE)
    assert codes(await sign_in_by_code(client, sent["challengeId"], code)) == []
    assert (await sign_in_by_code(client, sent["challengeId"], code))["userErrors"] == [REJECTED]


async def test_a_code_is_good_for_five_minutes(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    sent = await send_code(client, phone=PHONE)
    clock.advance(minutes=5)
    answer = await sign_in_by_code(client, sent["challengeId"], await code_for(shop, PHONE))
    assert (answer["userErrors"], answer["tokens"], answer["viewer"]) == ([REJECTED], None, None)
    assert await accounts(shop) == 0


async def test_a_code_is_good_for_five_tries(shop: ShopUnderTest, client: Client) -> None:
    sent = await send_code(client, phone=PHONE)
    code = await code_for(shop, PHONE)
    for _ in range(5):
        assert (await sign_in_by_code(client, sent["challengeId"], other_than(code)))["userErrors"] == [REJECTED]
    assert (await sign_in_by_code(client, sent["challengeId"], code))["userErrors"] == [REJECTED]


async def test_a_code_is_good_for_its_own_challenge_only(shop: ShopUnderTest, client: Client) -> None:
    mine, other = await send_code(client, phone=PHONE), await send_code(client, email="ada@example.com")
    code = await code_for(shop, PHONE)
    for challenge in (other["challengeId"], "challenge_1", "", mine["challengeId"].replace("challenge", "session")):
        assert (await sign_in_by_code(client, challenge, code))["userErrors"] == [REJECTED]
    assert codes(await sign_in_by_code(client, mine["challengeId"], code)) == []


async def test_a_code_to_link_does_not_sign_in(shop: ShopUnderTest, client: Client) -> None:
    await signed_in_by_code(client, phone=PHONE)
    sent = await send_code(client, purpose="IDENTITY_LINK", email="ada@example.com")
    answer = await sign_in_by_code(client, sent["challengeId"], await code_for(shop, "ada@example.com"))
    assert answer["userErrors"] == [REJECTED]


async def test_guests_get_no_code_to_link(client: Client) -> None:
    answer = await client.send(CODE_SEND, input={"to": {"phone": PHONE}, "purpose": "IDENTITY_LINK"})
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_contact_gets_one_code_a_minute_five_an_hour_and_ten_a_day(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    assert codes(await send_code(client, phone=PHONE)) == []
    refused = (await send_code(client, phone=PHONE))["userErrors"]
    assert refused == [
        {
            "__typename": "LimitError",
            "code": "LIMIT_EXCEEDED",
            "message": "Too many tries. Try again in 1 min.",
            "field": ["input", "to"],
            "retryAt": "2026-11-22T12:01:00Z",
            "minutes": 1,
        }
    ]
    assert codes(await send_code(client, email="ada@example.com")) == []
    for _ in range(4):
        clock.advance(minutes=1)
        assert codes(await send_code(client, phone=PHONE)) == []
    clock.advance(minutes=1)
    [refused] = (await send_code(client, phone=PHONE))["userErrors"]
    assert (refused["retryAt"], refused["minutes"]) == ("2026-11-22T13:00:00Z", 55)
    clock.advance(minutes=59)
    for _ in range(5):
        clock.advance(minutes=1)
        assert codes(await send_code(client, phone=PHONE)) == []
    clock.advance(hours=2)
    [refused] = (await send_code(client, phone=PHONE))["userErrors"]
    assert refused["retryAt"] == "2026-11-23T12:00:00Z"
    assert len(await letters(shop, PHONE)) == 10


async def test_the_same_request_again_is_answered_the_same_and_writes_no_second_letter(
    shop: ShopUnderTest, client: Client
) -> None:
    first, again = [await send_code(client, phone=PHONE, key="interrupted") for _ in range(2)]
    assert first == again
    assert first["challengeId"]
    assert len(await letters(shop)) == 1


class TestOneAddress:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"codes_per_address": 3})

    async def test_an_address_asks_for_as_many_codes_as_the_operator_allows(self, client: Client) -> None:
        asked = [codes(await send_code(client, email=f"person{i}@example.com")) for i in range(4)]
        assert asked == [[], [], [], ["LIMIT_EXCEEDED"]]


# ----------------------------------------------------------------------------------------------- races


@pytest.mark.race
async def test_sixty_guesses_at_once_are_not_more_than_five(racing_shop: ShopUnderTest) -> None:
    client = Client(racing_shop)
    sent = await send_code(client, phone=PHONE)
    code = int(await code_for(racing_shop, PHONE))
    guesses = [f"{(code + 1 + i) % 1_000_000:06}" for i in range(60)]
    await asyncio.gather(*(sign_in_by_code(client, sent["challengeId"], guess) for guess in guesses))
    [[tries]] = await racing_shop.database.rows(text("select tries from accounts_challenge"))
    assert tries == 5
    assert (await sign_in_by_code(client, sent["challengeId"], f"{code:06}"))["userErrors"] == [REJECTED]


@pytest.mark.race
async def test_a_code_that_is_shown_twice_at_once_signs_in_once(racing_shop: ShopUnderTest) -> None:
    client = Client(racing_shop)
    sent = await send_code(client, phone=PHONE)
    code = await code_for(racing_shop, PHONE)
    answers = await asyncio.gather(*(sign_in_by_code(client, sent["challengeId"], code) for _ in range(5)))
    assert sorted(map(len, map(codes, answers))) == [0, 1, 1, 1, 1]
    [[count]] = await racing_shop.database.rows(text("select count(*) from accounts_session"))
    assert count == 1


@pytest.mark.race
async def test_two_who_are_first_with_one_phone_come_to_one_account(
    racing_shop: ShopUnderTest, clock: TestClock
) -> None:
    client, shown = Client(racing_shop), []
    for _ in range(4):
        sent = await send_code(client, phone=PHONE)
        shown.append((sent["challengeId"], await code_for(racing_shop, PHONE)))
        clock.advance(minutes=1)
    answers = await asyncio.gather(*(sign_in_by_code(client, *one) for one in shown))
    assert [codes(answer) for answer in answers] == [[]] * 4
    assert len({answer["viewer"]["id"] for answer in answers}) == 1
    assert await accounts(racing_shop) == 1


@pytest.mark.race
async def test_many_who_ask_at_once_for_one_phone_write_one_letter(racing_shop: ShopUnderTest) -> None:
    client = Client(racing_shop)
    answers = await asyncio.gather(*(send_code(client, phone=PHONE) for _ in range(10)))
    assert sorted(map(len, map(codes, answers))) == [0] + [1] * 9
    assert len(await letters(racing_shop)) == 1


async def test_fifty_sign_ins_in_one_document_are_refused(client: Client) -> None:
    one = 'signIn(input: {credential: {code: {challengeId: "x", code: "1"}}}) { userErrors { code } }'
    answer = await client.send("mutation {" + " ".join(f"a{i}: {one}" for i in range(50)) + "}")
    assert answer["errors"][0]["extensions"]["code"] == "TOO_MANY_FIELDS"


async def test_exactly_one_credential_is_given(client: Client) -> None:
    for credential in ({}, {"password": None}, {"code": {"challengeId": "x", "code": "1"}, "password": None}):
        answer = await client.send(SIGN_IN_BY, input={"credential": credential})
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
