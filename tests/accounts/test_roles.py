"""Roles, and what they allow everywhere or in one channel."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from commerce.kit import ids
from commerce.kit.actor import Permission
from tests.accounts.documents import ROLES_SET, signed_in
from tests.accounts.factory import give_role, make_role, make_staff
from tests.channels.factory import make_channel
from tests.conftest import Client, ShopUnderTest

CREATE = """mutation($input: RoleCreateInput!) {
  roleCreate(input: $input) { role { id name permissions createdAt } userErrors { code field message } }
}"""
UPDATE = """mutation($input: RoleUpdateInput!) {
  roleUpdate(input: $input) { role { name permissions } userErrors { code field } }
}"""
DELETE = """mutation($input: RoleDeleteInput!) {
  roleDelete(input: $input) { userErrors { code field ... on RoleInUseError { members invitations } } }
}"""
ROLES = "query($first: Int, $after: String) { roles(first: $first, after: $after) { totalCount pageInfo { endCursor } nodes { name } } }"
VIEWER = "{ viewer { permissions channelPermissions { channel { code } permissions } } }"


async def create(client: Client, name: str = "Support", *permissions: str) -> dict[str, Any]:
    return (await client(CREATE, input={"name": name, "permissions": list(permissions)}))["roleCreate"]


async def update(client: Client, key: UUID, **given: Any) -> dict[str, Any]:
    return (await client(UPDATE, input={"roleId": ids.encode("role", key), **given}))["roleUpdate"]


async def delete(client: Client, key: UUID) -> list[dict[str, Any]]:
    return (await client(DELETE, input={"roleId": ids.encode("role", key)}))["roleDelete"]["userErrors"]


async def give(client: Client, member: UUID, *roles: tuple[UUID, UUID | None]) -> dict[str, Any]:
    given = [
        {"roleId": ids.encode("role", role), "channelId": ids.encode("channel", channel) if channel else None}
        for role, channel in roles
    ]
    return (await client(ROLES_SET, input={"staffId": ids.encode("staff", member), "roles": given}))["staffUpdate"]


async def test_a_role_is_made_changed_listed_and_removed(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    await signed_in(client)
    made = await create(client, " Support ", "ORDERS_WRITE", "ORDERS_READ")
    assert made["userErrors"] == []
    assert made["role"] == {
        "id": made["role"]["id"], "name": "Support", "permissions": ["ORDERS_READ", "ORDERS_WRITE"],
        "createdAt": "2026-11-22T12:00:00Z",
    }  # fmt: skip
    key = ids.decode("role", made["role"]["id"])
    assert key
    changed = await update(client, key, permissions=["ORDERS_READ"], name="Help")
    assert changed["role"] == {"name": "Help", "permissions": ["ORDERS_READ"]}
    await create(client, "Abacus")
    page = (await client(ROLES, first=1))["roles"]
    assert (page["totalCount"], page["nodes"]) == (2, [{"name": "Abacus"}])
    rest = (await client(ROLES, after=page["pageInfo"]["endCursor"]))["roles"]
    assert rest["nodes"] == [{"name": "Help"}]
    assert await delete(client, key) == []
    assert [error["code"] for error in await delete(client, key)] == ["NOT_FOUND"]
    assert await client("query($id: ID!) { node(id: $id) { id } }", id=made["role"]["id"]) == {"node": None}


async def test_roles_that_cannot_be_are_refused(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop, permissions=[Permission.STAFF_WRITE, Permission.ORDERS_READ])
    role = await make_role(shop)
    await signed_in(client)
    for name, permissions, code, field in (
        ("Support", [], "TAKEN", "name"),
        (" ", [], "REQUIRED", "name"),
        ("x" * 101, [], "INVALID", "name"),
        ("Boss", ["ORDERS_READ", "STOCK_WRITE"], "INVALID", "permissions"),
        ("Boss", ["ORDERS_READ", "ORDERS_READ"], "INVALID", "permissions"),
    ):
        refused = (await create(client, name, *permissions))["userErrors"]
        assert [(e["code"], e["field"]) for e in refused] == [(code, ["input", field])]
    assert (await update(client, role.id, permissions=["STOCK_WRITE"]))["userErrors"] == [
        {"code": "INVALID", "field": ["input", "permissions"]}
    ]
    other = await make_role(shop, "Other")
    assert (await update(client, other.id, name="Support"))["userErrors"] == [
        {"code": "TAKEN", "field": ["input", "name"]}
    ]
    assert (await client(ROLES))["roles"]["totalCount"] == 2


async def test_a_role_that_is_used_stays(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    bob = await make_staff(shop, "bob@example.com", permissions=[])
    role, promised = await make_role(shop), await make_role(shop, "Promised")
    await give_role(shop, bob, role)
    await signed_in(client)
    invite = 'mutation($id: ID!) { staffInvite(input: {email: "x@example.com", name: "X", roles: [{roleId: $id}]}) { userErrors { code } } }'
    assert (await client(invite, id=ids.encode("role", promised.id)))["staffInvite"]["userErrors"] == []
    [used] = await delete(client, role.id)
    assert used == {"code": "IN_USE", "field": ["input", "roleId"], "members": 1, "invitations": 0}
    assert [(e["members"], e["invitations"]) for e in await delete(client, promised.id)] == [(0, 1)]
    assert (await give(client, bob.id))["userErrors"] == []
    assert await delete(client, role.id) == []


async def test_roles_add_up_everywhere_and_in_their_channels(shop: ShopUnderTest, client: Client) -> None:
    web, mini = await make_channel(shop, "web"), await make_channel(shop, "mini")
    await make_staff(shop)
    bob = await make_staff(shop, "bob@example.com", permissions=[Permission.ORDERS_READ])
    packer = await make_role(shop, "Packer", [Permission.STOCK_WRITE])
    clerk = await make_role(shop, "Clerk", [Permission.ORDERS_WRITE, Permission.ORDERS_READ])
    await signed_in(client)
    changed = await give(client, bob.id, (packer.id, None), (clerk.id, web.id), (clerk.id, mini.id))
    assert changed["userErrors"] == []
    in_order = sorted([ids.encode("channel", web.id), ids.encode("channel", mini.id)])
    assert changed["staffMember"] == {
        "permissions": ["ORDERS_READ"],
        "effectivePermissions": ["STOCK_WRITE", "ORDERS_READ"],
        "roles": [
            {"role": {"name": "Clerk"}, "channel": {"id": ids.encode("channel", one.id), "code": one.code}}
            for one in sorted((web, mini), key=lambda one: one.id)
        ]
        + [{"role": {"name": "Packer"}, "channel": None}],
        "channelPermissions": [{"channel": {"id": one}, "permissions": ["ORDERS_WRITE"]} for one in in_order],
    }
    await signed_in(client, "bob@example.com")
    viewer = (await client(VIEWER))["viewer"]
    assert viewer["permissions"] == ["STOCK_WRITE", "ORDERS_READ"]
    assert {one["channel"]["code"]: one["permissions"] for one in viewer["channelPermissions"]} == {
        "web": ["ORDERS_WRITE"], "mini": ["ORDERS_WRITE"],
    }  # fmt: skip


async def test_what_a_role_allows_counts_with_the_next_request(shop: ShopUnderTest, client: Client) -> None:
    await make_staff(shop)
    bob, role = await make_staff(shop, "bob@example.com", permissions=[]), await make_role(shop)
    await give_role(shop, bob, role)
    await signed_in(client, "bob@example.com")
    bobs = client.token
    assert (await client.send(ROLES))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    await signed_in(client)
    await update(client, role.id, permissions=["STAFF_WRITE"])
    mine, client.token = client.token, bobs
    assert (await client(ROLES))["roles"]["totalCount"] == 1
    client.token = mine
    await give(client, bob.id)
    client.token = bobs
    assert (await client.send(ROLES))["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_who_manages_the_staff_of_one_channel_manages_none(shop: ShopUnderTest, client: Client) -> None:
    web = await make_channel(shop, "web")
    await make_staff(shop)
    bob = await make_staff(shop, "bob@example.com", permissions=[])
    manager = await make_role(shop, "Manager", [Permission.STAFF_WRITE])
    await give_role(shop, bob, manager, web.id)
    await signed_in(client, "bob@example.com")
    for document, variables in (
        (ROLES, {}),
        (CREATE, {"input": {"name": "X", "permissions": []}}),
        (ROLES_SET, {"input": {"staffId": ids.encode("staff", bob.id), "roles": []}}),
    ):
        answer = await client.send(document, **variables)
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["FORBIDDEN"]


async def test_nobody_gives_by_a_role_what_they_do_not_hold_in_that_place(shop: ShopUnderTest, client: Client) -> None:
    web, mini = await make_channel(shop, "web"), await make_channel(shop, "mini")
    ada = await make_staff(shop, permissions=[Permission.STAFF_WRITE])
    clerk = await make_role(shop, "Clerk", [Permission.ORDERS_READ])
    await give_role(shop, ada, clerk, web.id)
    bob = await make_staff(shop, "bob@example.com", permissions=[])
    await signed_in(client)
    for channel in (None, mini.id):
        refused = await give(client, bob.id, (clerk.id, channel))
        assert refused["userErrors"][0] | {"message": ""} == {
            "code": "INVALID", "field": ["input", "roles", "0", "roleId"], "message": "",
        }  # fmt: skip
    assert (await give(client, bob.id, (clerk.id, web.id)))["userErrors"] == []
    kept = await make_role(shop, "Kept", [Permission.SETTINGS_WRITE])
    await give_role(shop, bob, kept)
    again = await give(client, bob.id, (kept.id, None), (clerk.id, web.id))  # what somebody has they may keep
    assert again["userErrors"] == []


async def test_unknown_and_doubled_roles_are_refused(shop: ShopUnderTest, client: Client) -> None:
    web, ada, role = await make_channel(shop, "web"), await make_staff(shop), await make_role(shop)
    await signed_in(client)
    for given, code, field in (
        ([(ids.new_key(), None)], "NOT_FOUND", ["roles", "0", "roleId"]),
        ([(role.id, None), (role.id, ids.new_key())], "NOT_FOUND", ["roles", "1", "channelId"]),
        ([(role.id, web.id), (role.id, web.id)], "INVALID", ["roles", "1"]),
    ):
        refused = (await give(client, ada.id, *given))["userErrors"]
        assert [(e["code"], e["field"]) for e in refused] == [(code, ["input", *field])]


async def test_the_last_who_manages_the_staff_by_a_role_remains(shop: ShopUnderTest, client: Client) -> None:
    ada = await make_staff(shop, permissions=[])
    manager = await make_role(shop, "Manager", [Permission.STAFF_WRITE])
    await give_role(shop, ada, manager)
    await signed_in(client)
    assert (await give(client, ada.id))["userErrors"][0]["code"] == "STATE_NOT_ALLOWED"
    assert (await update(client, manager.id, permissions=[]))["userErrors"] == [
        {"code": "STATE_NOT_ALLOWED", "field": ["input", "permissions"]}
    ]
    assert (await client(ROLES))["roles"]["totalCount"] == 1
    bob = await make_staff(shop, "bob@example.com", permissions=[])
    assert (await give(client, bob.id, (manager.id, None)))["userErrors"] == []
    assert (await give(client, ada.id))["userErrors"] == []


@pytest.mark.race
async def test_two_managers_by_role_who_dismiss_each_other_leave_one(racing_shop: ShopUnderTest) -> None:
    clients, keys = [Client(racing_shop), Client(racing_shop)], []
    manager = await make_role(racing_shop, "Manager", [Permission.STAFF_WRITE])
    for client, email in zip(clients, ("ada@example.com", "bob@example.com"), strict=True):
        member = await make_staff(racing_shop, email, permissions=[])
        await give_role(racing_shop, member, manager)
        keys.append(member.id)
        await signed_in(client, email)
    answers = await asyncio.gather(give(clients[0], keys[1]), give(clients[1], keys[0]), return_exceptions=True)
    done = [one for one in answers if isinstance(one, dict) and not one["userErrors"]]
    assert len(done) == 1
    clients[0].act()
    assert (await clients[0]("{ staff { nodes { effectivePermissions } } }"))["staff"]["nodes"].count(
        {"effectivePermissions": ["STAFF_WRITE"]}
    ) == 1


@pytest.mark.race
async def test_a_role_that_is_given_while_it_goes_is_given_or_gone(racing_shop: ShopUnderTest) -> None:
    bob = await make_staff(racing_shop, "bob@example.com", permissions=[])
    client = Client(racing_shop)
    client.act()
    for i in range(5):
        role = await make_role(racing_shop, f"Role {i}")
        given, gone = await asyncio.gather(give(client, bob.id, (role.id, None)), delete(client, role.id))
        codes = [error["code"] for error in given["userErrors"]], [error["code"] for error in gone]
        assert codes in (([], ["IN_USE"]), (["NOT_FOUND"], []))
