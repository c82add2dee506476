"""Staff in the place of a customer: seen by all, ended by many, and with no hand on credentials."""

from typing import Any

import pytest
from sqlalchemy import text

from commerce.accounts.handlers import forget_old
from commerce.accounts.models import Account
from commerce.accounts.values import StaffRules
from commerce.kit import ids
from commerce.kit.actor import Permission
from tests.accounts.documents import STAFF_UPDATE, refusal_code, sign_in, signed_in
from tests.accounts.factory import give_role, make_customer, make_role, make_staff
from tests.accounts.test_factors import BEGIN, CONFIRM, DISABLE, RENEW, set_up
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.shopfront import complete, open_shop, ready_checkout

IMPERSONATE = """mutation($input: CustomerImpersonateInput!) {
  customerImpersonate(input: $input) { accessToken expiresAt userErrors { code field message } }
}"""
VIEWER = "{ viewer { id name isImpersonated impersonatedBy permissions } }"
SIGN_OUT = "mutation($everywhere: Boolean!) { signOut(input: {everywhere: $everywhere}) { userErrors { code } } }"
SESSIONS = "{ sessions { id method isImpersonated isCurrent endedAt } }"
PASSWORD_CHANGE = """mutation {
  passwordChange(input: {currentPassword: "harbor-and-pine", newPassword: "another-password"}) { userErrors { code } }
}"""
WRITES = [Permission.CUSTOMERS_IMPERSONATE]


async def impersonate(client: Client, account: Account, reason: str = "Ticket 4711", prefix: str = "customer") -> Any:
    sent = {"customerId": ids.encode(prefix, account.id), "reason": reason}
    return (await client(IMPERSONATE, input=sent))["customerImpersonate"]


async def in_place(shop: ShopUnderTest, client: Client) -> tuple[Account, Account, str, str]:
    """Cleo, the customer, Ada of the staff, her token, and the one by which she acts as Cleo."""
    cleo, ada = await make_customer(shop), await make_staff(shop, permissions=WRITES)
    await signed_in(client)
    assert client.token
    begun = await impersonate(client, cleo)
    assert begun["userErrors"] == []
    return cleo, ada, client.token, begun["accessToken"]


