"""People who come by WeChat: by the mini-program, and by the shop's page within it."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
import redis.asyncio as redis
from sqlalchemy import func, select

from commerce.accounts.models import Account, Totp
from commerce.accounts.queries import own
from commerce.kit.ids import decode
from commerce.settings import Settings
from tests.accounts.arrivals import (
    by_mini,
    by_page,
    code_of,
    link,
    make_customer,
    merge,
    reach,
    sign_in,
    start,
    with_providers,
)
from tests.accounts.letters import letters
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.wechat_fake import MINI, SECRETS, TAKES_SECRETS, WEB, Human, WechatFake

CODE = ["input", "credential", "wechat", "code"]
PHONE_CODE = ["input", "credential", "wechat", "phoneCode"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_providers(settings)


@pytest.fixture
def wechat(shop: ShopUnderTest) -> WechatFake:
    fake = WechatFake()
    reach(shop, fake)
    return fake


async def test_login_page_is_told_the_ways_to_sign_in(client: Client) -> None:
    assert await client("{ identityProviders { name kind title } }") == {
        "identityProviders": [
            {"name": "wechat_mini", "kind": "WECHAT_MINI", "title": "WeChat"},
            {"name": "wechat_web", "kind": "WECHAT_WEB", "title": "WeChat"},
            {"name": "example", "kind": "OIDC", "title": "Example"},
        ]
    }


async def test_first_visit_opens_an_account_and_the_next_comes_back_to_it(client: Client, wechat: WechatFake) -> None:
    human = Human("union-1")
    first = await by_mini(client, wechat, human)
    assert first["userErrors"] == []
    assert first["viewer"]["id"].startswith("customer_")
    assert (first["viewer"]["name"], first["viewer"]["phone"]) == (None, None)
    again = await by_mini(client, wechat, human)
    assert again["viewer"] == first["viewer"]
    other = await by_mini(client, wechat, Human("union-2"))
    assert other["viewer"]["id"] != first["viewer"]["id"]


async def test_mini_program_and_page_of_one_person_are_one_account(client: Client, wechat: WechatFake) -> None:
    human = Human("union-1", nickname="小明")
    mini = await by_mini(client, wechat, human)
    page = await by_page(client, wechat, human)
    assert page["viewer"]["id"] == mini["viewer"]["id"]
    assert len(set(human.names.values())) == 2
    other = Human("union-2", nickname="小明")
    first_on_page = await by_page(client, wechat, other)
    assert first_on_page["viewer"]["name"] == "小明"
    assert first_on_page["viewer"]["id"] != mini["viewer"]["id"], "nobody is joined by a nickname"
    assert (await by_mini(client, wechat, other))["viewer"]["id"] == first_on_page["viewer"]["id"]


async def test_union_that_becomes_known_later_joins_the_next_app(client: Client, wechat: WechatFake) -> None:
    human = Human(None)
    mini = await by_mini(client, wechat, human)
    human.union = "union-late"
    await by_mini(client, wechat, human)
    assert (await by_page(client, wechat, human))["viewer"]["id"] == mini["viewer"]["id"]


async def test_people_without_a_union_are_known_by_each_app_alone(client: Client, wechat: WechatFake) -> None:
    human = Human(None)
    mini, page = await by_mini(client, wechat, human), await by_page(client, wechat, human)
    assert mini["viewer"]["id"] != page["viewer"]["id"]


async def test_phone_comes_with_a_code_of_its_own(client: Client, wechat: WechatFake) -> None:
    answer = await by_mini(client, wechat, Human("u", phone=("86", "13812345678")), with_phone=True)
    assert answer["viewer"]["phone"] == "+8613812345678"
    abroad = await by_mini(client, wechat, Human("v", phone=("1", "2025550143")), with_phone=True)
    assert abroad["viewer"]["phone"] == "+12025550143"
    nobodys = await by_mini(client, wechat, Human("w", phone=("86", "138")), with_phone=True)
    assert code_of(nobodys) == ("CREDENTIAL_REJECTED", PHONE_CODE)


async def test_unknown_wechat_with_a_known_phone_joins_its_owner(
    shop: ShopUnderTest, client: Client, wechat: WechatFake
) -> None:
    owner = await make_customer(shop, phone="+8613812345678", email="lei@example.com")
    human = Human("u")
    answer = await by_mini(client, wechat, human, with_phone=True)
    assert decode("customer", answer["viewer"]["id"]) == owner.id
    assert answer["viewer"]["email"] == "lei@example.com"
    assert (await by_mini(client, wechat, human))["viewer"]["id"] == answer["viewer"]["id"]


async def test_phone_of_another_account_leads_to_a_merge_and_never_to_a_second_account(
    shop: ShopUnderTest, client: Client, wechat: WechatFake
) -> None:
    await make_customer(shop, phone="+8613812345678")
    human = Human("u")
    mine = await by_mini(client, wechat, human)
    answer = await by_mini(client, wechat, human, with_phone=True)
    assert code_of(answer) == ("IDENTITY_TAKEN", ["input", "credential", "wechat", "phoneCode"])
    assert answer["userErrors"][0]["mergeToken"].startswith("challenge_")
    assert (await by_mini(client, wechat, human))["viewer"] == mine["viewer"]


async def test_two_accounts_that_a_phone_joins_are_merged_when_their_owner_says_so(
    shop: ShopUnderTest, client: Client, wechat: WechatFake, clock: TestClock
) -> None:
    by_phone = await make_customer(shop, phone="+8613812345678", email="lei@example.com")
    clock.advance(minutes=1)
    human = Human("u")
    await by_mini(client, wechat, human)
    [error] = (await by_mini(client, wechat, human, with_phone=True))["userErrors"]
    merged = await merge(client, error)
    assert merged["userErrors"] == []
    assert decode("customer", merged["viewer"]["id"]) == by_phone.id
    assert (await by_mini(client, wechat, human, with_phone=True))["viewer"]["email"] == "lei@example.com"
    assert (await merge(client, error))["userErrors"][0]["code"] == "CREDENTIAL_REJECTED"


async def test_who_has_signed_in_adds_wechat_and_a_phone(
    client: Client, wechat: WechatFake, shop: ShopUnderTest
) -> None:
    human, old = Human("u"), Human("v", phone=("86", "13800000000"))
    mine = await by_mini(client, wechat, old)
    client.token = mine["tokens"]["accessToken"]
    for _ in range(2):  # what is linked already is linked again without effect
        linked = await link(client, wechat={"code": wechat.login(human)})
        assert linked == {
            "identity": {"kind": "WECHAT", "provider": f"wechat:{MINI}", "contact": None},
            "userErrors": [],
        }
    linked = await link(client, wechat={"code": wechat.login(old), "phoneCode": wechat.give_phone(old)})
    assert linked["identity"] == {"kind": "PHONE", "provider": "phone", "contact": "+8613800000000"}
    client.token = None
    assert (await by_mini(client, wechat, human))["viewer"] == {**mine["viewer"], "phone": "+8613800000000"}
    assert (await by_page(client, wechat, human))["viewer"]["id"] == mine["viewer"]["id"]


async def test_what_is_anothers_is_not_linked_but_offered_to_be_merged(
    shop: ShopUnderTest, client: Client, wechat: WechatFake
) -> None:
    await make_customer(shop, phone="+8613812345678")
    mine, other = Human("u"), Human("v")
    signed_in = await by_mini(client, wechat, mine)
    await by_page(client, wechat, other)
    client.token = signed_in["tokens"]["accessToken"]
    wechat_of_another = await link(client, wechat={"code": wechat.login(other)})
    assert code_of(wechat_of_another) == ("IDENTITY_TAKEN", CODE), "it is known by its unionid"
    phone_of_another = await link(client, wechat={"code": wechat.login(mine), "phoneCode": wechat.give_phone(mine)})
    assert code_of(phone_of_another) == ("IDENTITY_TAKEN", PHONE_CODE)
    client.token = None
    assert (await merge(client, phone_of_another["userErrors"][0]))["userErrors"][0]["code"] == "CREDENTIAL_REJECTED"
    client.token = signed_in["tokens"]["accessToken"]
    [error] = (await link(client, wechat={"code": wechat.login(mine), "phoneCode": wechat.give_phone(mine)}))[
        "userErrors"
    ]
    merged = await merge(client, error)
    assert (merged["userErrors"], merged["viewer"]["phone"]) == ([], "+8613812345678")


async def test_second_factor_is_asked_for_whoever_vouches(
    shop: ShopUnderTest, client: Client, wechat: WechatFake
) -> None:
    owner = await make_customer(shop, phone="+8613812345678")
    await guard(shop, owner.id)
    answer = await by_mini(client, wechat, Human("u"), with_phone=True)
    assert code_of(answer) == ("SECOND_FACTOR_REQUIRED", ["input", "credential"])


async def test_nothing_is_added_to_an_account_before_its_second_factor_was_shown(
    shop: ShopUnderTest, client: Client, wechat: WechatFake, clock: TestClock
) -> None:
    owner = await make_customer(shop, phone="+8613812345678", email="lei@example.com")
    human = Human("u")
    await guard(shop, owner.id)
    await by_mini(client, wechat, human, with_phone=True)
    assert await kinds(shop, owner.id) == ["EMAIL", "PHONE"]
    other = Human("v", phone=("86", "13800000000"))
    account = decode("customer", (await by_mini(client, wechat, other))["viewer"]["id"])
    assert account is not None
    await guard(shop, account)
    assert code_of(await by_mini(client, wechat, other, with_phone=True))[0] == "SECOND_FACTOR_REQUIRED"
    assert code_of(await by_page(client, wechat, other))[0] == "SECOND_FACTOR_REQUIRED"
    assert await kinds(shop, account) == ["WECHAT"]


async def test_owner_is_told_of_wechat_that_comes_to_their_account_by_a_phone(
    shop: ShopUnderTest, client: Client, wechat: WechatFake
) -> None:
    await make_customer(shop, phone="+8613812345678", email="lei@example.com")
    human = Human("u")
    for _ in range(2):  # once, and not each time that they come back
        await by_mini(client, wechat, human, with_phone=True)
    [told] = await letters(shop, "lei@example.com")
    assert told.template == "accounts.identity_added"


async def guard(shop: ShopUnderTest, key: UUID) -> None:
    """Give an account a second factor."""
    async with shop.context().transaction() as session:
        secret = session.vault.seal("totp", "JBSWY3DPEHPK3PXP")
        session.add(Totp(id=key, secret=secret, confirmed_at=session.now()))


async def kinds(shop: ShopUnderTest, account: UUID) -> list[str]:
    """What an account can be signed in to by."""
    return sorted(one.kind for one in await own.identities(shop.context(), account))


async def test_closed_account_lets_nobody_in_by_any_way(
    shop: ShopUnderTest, client: Client, wechat: WechatFake
) -> None:
    human = Human("u")
    answer = await by_mini(client, wechat, human, with_phone=True)
    async with shop.context().transaction() as session:
        account = await session.get(Account, decode("customer", answer["viewer"]["id"]))
        assert account is not None
        account.is_active = False
    for again in (
        await by_mini(client, wechat, human),
        await by_page(client, wechat, human),
        await by_mini(client, wechat, Human("other"), with_phone=True),
    ):
        assert code_of(again)[0] == "CREDENTIAL_REJECTED"


@pytest.mark.parametrize(
    ("errcode", "code"),
    [
        (40029, "CREDENTIAL_REJECTED"),
        (40163, "CREDENTIAL_REJECTED"),
        (45011, "LIMIT_EXCEEDED"),
        (40226, "CREDENTIAL_REJECTED"),
        (40013, "UNAVAILABLE"),
        (40125, "UNAVAILABLE"),
        (99999, "UNAVAILABLE"),
    ],
)
async def test_what_wechat_refuses_is_told_in_our_words(
    client: Client, wechat: WechatFake, errcode: int, code: str
) -> None:
    wechat.fail("/sns/jscode2session", errcode)
    answer = await by_mini(client, wechat, Human("u"))
    assert code_of(answer) == (code, CODE)
    assert wechat.count("/sns/jscode2session") == 1
    assert "fake" not in answer["userErrors"][0]["message"]


async def test_wechat_that_is_busy_is_asked_once_more(client: Client, wechat: WechatFake) -> None:
    wechat.fail("/sns/jscode2session", -1)
    assert (await by_mini(client, wechat, Human("u")))["userErrors"] == []
    wechat.fail("/sns/jscode2session", -1, -1)
    answer = await by_mini(client, wechat, Human("u"))
    assert code_of(answer) == ("UNAVAILABLE", CODE)
    assert answer["userErrors"][0]["message"] == "WeChat does not answer. Start again, with a new code."


async def test_codes_are_good_once_for_their_app_and_for_five_minutes(client: Client, wechat: WechatFake) -> None:
    human = Human("u")
    code = wechat.login(human)
    assert (await sign_in(client, wechat={"code": code}))["userErrors"] == []
    assert code_of(await sign_in(client, wechat={"code": code})) == ("CREDENTIAL_REJECTED", CODE)
    late = wechat.login(human)
    wechat.now += 301
    for wrong in (late, wechat.login(human, WEB), wechat.agree(human, MINI), wechat.give_phone(human), "nonsense"):
        assert code_of(await sign_in(client, wechat={"code": wrong}))[0] == "CREDENTIAL_REJECTED"
    asked = len(wechat.asked)
    for wrong in ("", "x" * 4001):
        assert code_of(await sign_in(client, wechat={"code": wrong})) == ("CREDENTIAL_REJECTED", CODE)
    assert len(wechat.asked) == asked


async def test_phone_code_that_is_not_good_opens_nothing(
    shop: ShopUnderTest, client: Client, wechat: WechatFake
) -> None:
    human = Human("u")
    for code in ("nonsense", wechat.login(human), wechat.give_phone(Human("another"))):
        answer = await sign_in(client, wechat={"code": wechat.login(human), "phoneCode": code})
        assert code_of(answer)[1] == PHONE_CODE
    wechat.watermark = "wx_of_somebody_else"
    answer = await by_mini(client, wechat, human, with_phone=True)
    assert code_of(answer) == ("CREDENTIAL_REJECTED", PHONE_CODE)
    [[count]] = await shop.database.rows(select(func.count()).select_from(Account))
    assert count == 0


async def test_secret_arrives_only_where_it_is_asked_for(client: Client, wechat: WechatFake) -> None:
    human = Human("u")
    await by_mini(client, wechat, human, with_phone=True)
    await by_page(client, wechat, human)
    assert wechat.secrets_at == TAKES_SECRETS
    assert {"/wxa/business/getuserphonenumber", "/sns/userinfo"} <= set(wechat.asked)


async def test_no_answer_is_an_outcome_too(
    client: Client, wechat: WechatFake, monkeypatch: pytest.MonkeyPatch, logs: list[Any]
) -> None:
    monkeypatch.setattr("commerce.kit.outside.PATIENCE", 0.05)
    code = wechat.login(Human("u"))

    async def never() -> None:
        await asyncio.sleep(5)

    wechat.outage = never
    answer = await sign_in(client, wechat={"code": code})
    assert code_of(answer) == ("UNAVAILABLE", CODE)
    printed = str(logs)
    assert "no answer in time" in printed
    assert SECRETS[MINI] not in printed
    assert code not in printed


async def test_answers_that_cannot_be_read_are_no_answers(shop: ShopUnderTest, client: Client, logs: list[Any]) -> None:
    answers = [
        httpx.Response(502, text="<html>Bad Gateway</html>"),
        httpx.Response(200, text="[]"),
        httpx.Response(200, text="{}"),
        httpx.Response(200, text='{"openid": 7}'),
        httpx.Response(200, text='{"openid": "\\ud800"}'),
        httpx.Response(200, text='{"openid": "' + "o" * 9000 + '"}'),
        httpx.Response(200, text='{"openid": ' + "[" * 100_000),
        httpx.Response(200, content=b"x" * 1_000_001),
        httpx.Response(302, headers={"location": "https://elsewhere.example/"}),
    ]
    shop.outside.mounts = {"all://": httpx.MockTransport(lambda _request: answers.pop())}
    for _ in range(len(answers)):
        assert code_of(await sign_in(client, wechat={"code": "code"})) == ("UNAVAILABLE", CODE)
    assert answers == []
    assert SECRETS[MINI] not in str(logs)


async def test_page_of_wechat_is_asked_for_in_its_way(client: Client, wechat: WechatFake) -> None:
    started = await start(client, "wechat_web")
    assert started["expiresAt"] == "2026-11-22T12:10:00Z"
    address = httpx.URL(started["url"])
    state = address.params["state"]
    assert state.isalnum()
    assert started["url"] == (
        f"https://open.weixin.qq.com/connect/oauth2/authorize?appid={WEB}"
        f"&redirect_uri=https%3A%2F%2Fshop.example%2Fwelcome&response_type=code&scope=snsapi_userinfo&state={state}"
        "#wechat_redirect"
    )


async def test_made_up_people_of_page_previews_do_not_come_in(client: Client, wechat: WechatFake) -> None:
    answer = await by_page(client, wechat, Human("u", is_snapshot=True))
    assert code_of(answer) == ("CREDENTIAL_REJECTED", ["input", "credential", "provider", "code"])


async def test_mini_program_has_no_page_and_a_page_no_app(client: Client, wechat: WechatFake) -> None:
    assert (await start(client, "wechat_mini"))["userErrors"] == [{"code": "INVALID", "field": ["input", "provider"]}]
    assert (await start(client, "nobody"))["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "provider"]}]
    answer = await sign_in(client, wechat={"provider": "wechat_web", "code": wechat.agree(Human("u"))})
    assert code_of(answer) == ("INVALID", ["input", "credential", "wechat", "provider"])


async def test_sign_ins_that_come_to_nothing_are_limited_by_address(
    client: Client, wechat: WechatFake, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commerce.accounts.rules.tries.PROVIDERS_PER_ADDRESS", 3)
    human = Human("u")
    for _ in range(4):
        assert (await by_mini(client, wechat, human))["tokens"]
        assert (await by_page(client, wechat, human))["tokens"]
    await start(client, "wechat_web")
    for _ in range(2):
        assert code_of(await sign_in(client, wechat={"code": "nonsense"}))[0] == "CREDENTIAL_REJECTED"
    asked = len(wechat.asked)
    assert code_of(await by_mini(client, wechat, human)) == ("LIMIT_EXCEEDED", ["input", "credential", "wechat"])
    refused = await start(client, "wechat_web")
    assert refused["userErrors"] == [{"code": "LIMIT_EXCEEDED", "field": ["input", "provider"]}]
    assert len(wechat.asked) == asked
    clock.advance(minutes=15)
    assert (await by_mini(client, wechat, human))["tokens"]


# The access token


async def test_access_token_is_fetched_once_and_kept_for_all_processes(
    shop: ShopUnderTest, client: Client, wechat: WechatFake, cache: redis.Redis, settings: Settings, clock: TestClock
) -> None:
    answers = await asyncio.gather(
        *(by_mini(client, wechat, Human(f"u{i}", phone=("86", f"1381234567{i}")), with_phone=True) for i in range(5))
    )
    assert {len(answer["userErrors"]) for answer in answers} == {0}
    assert wechat.count("/cgi-bin/stable_token") == 1
    other = ShopUnderTest(settings, shop.database, cache, clock)
    reach(other, wechat)
    assert (await by_mini(Client(other), wechat, Human("u9", phone=("86", "13812345679")), with_phone=True))["tokens"]
    assert wechat.count("/cgi-bin/stable_token") == 1
    [kept] = [await cache.get(name) async for name in cache.scan_iter("wechat:*")]
    assert not any(token.encode() in kept for token in wechat.tokens)


async def test_access_token_that_is_refused_is_renewed_once(
    client: Client, wechat: WechatFake, clock: TestClock
) -> None:
    await by_mini(client, wechat, Human("a", phone=("86", "13800000001")), with_phone=True)
    wechat.tokens.clear()  # somebody else renewed it by force
    assert (await by_mini(client, wechat, Human("b", phone=("86", "13800000002")), with_phone=True))["tokens"]
    assert wechat.count("/cgi-bin/stable_token") == 2
    for errcode in (42001, 40001):
        before = wechat.count("/cgi-bin/stable_token"), wechat.count("/wxa/business/getuserphonenumber")
        wechat.fail("/wxa/business/getuserphonenumber", errcode)
        human = Human(f"c{errcode}", phone=("86", f"138000{errcode}"))
        assert (await by_mini(client, wechat, human, with_phone=True))["tokens"]
        after = wechat.count("/cgi-bin/stable_token"), wechat.count("/wxa/business/getuserphonenumber")
        assert (after[0] - before[0], after[1] - before[1]) == (2, 2), "asked, and then by force: it was the same"
    wechat.fail("/wxa/business/getuserphonenumber", 40001, 40001)
    answer = await by_mini(client, wechat, Human("d"), with_phone=True)
    assert code_of(answer) == ("UNAVAILABLE", PHONE_CODE)


async def test_access_token_ends_before_wechat_ends_it(client: Client, wechat: WechatFake, clock: TestClock) -> None:
    await by_mini(client, wechat, Human("a", phone=("86", "13800000001")), with_phone=True)
    for seconds in (6899, 2):
        clock.advance(seconds=seconds)
        wechat.now += seconds
        await by_mini(client, wechat, Human("b", phone=("86", "13800000002")), with_phone=True)
    assert wechat.count("/cgi-bin/stable_token") == 2


async def test_without_redis_each_process_keeps_its_own(
    shop: ShopUnderTest, wechat: WechatFake, settings: Settings, clock: TestClock
) -> None:
    for cache in (None, redis.from_url("unix:///nowhere/redis.sock")):
        other = ShopUnderTest(settings, shop.database, cache, clock)
        reach(other, wechat)
        before = wechat.count("/cgi-bin/stable_token")
        for i in range(2):
            human = Human(f"{before}{i}", phone=("86", f"1380000{before}00{i}"))
            assert (await by_mini(Client(other), wechat, human, with_phone=True))["tokens"]
        assert wechat.count("/cgi-bin/stable_token") == before + 1


async def test_wechat_that_gives_no_token_is_an_outage_and_not_a_fault(client: Client, wechat: WechatFake) -> None:
    wechat.fail("/cgi-bin/stable_token", 40125)
    assert code_of(await by_mini(client, wechat, Human("u"), with_phone=True)) == ("UNAVAILABLE", PHONE_CODE)
    assert (await by_mini(client, wechat, Human("u"), with_phone=True))["tokens"]
