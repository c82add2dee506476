"""Sign-in through the API."""

from commerce.kit.actor import Permission
from commerce.kit.db import Database
from tests.accounts.documents import (
    CHANNEL_CREATE,
    PASSWORD_CHANGE,
    REFRESH,
    SIGN_IN,
    SIGN_OUT,
    VIEWER,
    refusal_code,
    sign_in,
    signed_in,
)
from tests.accounts.factory import PASSWORD, make_staff
from tests.conftest import Client, ShopUnderTest, TestClock


async def test_staff_signs_in_and_is_known_by_the_token(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop, permissions=[Permission.ORDERS_READ, Permission.STOCK_WRITE])
    answer = await sign_in(client, "  ADA@Example.com ")
    assert answer["userErrors"] == []
    assert answer["viewer"]["permissions"] == ["STOCK_WRITE", "ORDERS_READ"]
    assert answer["tokens"]["expiresAt"] == "2026-11-22T12:15:00Z"
    client.token = answer["tokens"]["accessToken"]
    data = await client("{ viewer { id name email } }")
    assert data["viewer"] == {"id": answer["viewer"]["id"], "name": "Ada", "email": "ada@example.com"}
    node = await client("query($id: ID!) { node(id: $id) { ... on StaffMember { email } } }", id=data["viewer"]["id"])
    assert node["node"] == {"email": "ada@example.com"}


async def test_guests_have_no_viewer(client: Client) -> None:
    assert await client(VIEWER) == {"viewer": None}


async def test_unknown_address_wrong_password_and_disabled_account_get_the_same_answer(
    shop: ShopUnderTest, client: Client
) -> None:
    await make_staff(shop)
    await make_staff(shop, "bob@example.com", is_active=False)
    wrong = await sign_in(client, password="not the password")
    assert wrong == {
        "tokens": None,
        "viewer": None,
        "userErrors": [
            {
                "code": "CREDENTIAL_REJECTED",
                "message": "The e-mail address or the password is not right.",
                "field": ["input", "credential", "password"],
            }
        ],
    }
    assert await sign_in(client, "nobody@example.com") == wrong
    assert await sign_in(client, "bob@example.com") == wrong
    assert await sign_in(client, "not an address") == wrong
    assert await sign_in(client, password="") == wrong


async def test_staff_of_an_empty_shop_opens_the_first_channel_and_messages_follow_its_languages(
    client: Client, shop: ShopUnderTest
) -> None:
    await make_staff(shop)
    await signed_in(client)
    made = await client(CHANNEL_CREATE)
    assert made["channelCreate"]["userErrors"] == []
    client.token = None
    answer = await client(SIGN_IN, {"Accept-Language": "zh-CN"}, email="a@example.com", password="x")
    assert answer["signIn"]["userErrors"][0]["message"] == "邮箱地址或密码不正确。"


async def test_permissions_decide_who_opens_a_channel(client: Client, shop: ShopUnderTest) -> None:
    await make_staff(shop, permissions=[Permission.ORDERS_WRITE])
    answer = await client.send(CHANNEL_CREATE)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    await signed_in(client)
    answer = await client.send(CHANNEL_CREATE)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await client("{ channels { code } }") == {"channels": []}


