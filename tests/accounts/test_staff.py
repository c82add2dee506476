"""Managing the staff through the API."""

import asyncio
from typing import Any

import pytest

from commerce.kit import ids
from commerce.kit.actor import Permission
from tests.accounts.documents import STAFF_UPDATE, refusal_code, signed_in
from tests.accounts.factory import make_staff
from tests.conftest import Client, ShopUnderTest

STAFF = """query($first: Int, $after: String) {
  staff(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { email isActive } }
}"""


async def update(client: Client, key: Any, **given: Any) -> dict[str, Any]:
    return (await client(STAFF_UPDATE, input={"staffId": ids.encode("staff", key), **given}))["staffUpdate"]


async def test_only_those_who_manage_the_staff_see_and_change_it(shop: ShopUnderTest, client: Client) -> None:
    ada = await make_staff(shop)
    await make_staff(shop, "bob@example.com", permissions=[Permission.SETTINGS_WRITE])
    text = "query($id: ID!) { node(id: $id) { id } }"
    for token, code in ((False, "UNAUTHENTICATED"), (True, "FORBIDDEN")):
        if token:
            await signed_in(client, "bob@example.com")
        for document, variables in (
            (STAFF, {}),
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
