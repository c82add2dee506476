"""Managing the staff through the API."""

import asyncio
from typing import Any

import pytest

from commerce.kit import ids
from commerce.kit.actor import Permission
from tests.accounts.documents import STAFF_CREATE, STAFF_UPDATE, refusal_code, sign_in, signed_in
from tests.accounts.factory import make_staff
from tests.conftest import Client, ShopUnderTest

BOB = {
    "email": "Bob@Example.com", "name": " Bob ", "password": "lighthouse keeper", "permissions": ["ORDERS_READ"],
}  # fmt: skip
STAFF = """query($first: Int, $after: String) {
  staff(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { email isActive } }
}"""


async def create(client: Client, **given: Any) -> dict[str, Any]:
    return (await client(STAFF_CREATE, input={**BOB, **given}))["staffCreate"]


async def update(client: Client, key: Any, **given: Any) -> dict[str, Any]:
    return (await client(STAFF_UPDATE, input={"staffId": ids.encode("staff", key), **given}))["staffUpdate"]


async def test_manager_lets_somebody_in_who_then_signs_in(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await signed_in(client)
    made = await create(client)
    assert made["userErrors"] == []
    assert {k: v for k, v in made["staffMember"].items() if k != "id"} == {
        "name": "Bob", "email": "bob@example.com", "permissions": ["ORDERS_READ"], "isActive": True,
        "createdAt": "2026-11-22T12:00:00Z",
    }  # fmt: skip
    client.token = None
    assert (await sign_in(client, "bob@example.com", "lighthouse keeper"))["viewer"]["id"] == made["staffMember"]["id"]


async def test_staff_that_cannot_be_is_refused_and_nobody_comes_in(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop, permissions=[Permission.STAFF_WRITE, Permission.ORDERS_READ])
    await signed_in(client)
    for given, code, field in (
        ({"email": "ADA@example.com"}, "TAKEN", "email"),
        ({"email": "bob"}, "INVALID", "email"),
        ({"email": f"{'b' * 250}@example.com"}, "INVALID", "email"),
        ({"name": "  "}, "REQUIRED", "name"),
        ({"name": "x" * 101}, "INVALID", "name"),
        ({"password": "bob"}, "INVALID", "password"),
        ({"password": "Password123"}, "INVALID", "password"),
        ({"permissions": ["ORDERS_READ", "ORDERS_READ"]}, "INVALID", "permissions"),
        ({"permissions": ["ORDERS_READ", "STOCK_WRITE"]}, "INVALID", "permissions"),
    ):
        refused = await create(client, **given)
        assert refused["staffMember"] is None
        assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [(code, ["input", field])], given
    assert (await client(STAFF))["staff"]["totalCount"] == 1


async def test_only_those_who_manage_the_staff_see_and_change_it(shop: ShopUnderTest, client: Client) -> None:
    ada = await make_staff(shop)
    await make_staff(shop, "bob@example.com", permissions=[Permission.SETTINGS_WRITE])
    text = "query($id: ID!) { node(id: $id) { id } }"
    for token, code in ((False, "UNAUTHENTICATED"), (True, "FORBIDDEN")):
        if token:
            await signed_in(client, "bob@example.com")
        for document, variables in (
            (STAFF, {}),
            (STAFF_CREATE, {"input": BOB}),
            (STAFF_UPDATE, {"input": {"staffId": ids.encode("staff", ada.id), "isActive": False}}),
        ):
            answer = await client.send(document, **variables)
            assert [e["extensions"]["code"] for e in answer["errors"]] == [code]
        assert await client(text, id=ids.encode("staff", ada.id)) == {"node": None}


async def test_the_staff_is_listed_in_pages(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await make_staff(shop, "bob@example.com", is_active=False)
    await signed_in(client)
    page = (await client(STAFF, first=1))["staff"]
    assert (page["totalCount"], page["nodes"]) == (2, [{"email": "ada@example.com", "isActive": True}])
    assert page["pageInfo"]["hasNextPage"]
    rest = (await client(STAFF, after=page["pageInfo"]["endCursor"]))["staff"]
    assert rest["nodes"] == [{"email": "bob@example.com", "isActive": False}]
    assert not rest["pageInfo"]["hasNextPage"]


async def test_disabled_staff_is_out_at_once_and_stays_signed_out(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    bob = await make_staff(shop, "bob@example.com", permissions=[])
    bobs = await signed_in(client, "bob@example.com")
    await signed_in(client)
    assert (await update(client, bob.id, isActive=False))["staffMember"]["isActive"] is False
    mine = client.token
    assert await refusal_code(client, bobs["accessToken"]) == "UNAUTHENTICATED"
    client.token = mine
    assert (await update(client, bob.id, isActive=True))["staffMember"]["isActive"] is True
    assert await refusal_code(client, bobs["accessToken"]) == "UNAUTHENTICATED"


async def test_taken_permissions_are_gone_with_the_next_request(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    bob = await make_staff(shop, "bob@example.com")
    await signed_in(client, "bob@example.com")
    bobs = client.token
    await signed_in(client)
    changed = await update(client, bob.id, permissions=["ORDERS_READ"], name="Robert")
    assert changed["staffMember"] == {"name": "Robert", "permissions": ["ORDERS_READ"], "isActive": True}
    client.token = bobs
    answer = await client.send(STAFF)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_nobody_gives_what_they_do_not_hold_but_may_leave_it_to_others(
    shop: ShopUnderTest, client: Client
) -> None:
    ada = await make_staff(shop, permissions=[Permission.STAFF_WRITE])
    bob = await make_staff(shop, "bob@example.com", permissions=[Permission.ORDERS_READ])
    await signed_in(client)
    for key in (ada.id, bob.id):
        refused = await update(client, key, permissions=["STAFF_WRITE", "SETTINGS_WRITE"], name="Else")
        assert refused["userErrors"] == [{"code": "INVALID", "field": ["input", "permissions"]}]
    kept = await update(client, bob.id, permissions=["ORDERS_READ", "STAFF_WRITE"])
    assert kept["staffMember"] == {"name": "Ada", "permissions": ["ORDERS_READ", "STAFF_WRITE"], "isActive": True}


async def test_the_last_who_manages_the_staff_remains(shop: ShopUnderTest, client: Client) -> None:
    ada = await make_staff(shop)
    bob = await make_staff(shop, "bob@example.com")
    await make_staff(shop, "eve@example.com", is_active=False)
    await signed_in(client)
    assert (await update(client, bob.id, isActive=False))["userErrors"] == []
    for given, field in (({"isActive": False}, "isActive"), ({"permissions": ["ORDERS_READ"]}, "permissions")):
        refused = await update(client, ada.id, **given)
        assert refused["userErrors"] == [{"code": "STATE_NOT_ALLOWED", "field": ["input", field]}]
    assert (await client(STAFF))["staff"]["nodes"][0] == {"email": "ada@example.com", "isActive": True}
    assert (await update(client, bob.id, isActive=True))["userErrors"] == []
    assert (await update(client, ada.id, isActive=False))["userErrors"] == []


async def test_unknown_members_are_not_found(shop: ShopUnderTest, client: Client) -> None:
    ada = await make_staff(shop)
    await signed_in(client)
    for staff_id in ("staff_1", "nonsense", ids.encode("channel", ada.id), ids.encode("staff", ids.new_key())):
        refused = (await client(STAFF_UPDATE, input={"staffId": staff_id, "isActive": False}))["staffUpdate"]
        assert refused["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "staffId"]}]


async def test_the_same_request_again_makes_nobody_twice(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await signed_in(client)
    made = [
        (await client(STAFF_CREATE, {"Idempotency-Key": "1"}, input=BOB))["staffCreate"]["staffMember"]["id"]
        for _ in range(2)
    ]
    assert made[0] == made[1]


@pytest.mark.race
async def test_two_managers_who_disable_each_other_leave_one(racing_shop: ShopUnderTest) -> None:
    ada = await make_staff(racing_shop)
    bob = await make_staff(racing_shop, "bob@example.com")
    clients = [Client(racing_shop), Client(racing_shop)]
    await signed_in(clients[0])
    await signed_in(clients[1], "bob@example.com")
    await asyncio.gather(
        clients[0].send(STAFF_UPDATE, input={"staffId": ids.encode("staff", bob.id), "isActive": False}),
        clients[1].send(STAFF_UPDATE, input={"staffId": ids.encode("staff", ada.id), "isActive": False}),
    )
    clients[0].act()
    active = [node["isActive"] for node in (await clients[0](STAFF))["staff"]["nodes"]]
    assert sorted(active) == [False, True]