async def test_refresh_gives_new_tokens_and_the_old_access_token_lives_on(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    first = await signed_in(client)
    client.token = None
    renewed = (await client(REFRESH, token=first["refreshToken"]))["tokenRefresh"]
    assert (renewed["userErrors"], renewed["viewer"]) == ([], {"name": "Ada"})
    assert renewed["tokens"]["refreshToken"] != first["refreshToken"]
    assert await refusal_code(client, renewed["tokens"]["accessToken"]) == ""
    assert await refusal_code(client, first["accessToken"]) == ""


async def test_refresh_token_that_is_used_twice_ends_its_family_and_no_other(
    shop: ShopUnderTest, client: Client
) -> None:
    await make_staff(shop)
    other, first = await signed_in(client), await signed_in(client)
    client.token = None
    second = (await client(REFRESH, token=first["refreshToken"]))["tokenRefresh"]["tokens"]
    refused = (await client(REFRESH, token=first["refreshToken"]))["tokenRefresh"]
    error = {"code": "CREDENTIAL_REJECTED", "field": ["input", "refreshToken"]}
    assert refused == {"tokens": None, "viewer": None, "userErrors": [error]}
    assert (await client(REFRESH, token=second["refreshToken"]))["tokenRefresh"]["userErrors"] == [error]
    assert await refusal_code(client, first["accessToken"]) == "UNAUTHENTICATED"
    assert await refusal_code(client, second["accessToken"]) == "UNAUTHENTICATED"
    assert await refusal_code(client, other["accessToken"]) == ""


async def test_refresh_token_expires_and_unknown_ones_are_refused(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await make_staff(shop)
    tokens = await signed_in(client)
    client.token = None
    for token in ("", "nonsense", tokens["accessToken"]):
        assert (await client(REFRESH, token=token))["tokenRefresh"]["userErrors"][0]["code"] == "CREDENTIAL_REJECTED"
    clock.advance(days=14)
    refused = (await client(REFRESH, token=tokens["refreshToken"]))["tokenRefresh"]
    assert refused["userErrors"][0]["code"] == "CREDENTIAL_REJECTED"


async def test_signing_out_ends_this_session_at_once(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    other, mine = await signed_in(client), await signed_in(client)
    await client(SIGN_OUT, everywhere=False)
    assert await refusal_code(client, mine["accessToken"]) == "UNAUTHENTICATED"
    client.token = None
    assert (await client(REFRESH, token=mine["refreshToken"]))["tokenRefresh"]["tokens"] is None
    assert await refusal_code(client, other["accessToken"]) == ""


async def test_signing_out_everywhere_ends_all_sessions(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    other, mine = await signed_in(client), await signed_in(client)
    await client(SIGN_OUT, everywhere=True)
    for tokens in (other, mine):
        assert await refusal_code(client, tokens["accessToken"]) == "UNAUTHENTICATED"


async def test_signing_out_needs_no_input_but_a_session(client: Client, shop: ShopUnderTest) -> None:
    await make_staff(shop)
    answer = await client.send("mutation { signOut { userErrors { code } } }")
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    tokens = await signed_in(client)
    await client("mutation { signOut { userErrors { code } } }")
    assert await refusal_code(client, tokens["accessToken"]) == "UNAUTHENTICATED"


async def test_changing_the_password_ends_the_other_sessions(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    other, mine = await signed_in(client), await signed_in(client)
    changed = (await client(PASSWORD_CHANGE, current=PASSWORD, new="lighthouse keeper"))["passwordChange"]
    assert changed == {"viewer": {"name": "Ada"}, "userErrors": []}
    assert await refusal_code(client, mine["accessToken"]) == ""
    assert await refusal_code(client, other["accessToken"]) == "UNAUTHENTICATED"
    client.token = None
    assert (await sign_in(client))["tokens"] is None
    assert (await sign_in(client, password="lighthouse keeper"))["tokens"] is not None
    assert (await client(REFRESH, token=mine["refreshToken"]))["tokenRefresh"]["tokens"] is not None


async def test_bad_new_passwords_and_a_wrong_current_one_change_nothing(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    tokens = await signed_in(client)
    for new, message in (
        ("short", "A password has at least 8 characters."),
        ("x" * 129, "At most 128 characters are allowed."),
        ("Qwerty123", "This password is too common. Choose another one."),
    ):
        refused = (await client(PASSWORD_CHANGE, current=PASSWORD, new=new))["passwordChange"]
        assert refused["userErrors"] == [{"code": "INVALID", "field": ["input", "newPassword"], "message": message}]
    refused = (await client(PASSWORD_CHANGE, current="wrong", new="lighthouse keeper"))["passwordChange"]
    assert refused["userErrors"][0]["code"] == "CREDENTIAL_REJECTED"
    assert refused["userErrors"][0]["field"] == ["input", "currentPassword"]
    await signed_in(client)
    assert await refusal_code(client, tokens["accessToken"]) == ""


async def test_one_statement_tells_who_is_calling(shop: ShopUnderTest, client: Client, counted) -> None:  # noqa: ANN001
    await make_staff(shop)
    await signed_in(client)
    counted()
    await client("{ countries { code } }")
    signed = len(counted())
    client.token = None
    await client("{ countries { code } }")
    assert signed == len(counted()) + 1


async def test_a_database_that_is_away_is_a_fault_in_due_form(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    tokens = await signed_in(client)
    shop.database = Database(shop.database.connection.engine, None)
    answer = await client.http.post(
        "/graphql", json={"query": VIEWER}, headers={"Authorization": f"Bearer {tokens['accessToken']}"}
    )
    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
