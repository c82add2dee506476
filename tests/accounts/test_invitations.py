"""How somebody joins the staff: by a letter, and by nothing else."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from commerce.accounts.handlers import forget_old
from commerce.accounts.values import StaffRules
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.settings import Settings
from commerce.shop import staff_rules
from tests.accounts.documents import ACCEPT, STAFF_INVITE, refusal_code, sign_in, signed_in
from tests.accounts.factory import PASSWORD, letters, make_customer, make_role, make_staff
from tests.accounts.test_factors import halted, second, set_up
from tests.channels.factory import make_channel
from tests.conftest import Client, ShopUnderTest, TestClock

BOB = {"email": "Bob@Example.com", "name": " Bob ", "permissions": ["ORDERS_READ"]}
NEW = "lighthouse keeper"
LIST = "{ staffInvitations { totalCount nodes { email status } } }"
FIELDS = '{ __type(name: "StaffInvitation") { fields { name } } }'
REVOKE = """mutation($id: ID!) {
  staffInvitationRevoke(input: {invitationId: $id}) { staffInvitation { status } userErrors { code field } }
}"""


async def invite(client: Client, **given: Any) -> dict[str, Any]:
    return (await client(STAFF_INVITE, input={**BOB, **given}))["staffInvite"]


async def token_of(shop: ShopUnderTest) -> str:
    """The token of the letter that was written last."""
    return (await letters(shop))[0].facts["token"]


async def accept(client: Client, token: str, password: str = NEW, **given: Any) -> dict[str, Any]:
    client.token = None
    sent = {"token": token, "password": password, **given}
    return (await client(ACCEPT, input=sent))["staffInvitationAccept"]


async def invited(shop: ShopUnderTest, client: Client, **given: Any) -> str:
    """The token of somebody whom Ada has invited."""
    await make_staff(shop)
    await signed_in(client)
    assert (await invite(client, **given))["userErrors"] == []
    return await token_of(shop)


async def test_who_is_invited_chooses_a_password_and_is_in(shop: ShopUnderTest, client: Client) -> None:
    web = await make_channel(shop, "web")
    clerk = await make_role(shop, "Clerk", [Permission.ORDERS_WRITE])
    ada = await make_staff(shop)
    await signed_in(client)
    roles = [{"roleId": ids.encode("role", clerk.id), "channelId": ids.encode("channel", web.id)}]
    made = await invite(client, roles=roles)
    assert made["userErrors"] == []
    assert {k: v for k, v in made["staffInvitation"].items() if k != "id"} == {
        "email": "bob@example.com", "name": "Bob", "permissions": ["ORDERS_READ"], "status": "OPEN",
        "createdAt": "2026-11-22T12:00:00Z", "expiresAt": "2026-11-29T12:00:00Z",
        "invitedById": ids.encode("staff", ada.id),
        "roles": [{"role": {"name": "Clerk"}, "channel": {"id": roles[0]["channelId"], "code": "web"}}],
    }  # fmt: skip
    token = await token_of(shop)
    came = await accept(client, token)
    assert came["userErrors"] == []
    assert came["viewer"] | {"id": ""} == {
        "id": "", "name": "Bob", "email": "bob@example.com", "permissions": ["ORDERS_READ"],
        "channelPermissions": [{"channel": {"id": roles[0]["channelId"]}, "permissions": ["ORDERS_WRITE"]}],
    }  # fmt: skip
    assert await refusal_code(client, came["tokens"]["accessToken"]) == ""
    log = text("select actor_id, subject from kit_audit where operation = 'staffInvitationAccept'")
    [deed] = await shop.database.rows(log)
    assert tuple(deed) == (ids.decode("staff", came["viewer"]["id"]), made["staffInvitation"]["id"])
    client.token = None
    assert (await sign_in(client, "bob@example.com", NEW))["viewer"]["id"] == came["viewer"]["id"]
    await signed_in(client)
    assert (await client(LIST))["staffInvitations"]["nodes"] == [{"email": "bob@example.com", "status": "ACCEPTED"}]


async def test_the_letter_says_where_to_go_in_the_language_of_who_writes(shop: ShopUnderTest, client: Client) -> None:
    token = await invited(shop, client)
    [letter] = await letters(shop)
    assert (letter.recipient.address, letter.subject) == ("bob@example.com", "You are invited to join the staff")
    assert f"Choose a password with this code: {token} " in letter.text
    await client(STAFF_INVITE, {"Accept-Language": "zh-CN"}, input=BOB)
    assert (await letters(shop))[0].subject == "邀请您加入员工团队"


async def test_the_letter_leads_to_the_page_of_the_merchant(
    shop: ShopUnderTest, client: Client, settings: Settings
) -> None:
    changed = settings.model_copy(update={"staff_url": "https://admin.example.com/welcome"})
    shop.resources = {**shop.resources, StaffRules: staff_rules(changed)}
    await make_staff(shop)
    await signed_in(client)
    await invite(client)
    [letter] = await letters(shop)
    assert f"https://admin.example.com/welcome#invitation={letter.facts['token']} " in letter.text


async def test_the_token_is_in_the_letter_only(shop: ShopUnderTest, client: Client) -> None:
    token = await invited(shop, client)
    kept = await shop.database.rows(text("select row_to_json(r)::text from accounts_invitation r"))
    assert all(token not in row[0] and "bob@example.com" not in row[0] for row in kept)
    fields = {field["name"] for field in (await client(FIELDS))["__type"]["fields"]}
    assert not any("token" in name.lower() for name in fields)


async def test_invitations_that_cannot_be_are_refused_and_nobody_is_written_to(
    shop: ShopUnderTest, client: Client
) -> None:
    await make_staff(shop, permissions=[Permission.STAFF_WRITE, Permission.ORDERS_READ])
    boss = await make_role(shop, "Boss", [Permission.SETTINGS_WRITE])
    await signed_in(client)
    for given, code, field in (
        ({"email": "ADA@example.com"}, "TAKEN", ["email"]),
        ({"email": "bob"}, "INVALID", ["email"]),
        ({"email": f"{'b' * 250}@example.com"}, "INVALID", ["email"]),
        ({"name": "  "}, "REQUIRED", ["name"]),
        ({"name": "x" * 101}, "INVALID", ["name"]),
        ({"permissions": ["ORDERS_READ", "ORDERS_READ"]}, "INVALID", ["permissions"]),
        ({"permissions": ["ORDERS_READ", "STOCK_WRITE"]}, "INVALID", ["permissions"]),
        ({"roles": [{"roleId": ids.encode("role", boss.id)}]}, "INVALID", ["roles", "0", "roleId"]),
        ({"roles": [{"roleId": "role_1"}]}, "NOT_FOUND", ["roles", "0", "roleId"]),
    ):
        refused = await invite(client, **given)
        assert refused["staffInvitation"] is None
        assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [(code, ["input", *field])], given
    assert (await client(LIST))["staffInvitations"]["totalCount"] == 0
    assert await letters(shop) == []


async def test_only_those_who_manage_the_staff_invite(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop, permissions=[Permission.SETTINGS_WRITE])
    await signed_in(client)
    for document, variables in ((STAFF_INVITE, {"input": BOB}), (LIST, {}), (REVOKE, {"id": "staff_invitation_1"})):
        answer = await client.send(document, **variables)
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["FORBIDDEN"]


async def test_an_invitation_is_good_once(shop: ShopUnderTest, client: Client) -> None:
    token = await invited(shop, client)
    assert (await accept(client, token))["userErrors"] == []
    again = await accept(client, token, "another password")
    assert (again["tokens"], [e["code"] for e in again["userErrors"]]) == (None, ["CREDENTIAL_REJECTED"])
    assert (await sign_in(client, "bob@example.com", NEW))["tokens"]


async def test_wrong_old_and_revoked_tokens_let_nobody_in(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    first = await invited(shop, client)
    mine = client.token
    made = await invite(client)
    second = await token_of(shop)
    assert await codes(client, first) == ["CREDENTIAL_REJECTED"]  # another one took its place
    assert await codes(client, "") == await codes(client, "x" * 43) == ["CREDENTIAL_REJECTED"]
    client.token = mine
    for _ in range(2):
        revoked = (await client(REVOKE, id=made["staffInvitation"]["id"]))["staffInvitationRevoke"]
        assert revoked == {"staffInvitation": {"status": "REVOKED"}, "userErrors": []}
    assert await codes(client, second) == ["CREDENTIAL_REJECTED"]
    client.token = mine
    await invite(client)
    third = await token_of(shop)
    clock.advance(days=7)
    assert await codes(client, third) == ["CREDENTIAL_REJECTED"]
    await signed_in(client)
    assert [one["status"] for one in (await client(LIST))["staffInvitations"]["nodes"]] == [
        "EXPIRED", "REVOKED", "REVOKED",
    ]  # fmt: skip
    assert (await client("{ staff { totalCount } }"))["staff"]["totalCount"] == 1


async def codes(client: Client, token: str) -> list[str]:
    return [error["code"] for error in (await accept(client, token))["userErrors"]]


async def test_what_was_accepted_is_not_withdrawn(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await signed_in(client)
    mine, made = client.token, await invite(client)
    await accept(client, await token_of(shop))
    client.token = mine
    refused = (await client(REVOKE, id=made["staffInvitation"]["id"]))["staffInvitationRevoke"]
    assert refused["userErrors"] == [{"code": "STATE_NOT_ALLOWED", "field": ["input", "invitationId"]}]
    unknown = (await client(REVOKE, id=ids.encode("staff_invitation", ids.new_key())))["staffInvitationRevoke"]
    assert [error["code"] for error in unknown["userErrors"]] == ["NOT_FOUND"]


async def test_a_password_that_is_too_weak_leaves_the_invitation_open(shop: ShopUnderTest, client: Client) -> None:
    token = await invited(shop, client)
    for given, field in (({"password": "bob"}, "password"), ({"name": " "}, "name")):
        refused = await accept(client, token, **given)
        assert [e["field"] for e in refused["userErrors"]] == [["input", field]]
    assert (await accept(client, token, name="Robert"))["viewer"]["name"] == "Robert"


async def test_a_customer_with_the_address_becomes_one_of_the_staff(shop: ShopUnderTest, client: Client) -> None:
    cleo = await make_customer(shop)
    before = await signed_in(client, "cleo@example.com")
    token = await invited(shop, client, email="cleo@example.com")
    came = await accept(client, token)
    assert came["viewer"]["id"] == ids.encode("staff", cleo.id)
    assert await refusal_code(client, before["accessToken"]) == "UNAUTHENTICATED"
    client.token = None
    assert (await sign_in(client, "cleo@example.com", PASSWORD))["userErrors"][0]["code"] == "CREDENTIAL_REJECTED"
    assert (await sign_in(client, "cleo@example.com", NEW))["viewer"]["permissions"] == ["ORDERS_READ"]


async def test_a_customer_with_a_second_factor_still_shows_it(
    shop: ShopUnderTest, client: Client, clock: TestClock
) -> None:
    await make_customer(shop)
    _, recovery = await set_up(client, clock, "cleo@example.com")
    token = await invited(shop, client, email="cleo@example.com")
    came = await accept(client, token)
    assert (came["tokens"], [error["code"] for error in came["userErrors"]]) == (None, ["SECOND_FACTOR_REQUIRED"])
    challenge = await halted(client, "cleo@example.com", NEW)
    client.token = (await second(client, challenge, recovery[0]))["tokens"]["accessToken"]
    assert (await client("{ viewer { permissions } }"))["viewer"]["permissions"] == ["ORDERS_READ"]


async def test_an_account_that_is_closed_is_not_opened_by_an_invitation(shop: ShopUnderTest, client: Client) -> None:
    await make_customer(shop, is_active=False)
    token = await invited(shop, client, email="cleo@example.com")
    assert await codes(client, token) == ["CREDENTIAL_REJECTED"]


async def test_what_somebody_promised_ends_with_them(shop: ShopUnderTest, client: Client) -> None:
    token = await invited(shop, client)
    boss = await make_staff(shop, "boss@example.com")
    await signed_in(client, "boss@example.com")
    members = (await client("{ staff { nodes { id } } }"))["staff"]["nodes"]
    ada = next(one["id"] for one in members if one["id"] != ids.encode("staff", boss.id))
    disable = "mutation($id: ID!) { staffUpdate(input: {staffId: $id, isActive: false}) { userErrors { code } } }"
    await client(disable, id=ada)
    assert await codes(client, token) == ["CREDENTIAL_REJECTED"]


async def test_the_same_request_again_writes_one_letter(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await signed_in(client)
    made = [
        (await client(STAFF_INVITE, {"Idempotency-Key": "1"}, input=BOB))["staffInvite"]["staffInvitation"]["id"]
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert len(await letters(shop)) == 1


async def test_old_invitations_are_forgotten(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    await invited(shop, client)
    clock.advance(days=36)
    await forget_old(shop.context())
    await signed_in(client)
    assert (await client(LIST))["staffInvitations"]["totalCount"] == 1
    clock.advance(days=2)
    await forget_old(shop.context())
    await signed_in(client)
    assert (await client(LIST))["staffInvitations"]["totalCount"] == 0


@pytest.mark.race
async def test_an_invitation_that_is_accepted_twice_at_once_lets_one_in(racing_shop: ShopUnderTest) -> None:
    clients = [Client(racing_shop) for _ in range(4)]
    token = await invited(racing_shop, clients[0])
    answers = await asyncio.gather(*(accept(one, token, f"{NEW} {i}") for i, one in enumerate(clients)))
    assert sorted(bool(one["tokens"]) for one in answers) == [False, False, False, True]
    assert {e["code"] for one in answers for e in one["userErrors"]} == {"CREDENTIAL_REJECTED"}


@pytest.mark.race
async def test_of_invitations_to_one_address_at_once_one_is_open(racing_shop: ShopUnderTest) -> None:
    await make_staff(racing_shop)
    clients = [Client(racing_shop) for _ in range(4)]
    await signed_in(clients[0])
    for one in clients:
        one.token = clients[0].token
    await asyncio.gather(*(invite(one) for one in clients))
    states = [one["status"] for one in (await clients[0](LIST))["staffInvitations"]["nodes"]]
    assert sorted(states) == ["OPEN", "REVOKED", "REVOKED", "REVOKED"]
