"""The sign-ins of somebody, as they see and end them."""

from tests.accounts.documents import (
    REFRESH,
    REVOKE,
    SESSIONS,
    SIGN_IN,
    SIGN_OUT,
    refusal_code,
    signed_in,
    signed_in_by_code,
)
from tests.accounts.factory import PASSWORD, make_staff
from tests.conftest import Client, ShopUnderTest, TestClock


async def test_one_sees_all_open_sessions_and_which_is_the_present_one(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await make_staff(shop)
    phone = {"X-Client": "wechat_mini/1.2"}
    first = (await client(SIGN_IN, phone, email="ada@example.com", password=PASSWORD))["signIn"]["tokens"]
    clock.advance(minutes=10)
    await client(REFRESH, token=first["refreshToken"])
    clock.advance(minutes=1)
    await signed_in(client, "ada@example.com")
    clock.advance(minutes=1)
    await signed_in_by_code(client, email="ada@example.com")
    mine, other, wechat = (await client(SESSIONS))["sessions"]
    assert (mine["method"], mine["isCurrent"], other["isCurrent"], mine["client"]) == ("CODE", True, False, None)
    assert {name: wechat[name] for name in wechat if name != "id"} == {
        "method": "PASSWORD",
        "client": "wechat_mini/1.2",
        "beganAt": "2026-11-22T12:00:00Z",
        "usedAt": "2026-11-22T12:10:00Z",
        "isCurrent": False,
        "isImpersonated": False,
    }


async def test_a_session_that_is_revoked_fails_with_its_next_request(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    lost = await signed_in(client)
    kept = await signed_in(client)
    [theirs] = [one for one in (await client(SESSIONS))["sessions"] if not one["isCurrent"]]
    for _ in range(2):  # once more with its key is answered the same
        answer = await client(REVOKE, {"Idempotency-Key": "lost"}, id=theirs["id"])
        assert answer["sessionRevoke"]["userErrors"] == []
    assert await refusal_code(client, lost["accessToken"]) == "UNAUTHENTICATED"
    client.token = None
    assert (await client(REFRESH, token=lost["refreshToken"]))["tokenRefresh"]["tokens"] is None
    assert await refusal_code(client, kept["accessToken"]) == ""
    assert len((await client(SESSIONS))["sessions"]) == 1
    gone = (await client(REVOKE, id=theirs["id"]))["sessionRevoke"]["userErrors"]
    assert gone == [{"code": "NOT_FOUND", "field": ["input", "sessionId"]}]


async def test_sessions_of_others_are_neither_seen_nor_ended(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    adas = await signed_in(client)
    [theirs] = (await client(SESSIONS))["sessions"]
    await signed_in_by_code(client, email="eve@example.com")
    assert len((await client(SESSIONS))["sessions"]) == 1
    assert (await client(REVOKE, id=theirs["id"]))["sessionRevoke"]["userErrors"][0]["code"] == "NOT_FOUND"
    assert await client("query($id: ID!) { node(id: $id) { id } }", id=theirs["id"]) == {"node": None}
    assert await refusal_code(client, adas["accessToken"]) == ""


async def test_sessions_that_have_ended_are_not_listed(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await make_staff(shop)
    await signed_in(client)
    await client(SIGN_OUT, everywhere=False)
    await signed_in(client)
    assert len((await client(SESSIONS))["sessions"]) == 1
    clock.advance(days=14)
    await signed_in(client)
    assert len((await client(SESSIONS))["sessions"]) == 1