async def test_staff_acts_as_a_customer_for_half_an_hour(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    cleo, _, _, token = await in_place(shop, client)
    client.token = token
    viewer = (await client(VIEWER))["viewer"]
    assert viewer == {
        "id": ids.encode("customer", cleo.id), "name": "C***", "isImpersonated": True, "impersonatedBy": "Ada",
        "permissions": [],
    }  # fmt: skip
    clock.advance(minutes=29)
    assert await refusal_code(client, token) == ""
    clock.advance(minutes=1)
    assert await refusal_code(client, token) == "UNAUTHENTICATED"


async def test_there_is_no_way_to_stay_longer(shop: ShopUnderTest, client: Client) -> None:
    fields = {f["name"] for f in (await client(FIELDS))["__type"]["fields"]}
    assert fields == {"accessToken", "expiresAt", "userErrors"}
    cleo, _, _, token = await in_place(shop, client)
    client.token = token
    again = await client.send(IMPERSONATE, input={"customerId": ids.encode("customer", cleo.id), "reason": "More"})
    assert again["errors"][0]["extensions"]["code"] == "FORBIDDEN"


FIELDS = '{ __type(name: "CustomerImpersonatePayload") { fields { name } } }'


async def test_who_may_not_or_cannot_be_is_refused(shop: ShopUnderTest, client: Client) -> None:
    cleo, gone = await make_customer(shop), await make_customer(shop, "gone@example.com", is_active=False)
    ada, bob = await make_staff(shop, permissions=WRITES), await make_staff(shop, "bob@example.com", permissions=[])
    await signed_in(client)
    for account, reason, code, field in (
        (bob, "x", "STATE_NOT_ALLOWED", "customerId"),
        (ada, "x", "STATE_NOT_ALLOWED", "customerId"),
        (gone, "x", "NOT_FOUND", "customerId"),
        (cleo, " ", "REQUIRED", "reason"),
        (cleo, "x" * 501, "INVALID", "reason"),
    ):
        refused = await impersonate(client, account, reason)
        assert (refused["accessToken"], [(e["code"], e["field"]) for e in refused["userErrors"]]) == (
            None,
            [(code, ["input", field])],
        )
    unknown = await impersonate(client, cleo, prefix="staff")
    assert [error["code"] for error in unknown["userErrors"]] == ["NOT_FOUND"]
    assert await shop.database.rows(text("select 1 from accounts_session where behind_id is not null")) == []
    await signed_in(client, "bob@example.com")
    answer = await client.send(IMPERSONATE, input={"customerId": ids.encode("customer", cleo.id), "reason": "x"})
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_credentials_of_the_customer_are_out_of_reach(shop: ShopUnderTest, client: Client) -> None:
    _, _, _, token = await in_place(shop, client)
    client.token = token
    code = {"code": "123456"}
    own = ((SESSIONS, {}), (PASSWORD_CHANGE, {}), (BEGIN, {}), (CONFIRM, code), (DISABLE, code), (RENEW, code))
    for document, sent in own:
        answer = await client.send(document, **sent)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", document


async def test_it_ends_with_sign_out_and_leaves_the_sessions_of_both(shop: ShopUnderTest, client: Client) -> None:
    _, _, mine, token = await in_place(shop, client)
    client.token = None
    cleos = (await sign_in(client, "cleo@example.com"))["tokens"]["accessToken"]
    client.token = token
    await client(SIGN_OUT, everywhere=True)
    assert await refusal_code(client, token) == "UNAUTHENTICATED"
    assert await refusal_code(client, cleos) == await refusal_code(client, mine) == ""


@pytest.mark.parametrize("how", ["sign out", "disabled", "permission", "customer is staff", "customer disabled"])
async def test_it_ends_with_what_it_rests_on(shop: ShopUnderTest, client: Client, how: str) -> None:
    cleo, ada, mine, token = await in_place(shop, client)
    await make_staff(shop, "boss@example.com")
    assert await refusal_code(client, token) == ""
    if how == "sign out":
        client.token = mine
        await client(SIGN_OUT, everywhere=False)
    elif how == "customer is staff":
        await shop.database.rows(
            text("update accounts_account set kind = 'STAFF' where id = :k returning id").bindparams(k=cleo.id)
        )
    elif how == "customer disabled":
        await shop.database.rows(
            text("update accounts_account set is_active = false where id = :k returning id").bindparams(k=cleo.id)
        )
    else:
        await signed_in(client, "boss@example.com")
        given: dict[str, Any] = {"isActive": False} if how == "disabled" else {"permissions": []}
        await client(STAFF_UPDATE, input={"staffId": ids.encode("staff", ada.id), **given})
    assert await refusal_code(client, token) == "UNAUTHENTICATED"


async def test_it_rests_on_the_sign_in_and_not_on_one_token(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    cleo = await make_customer(shop)
    ada = await make_staff(shop, permissions=[])
    await give_role(shop, ada, await make_role(shop, "Helper", WRITES))
    tokens = await signed_in(client)
    token = (await impersonate(client, cleo))["accessToken"]
    clock.advance(minutes=10)
    refresh = (
        "mutation($t: String!) { tokenRefresh(input: {refreshToken: $t}) { tokens { accessToken refreshToken } } }"
    )
    client.token = None
    renewed = (await client(refresh, t=tokens["refreshToken"]))["tokenRefresh"]["tokens"]
    assert await refusal_code(client, token) == ""
    client.token = renewed["accessToken"]
    await client(SIGN_OUT, everywhere=False)
    assert await refusal_code(client, token) == "UNAUTHENTICATED"


async def test_staff_that_must_have_a_second_factor_acts_as_nobody_without(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    _, _, _, token = await in_place(shop, client)
    shop.resources = {**shop.resources, StaffRules: StaffRules(needs_second_factor=True)}
    assert await refusal_code(client, token) == "UNAUTHENTICATED"
    client.token = None
    await set_up(client, clock)
    assert await refusal_code(client, token) == ""


async def test_what_is_done_is_recorded_under_both_names(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    cleo, ada, _, token = await in_place(shop, client)
    client.token = token
    placed = await complete(client, await ready_checkout(client, goods))
    assert placed["userErrors"] == []
    rows = await shop.database.rows(text("select actor from orders_event where kind = 'PLACED'"))
    assert rows[0][0] == f"CUSTOMER:{cleo.id} by STAFF:{ada.id}"
    log = text("select operation, actor_id, behind_id, facts ->> 'reason' from kit_audit order by position")
    deeds = [tuple(row) for row in await shop.database.rows(log)]
    assert ("customerImpersonate", ada.id, None, "Ticket 4711") in deeds
    assert ("checkoutComplete", cleo.id, ada.id, None) in deeds


async def test_the_reason_is_kept_and_tells_nobody_else(shop: ShopUnderTest, client: Client) -> None:
    await in_place(shop, client)
    [row] = await shop.database.rows(text("select reason from accounts_session where behind_id is not null"))
    assert shop.database.vault.open("reason", row[0]) == "Ticket 4711"
    events = await shop.database.rows(text("select payload::text from kit_event where name = 'ImpersonationBegun'"))
    assert len(events) == 1
    assert "Ticket" not in events[0][0]


async def test_the_customer_sees_it_and_can_end_it(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    _, _, mine, token = await in_place(shop, client)
    client.token = mine
    assert (await client(SESSIONS))["sessions"][0] | {"id": ""} == {
        "id": "", "method": "PASSWORD", "isImpersonated": False, "isCurrent": True, "endedAt": None,
    }  # fmt: skip
    await signed_in(client, "cleo@example.com")
    seen = next(one for one in (await client(SESSIONS))["sessions"] if one["isImpersonated"])
    assert (seen["method"], seen["isCurrent"], seen["endedAt"]) == ("IMPERSONATION", False, None)
    revoke = "mutation($id: ID!) { sessionRevoke(input: {sessionId: $id}) { userErrors { code } } }"
    clock.advance(minutes=1)
    assert (await client(revoke, id=seen["id"]))["sessionRevoke"]["userErrors"] == []
    cleos = client.token
    assert await refusal_code(client, token) == "UNAUTHENTICATED"
    client.token = cleos
    listed = (await client(SESSIONS))["sessions"]
    assert [(one["isImpersonated"], one["endedAt"]) for one in listed] == [
        (False, None),
        (True, "2026-11-22T12:01:00Z"),
    ]


async def test_one_that_ran_out_is_still_seen(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await in_place(shop, client)
    clock.advance(days=80)
    await forget_old(shop.context())
    await signed_in(client, "cleo@example.com")
    listed = (await client(SESSIONS))["sessions"]
    assert [(one["isImpersonated"], one["endedAt"]) for one in listed] == [
        (False, None),
        (True, "2026-11-22T12:30:00Z"),
    ]


async def test_it_is_remembered_for_a_while(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await in_place(shop, client)
    kept = text("select count(*) from accounts_session where behind_id is not null")
    clock.advance(days=89)
    await forget_old(shop.context())
    assert (await shop.database.rows(kept))[0][0] == 1
    clock.advance(days=2)
    await forget_old(shop.context())
    assert (await shop.database.rows(kept))[0][0] == 0
