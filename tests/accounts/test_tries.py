"""Guessing passwords is slow, and does not trouble whom it is aimed at."""

import asyncio
from hashlib import md5, sha1, sha256, sha512

import httpx
import pytest
from sqlalchemy import text

from commerce.accounts.handlers import forget_old
from commerce.accounts.rules.tries import network
from commerce.app import app_of
from tests.accounts.documents import PASSWORD_CHANGE, SIGN_IN, refusal_code, sign_in, signed_in
from tests.accounts.factory import PASSWORD, make_staff
from tests.conftest import Client, ShopUnderTest, TestClock

REJECTED, LIMITED = "CREDENTIAL_REJECTED", "LIMIT_EXCEEDED"


def code(answer: dict) -> str | None:
    return answer["userErrors"][0]["code"] if answer["userErrors"] else None


def come_from(client: Client, address: str) -> None:
    client.http = httpx.AsyncClient(
        transport=httpx.ASGITransport(app_of(client.shop), client=(address, 1)), base_url="http://shop.test"
    )


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
async def test_ten_wrong_passwords_are_taken_whether_the_account_exists_or_not(
    shop: ShopUnderTest, client: Client, clock: TestClock, email: str
) -> None:
    await make_staff(shop)
    codes = [code(await sign_in(client, email, f"wrong {i}")) for i in range(12)]
    assert codes == [REJECTED] * 10 + [LIMITED] * 2
    limited = await sign_in(client, email.upper())
    assert limited["tokens"] is None
    assert limited["userErrors"] == [
        {
            "code": LIMITED,
            "message": "Too many tries. Try again in 15 min.",
            "field": ["input", "credential", "password"],
        }
    ]
    clock.advance(minutes=15)
    assert code(await sign_in(client, email, "wrong again")) == REJECTED


async def test_open_sessions_and_the_change_of_the_password_outlive_an_attack(
    shop: ShopUnderTest, client: Client
) -> None:
    await make_staff(shop)
    tokens = await signed_in(client)
    client.token = None
    for i in range(11):
        await sign_in(client, password=f"wrong {i}")
    assert await refusal_code(client, tokens["accessToken"]) == ""
    changed = await client(PASSWORD_CHANGE, current=PASSWORD, new="lighthouse keeper")
    assert changed["passwordChange"]["userErrors"] == []


async def test_the_right_password_wipes_the_slate(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    for _ in range(4):
        assert [code(await sign_in(client, password="wrong")) for _ in range(7)] == [REJECTED] * 7
        assert (await sign_in(client))["tokens"] is not None
    assert [code(await sign_in(client, f"{i}@example.com")) for i in range(3)] == [REJECTED, REJECTED, LIMITED]


async def test_thirty_wrong_passwords_are_taken_from_an_address(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    come_from(client, "2001:db8::1")
    codes = [code(await sign_in(client, f"person{i}@example.com")) for i in range(31)]
    assert codes == [REJECTED] * 30 + [LIMITED]
    come_from(client, "2001:db8::2")
    assert code(await sign_in(client)) == LIMITED
    come_from(client, "192.0.2.7")
    assert (await sign_in(client))["tokens"] is not None


async def test_wrong_current_passwords_are_counted(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await signed_in(client)
    codes = [
        code((await client(PASSWORD_CHANGE, current=f"wrong {i}", new="lighthouse keeper"))["passwordChange"])
        for i in range(11)
    ]
    assert codes == [REJECTED] * 10 + [LIMITED]


async def test_many_sign_ins_in_one_document_are_counted_one_by_one(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    field = 'signIn(input: {credential: {password: {email: "ada@example.com", password: "wrong"}}})'
    text = "mutation {" + "".join(f"a{i}: {field} {{ userErrors {{ code }} }}" for i in range(10)) + "}"
    answers = [*(await client(text)).values(), *(await client(text)).values()]
    assert [code(answer) for answer in answers] == [REJECTED] * 10 + [LIMITED] * 10


@pytest.mark.race
async def test_sixty_tries_at_once_are_not_more_than_ten(racing_shop: ShopUnderTest) -> None:
    await make_staff(racing_shop)
    client = Client(racing_shop)
    answers = await asyncio.gather(*(sign_in(client, password=f"wrong {i}") for i in range(60)))
    assert [code(answer) for answer in answers].count(REJECTED) == 10
    assert [code(answer) for answer in answers].count(LIMITED) == 50


async def test_old_tries_and_sessions_are_forgotten(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await make_staff(shop)
    await signed_in(client)
    client.token = None
    await client(SIGN_IN, email="ada@example.com", password="wrong")
    await forget_old(shop.context())
    assert await rows_left(shop) == (2, 1)
    clock.advance(days=15)
    await forget_old(shop.context())
    assert await rows_left(shop) == (0, 0)


async def rows_left(shop: ShopUnderTest) -> tuple[int, int]:
    statement = text("select (select count(*) from accounts_attempt), (select count(*) from accounts_session)")
    return tuple((await shop.database.rows(statement))[0])


async def test_who_reads_the_tries_cannot_confirm_a_guessed_address(shop: ShopUnderTest, client: Client) -> None:
    for _ in range(2):
        await sign_in(client, "ada@example.com", "wrong")
    rows = await shop.database.rows(text("select bucket, count(*) from accounts_attempt group by bucket"))
    kept = dict(rows)
    guess = "account:ada@example.com"
    digests = {hash_of(guess.encode()).hexdigest() for hash_of in (sha256, sha512, sha1, md5)}
    assert not digests & kept.keys()
    assert not any("ada" in name or "example" in name for name in kept)
    assert kept[shop.context().vault.index("bucket", guess).hex()] == 2


def test_a_household_is_one_network() -> None:
    assert network("2001:db8:0:1:aaaa::1") == network("2001:db8:0:1:bbbb::2") == "2001:db8:0:1::/64"
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") == "192.0.2.7"
    assert network("unix") == "unix"
