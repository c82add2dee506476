"""The second factor: an authenticator app, its codes that are good once, and recovery codes in its place."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlalchemy import text

from commerce.accounts.values import StaffRules
from commerce.kit import ids
from commerce.kit.actor import Actor, ActorKind, Permission
from tests.accounts.documents import refusal_code, sign_in, signed_in
from tests.accounts.factory import PASSWORD, make_customer, make_staff
from tests.conftest import Client, ShopUnderTest, TestClock

BEGIN = """mutation($password: String) {
  totpBegin(input: {password: $password}) { secret uri userErrors { code field } }
}"""
CONFIRM = """mutation($code: String!) {
  totpConfirm(input: {code: $code}) {
    recoveryCodes viewer { hasSecondFactor recoveryCodesLeft permissions } userErrors { code field }
  }
}"""
DISABLE = """mutation($code: String!) {
  totpDisable(input: {code: $code}) { viewer { hasSecondFactor } userErrors { code field } }
}"""
RENEW = (
    "mutation($code: String!) { recoveryCodesRenew(input: {code: $code}) { recoveryCodes userErrors { code field } } }"
)
SIGN_IN = """mutation($email: String!, $password: String!) {
  signIn(input: {credential: {password: {email: $email, password: $password}}}) {
    tokens { accessToken } userErrors { code field message ... on SecondFactorError { challengeId } }
  }
}"""
SECOND = """mutation($challenge: ID!, $code: String!) {
  signIn(input: {credential: {secondFactor: {challengeId: $challenge, code: $code}}}) {
    tokens { accessToken refreshToken } viewer { id recoveryCodesLeft } userErrors { code field }
  }
}"""
RESET = """mutation($id: ID!) {
  staffSecondFactorReset(input: {staffId: $id}) { staffMember { hasSecondFactor } userErrors { code field } }
}"""
VIEWER = "{ viewer { permissions hasSecondFactor mustSetUpSecondFactor } }"


def shown(secret: str, clock: TestClock, ahead: int = 0) -> str:
    """What the app shows now, or some steps ahead."""
    return pyotp.TOTP(secret).at(clock(), counter_offset=ahead)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def set_up(client: Client, clock: TestClock, email: str = "ada@example.com") -> tuple[str, list[str]]:
    """Sign in and set up an app: its secret, and the recovery codes. The code that confirmed it is used up."""
    await signed_in(client, email)
    secret = (await client(BEGIN))["totpBegin"]["secret"]
    confirmed = (await client(CONFIRM, code=shown(secret, clock)))["totpConfirm"]
    assert confirmed["userErrors"] == []
    clock.advance(seconds=60)
    return secret, confirmed["recoveryCodes"]


async def halted(client: Client, email: str = "ada@example.com", password: str = PASSWORD) -> str:
    """The challenge that a right password is answered with."""
    client.token = None
    answer = (await client(SIGN_IN, email=email, password=password))["signIn"]
    assert answer["tokens"] is None
    [error] = answer["userErrors"]
    assert (error["code"], error["field"]) == ("SECOND_FACTOR_REQUIRED", ["input", "credential"])
    return error["challengeId"]


async def second(client: Client, challenge: str, code: str) -> dict[str, Any]:
    client.token = None
    return (await client(SECOND, challenge=challenge, code=code))["signIn"]


def codes(answer: dict[str, Any]) -> list[str]:
    return [error["code"] for error in answer["userErrors"]]


async def test_an_app_is_set_up_and_asked_for_from_then_on(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    ada = await make_staff(shop)
    await signed_in(client)
    begun = (await client(BEGIN))["totpBegin"]
    assert begun["userErrors"] == []
    address = urlsplit(begun["uri"])
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/127.0.0.1:ada%40example.com")
    assert parse_qs(address.query) == {"secret": [begun["secret"]], "issuer": ["127.0.0.1"]}
    client.token, mine = None, client.token
    assert (await sign_in(client))["tokens"]  # it does not count before it is confirmed
    client.token = mine
    confirmed = (await client(CONFIRM, code=shown(begun["secret"], clock)))["totpConfirm"]
    assert len(set(confirmed["recoveryCodes"])) == 10
    assert confirmed["viewer"]["hasSecondFactor"]
    assert confirmed["viewer"]["recoveryCodesLeft"] == 10
    clock.advance(seconds=30)
    challenge = await halted(client)
    came = await second(client, challenge, shown(begun["secret"], clock))
    assert came["viewer"]["id"] == ids.encode("staff", ada.id)
    assert await refusal_code(client, came["tokens"]["accessToken"]) == ""


async def test_customers_may_have_one_too(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await make_customer(shop)
    secret, _ = await set_up(client, clock, "cleo@example.com")
    challenge = await halted(client, "cleo@example.com")
    assert (await second(client, challenge, shown(secret, clock)))["tokens"]


async def test_whoever_did_not_just_sign_in_shows_the_password(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await make_staff(shop)
    await signed_in(client)
    clock.advance(minutes=14, seconds=59)
    assert (await client(BEGIN))["totpBegin"]["secret"]
    clock.advance(minutes=15)
    refresh = "mutation($t: String!) { tokenRefresh(input: {refreshToken: $t}) { tokens { accessToken } } }"
    client.token = None
    tokens = (await sign_in(client))["tokens"]
    clock.advance(minutes=16)
    client.token = (await client(refresh, t=tokens["refreshToken"]))["tokenRefresh"]["tokens"]["accessToken"]
    assert (await client(BEGIN))["totpBegin"] == {  # a session that was renewed is not a sign-in
        "secret": None, "uri": None,
        "userErrors": [{"code": "REAUTHENTICATION_REQUIRED", "field": ["input", "password"]}],
    }  # fmt: skip
    assert codes((await client(BEGIN, password="not it"))["totpBegin"]) == ["CREDENTIAL_REJECTED"]
    assert (await client(BEGIN, password=PASSWORD))["totpBegin"]["secret"]


async def test_tries_at_the_password_are_limited(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await signed_in(client)
    answers = [codes((await client(BEGIN, password="not it"))["totpBegin"]) for _ in range(11)]
    assert answers == [["CREDENTIAL_REJECTED"]] * 10 + [["LIMIT_EXCEEDED"]]


async def test_each_code_is_good_once(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await make_staff(shop)
    await signed_in(client)
    secret = (await client(BEGIN))["totpBegin"]["secret"]
    code = shown(secret, clock)
    await client(CONFIRM, code=code)
    assert codes(await second(client, await halted(client), code)) == ["CREDENTIAL_REJECTED"]
    clock.advance(seconds=30)
    used = shown(secret, clock)
    assert (await second(client, await halted(client), used))["tokens"]
    assert codes(await second(client, await halted(client), used)) == ["CREDENTIAL_REJECTED"]
    earlier = shown(secret, clock, -1)  # what was shown before the one that was used is over with it
    assert codes(await second(client, await halted(client), earlier)) == ["CREDENTIAL_REJECTED"]


@pytest.mark.parametrize(("ahead", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_clock_may_be_one_step_off(
    shop: ShopUnderTest, client: Client, clock: TestClock, ahead: int, *, is_right: bool
) -> None:
    await make_staff(shop)
    secret, _ = await set_up(client, clock)
    clock.advance(minutes=10)
    answer = await second(client, await halted(client), shown(secret, clock, ahead))
    assert bool(answer["tokens"]) is is_right


async def test_a_challenge_is_good_for_one_sign_in_and_five_tries(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await make_staff(shop)
    secret, _ = await set_up(client, clock)
    challenge = await halted(client)
    for _ in range(4):
        assert codes(await second(client, challenge, wrong(shown(secret, clock)))) == ["CREDENTIAL_REJECTED"]
    assert (await second(client, challenge, shown(secret, clock)))["tokens"]
    clock.advance(seconds=30)
    assert codes(await second(client, challenge, shown(secret, clock))) == ["CREDENTIAL_REJECTED"]
    challenge = await halted(client)
    for _ in range(5):
        await second(client, challenge, wrong(shown(secret, clock)))
    assert codes(await second(client, challenge, shown(secret, clock))) == ["CREDENTIAL_REJECTED"]
    challenge = await halted(client)
    clock.advance(minutes=5)
    assert codes(await second(client, challenge, shown(secret, clock))) == ["CREDENTIAL_REJECTED"]


async def test_tries_are_limited_over_all_challenges_of_an_account(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await make_staff(shop)
    secret, _ = await set_up(client, clock)
    answers = []
    for _ in range(4):
        challenge = await halted(client)
        answers += [codes(await second(client, challenge, wrong(shown(secret, clock)))) for _ in range(3)]
    assert answers == [["CREDENTIAL_REJECTED"]] * 10 + [["LIMIT_EXCEEDED"]] * 2
    assert codes(await second(client, await halted(client), shown(secret, clock))) == ["LIMIT_EXCEEDED"]
    clock.advance(minutes=16)
    assert (await second(client, await halted(client), shown(secret, clock)))["tokens"]


async def test_challenges_of_others_and_for_other_things_open_nothing(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await make_staff(shop)
    await make_staff(shop, "bob@example.com")
    secret, _ = await set_up(client, clock)
    bobs, _ = await set_up(client, clock, "bob@example.com")
    challenge = await halted(client, "bob@example.com")
    assert codes(await second(client, challenge, shown(secret, clock))) == ["CREDENTIAL_REJECTED"]
    send = 'mutation { codeSend(input: {purpose: SIGN_IN, to: {email: "ada@example.com"}}) { challengeId } }'
    sent = (await client(send))["codeSend"]["challengeId"]
    for key in (sent, ids.encode("challenge", ids.secret_key()), "challenge_1", "nonsense"):
        assert codes(await second(client, key, shown(secret, clock))) == ["CREDENTIAL_REJECTED"]
    by_code = """mutation($c: ID!, $code: String!) {
      signIn(input: {credential: {code: {challengeId: $c, code: $code}}}) { tokens { accessToken } userErrors { code } }
    }"""
    crossed = (await client(by_code, c=challenge, code=shown(bobs, clock)))["signIn"]
    assert crossed == {"tokens": None, "userErrors": [{"code": "CREDENTIAL_REJECTED"}]}


async def test_recovery_codes_stand_in_once_each(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await make_staff(shop)
    _, recovery = await set_up(client, clock)
    typed = recovery[0].upper().replace("-", " ")
    came = await second(client, await halted(client), typed)
    assert came["viewer"]["recoveryCodesLeft"] == 9
    assert codes(await second(client, await halted(client), recovery[0])) == ["CREDENTIAL_REJECTED"]
    assert (await second(client, await halted(client), recovery[1]))["tokens"]


async def test_recovery_codes_are_renewed_by_a_code(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await make_staff(shop)
    secret, old = await set_up(client, clock)
    assert codes((await client(RENEW, code="000000"))["recoveryCodesRenew"]) == ["CREDENTIAL_REJECTED"]
    fresh = (await client(RENEW, code=shown(secret, clock)))["recoveryCodesRenew"]["recoveryCodes"]
    assert not set(fresh) & set(old)
    assert codes(await second(client, await halted(client), old[1])) == ["CREDENTIAL_REJECTED"]
    assert (await second(client, await halted(client), fresh[1]))["tokens"]


async def test_the_app_is_taken_away_by_a_code_only(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await make_staff(shop)
    secret, recovery = await set_up(client, clock)
    assert codes((await client(DISABLE, code=wrong(shown(secret, clock))))["totpDisable"]) == ["CREDENTIAL_REJECTED"]
    assert codes((await client(BEGIN))["totpBegin"]) == ["STATE_NOT_ALLOWED"]  # nor is it replaced without
    assert codes((await client(CONFIRM, code=shown(secret, clock)))["totpConfirm"]) == ["STATE_NOT_ALLOWED"]
    gone = (await client(DISABLE, code=recovery[3]))["totpDisable"]
    assert gone == {"viewer": {"hasSecondFactor": False}, "userErrors": []}
    assert codes((await client(DISABLE, code=recovery[4]))["totpDisable"]) == ["STATE_NOT_ALLOWED"]
    client.token = None
    assert (await sign_in(client))["tokens"]


async def test_an_app_that_was_not_begun_is_not_confirmed(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await signed_in(client)
    assert codes((await client(CONFIRM, code="123456"))["totpConfirm"]) == ["STATE_NOT_ALLOWED"]
    await client(BEGIN)
    assert codes((await client(CONFIRM, code="123456"))["totpConfirm"]) == ["CREDENTIAL_REJECTED"]
    assert (await client(VIEWER))["viewer"]["hasSecondFactor"] is False


async def test_secrets_are_kept_so_that_nobody_reads_them(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await make_staff(shop)
    secret, recovery = await set_up(client, clock)
    kept = "select row_to_json(r)::text from accounts_totp r union all select row_to_json(r)::text from accounts_recovery_code r"
    rows = await shop.database.rows(text(kept))
    assert len(rows) == 11
    for one in (secret, secret.encode().hex(), *recovery, *(code.replace("-", "") for code in recovery)):
        assert not any(one in row[0] for row in rows)


async def test_who_manages_the_staff_resets_the_factor_of_others(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    ada = await make_staff(shop)
    bob = await make_staff(shop, "bob@example.com", permissions=[])
    await set_up(client, clock, "bob@example.com")
    bobs = client.token
    secret, _ = await set_up(client, clock)
    challenge = await halted(client)
    client.token = (await second(client, challenge, shown(secret, clock)))["tokens"]["accessToken"]
    own = (await client(RESET, id=ids.encode("staff", ada.id)))["staffSecondFactorReset"]
    assert own["userErrors"] == [{"code": "STATE_NOT_ALLOWED", "field": ["input", "staffId"]}]
    customer = await make_customer(shop)
    other = (await client(RESET, id=ids.encode("staff", customer.id)))["staffSecondFactorReset"]
    assert codes(other) == ["NOT_FOUND"]
    done = (await client(RESET, id=ids.encode("staff", bob.id)))["staffSecondFactorReset"]
    assert done == {"staffMember": {"hasSecondFactor": False}, "userErrors": []}
    assert await refusal_code(client, bobs) == "UNAUTHENTICATED"
    client.token = None
    assert (await sign_in(client, "bob@example.com"))["tokens"]


async def test_nobody_else_resets_it(shop: ShopUnderTest, client: Client) -> None:
    ada = await make_staff(shop, permissions=[p for p in Permission if p is not Permission.STAFF_WRITE])
    await signed_in(client)
    answer = await client.send(RESET, id=ids.encode("staff", ada.id))
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_it_is_ones_own(shop: ShopUnderTest, client: Client) -> None:
    """Neither an app nor who acts as somebody else has to do with it."""
    cleo, ada = await make_customer(shop), await make_staff(shop)
    for actor in (
        Actor(ActorKind.APP, ids.new_key(), frozenset(Permission)),
        Actor(ActorKind.CUSTOMER, cleo.id, behind=ada.id),
    ):
        shop.acting = actor
        for document, variables in ((BEGIN, {}), *((one, {"code": "123456"}) for one in (CONFIRM, DISABLE, RENEW))):
            answer = await client.send(document, **variables)
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_staff_that_must_have_a_second_factor_sets_it_up_before_anything_else(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    shop.resources = {**shop.resources, StaffRules: StaffRules(needs_second_factor=True)}
    await make_staff(shop, permissions=[Permission.STAFF_WRITE])
    await make_customer(shop)
    await signed_in(client)
    assert (await client(VIEWER))["viewer"] == {
        "permissions": [], "hasSecondFactor": False, "mustSetUpSecondFactor": True,
    }  # fmt: skip
    answer = await client.send("{ staff { totalCount } }")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    secret, _ = await set_up(client, clock)
    assert (await client("{ staff { totalCount } }"))["staff"]["totalCount"] == 1
    assert (await client(VIEWER))["viewer"]["permissions"] == ["STAFF_WRITE"]
    await client(DISABLE, code=shown(secret, clock))
    assert (await client.send("{ staff { totalCount } }"))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    await signed_in(client, "cleo@example.com")
    assert (await client(VIEWER))["viewer"]["mustSetUpSecondFactor"] is False


@pytest.mark.race
async def test_a_code_that_is_sent_many_times_at_once_opens_one_session(
    racing_shop: ShopUnderTest, clock: TestClock
) -> None:
    clients = [Client(racing_shop) for _ in range(6)]
    await make_staff(racing_shop)
    secret, recovery = await set_up(clients[0], clock)
    for code in (shown(secret, clock), recovery[0]):
        challenges = [await halted(one) for one in clients]
        answers = await asyncio.gather(
            *(second(one, challenge, code) for one, challenge in zip(clients, challenges, strict=True))
        )
        assert sorted(bool(answer["tokens"]) for answer in answers) == [False] * 5 + [True]
        clock.advance(minutes=16)


@pytest.mark.race
async def test_tries_at_one_challenge_at_once_are_five(racing_shop: ShopUnderTest, clock: TestClock) -> None:
    clients = [Client(racing_shop) for _ in range(8)]
    await make_staff(racing_shop)
    secret, _ = await set_up(clients[0], clock)
    challenge = await halted(clients[0])
    right = shown(secret, clock)
    await asyncio.gather(*(second(one, challenge, wrong(right)) for one in clients))
    assert codes(await second(clients[0], challenge, right)) == ["CREDENTIAL_REJECTED"]
