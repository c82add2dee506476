"""Groups of customers."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from commerce.customers import queries
from commerce.kit import ids
from commerce.kit.actor import Permission
from commerce.kit.ids import new_key
from tests.conftest import Client, ShopUnderTest
from tests.customers.documents import GROUP_CREATE, GROUP_DELETE, GROUP_UPDATE, MEMBERS_ADD, MEMBERS_REMOVE
from tests.customers.factory import act_as, act_in, make_customer
from tests.shopfront import open_shop

MEMBERS = "query($group: ID!) { customers(groupId: $group) { totalCount nodes { id groups { code } } } }"


def cid(key: UUID) -> str:
    return ids.encode("customer", key)


async def create(client: Client, code: str = "b2b", **given: Any) -> str:
    made = (await client(GROUP_CREATE, input={"code": code, "name": code.title(), **given}))["customerGroupCreate"]
    assert made["userErrors"] == []
    return made["customerGroup"]["id"]


async def test_customers_are_put_into_groups_and_taken_out_many_at_once(shop: ShopUnderTest, client: Client) -> None:
    people = [cid(await make_customer(shop, f"c{i}@example.com")) for i in range(5)]
    client.act(Permission.CUSTOMERS_WRITE)
    b2b, vip = await create(client), await create(client, "vip")
    for _ in range(2):
        assert (await client(MEMBERS_ADD, group=b2b, customers=[*people, people[0]]))["customerGroupMembersAdd"] == {
            "customerGroup": {"code": "b2b"}, "userErrors": [],
        }  # fmt: skip
    await client(MEMBERS_ADD, group=vip, customers=people[:1])
    members = (await client(MEMBERS, group=b2b))["customers"]
    assert members["totalCount"] == 5
    assert members["nodes"][-1] == {"id": people[0], "groups": [{"code": "b2b"}, {"code": "vip"}]}
    await client(MEMBERS_REMOVE, group=b2b, customers=people[1:])
    assert [one["id"] for one in (await client(MEMBERS, group=b2b))["customers"]["nodes"]] == people[:1]


async def test_many_members_take_no_more_statements_than_few(shop: ShopUnderTest, client: Client, counted: Any) -> None:
    people = [cid(await make_customer(shop, f"c{i}@example.com")) for i in range(9)]
    client.act(Permission.CUSTOMERS_WRITE)
    group = await create(client)
    counts = []
    for some in (people[:1], people[1:]):
        counted()
        await client(MEMBERS_ADD, group=group, customers=some)
        counts.append(len(counted()))
    assert counts[0] == counts[1]


async def test_unknown_customers_are_named_and_nobody_is_added(shop: ShopUnderTest, client: Client) -> None:
    mia = await make_customer(shop)
    client.act(Permission.CUSTOMERS_WRITE)
    group = await create(client)
    customers = [cid(mia), cid(new_key()), "nonsense", ids.encode("staff", mia)]
    refused = (await client(MEMBERS_ADD, group=group, customers=customers))["customerGroupMembersAdd"]
    assert refused["userErrors"] == [
        {"code": "NOT_FOUND", "field": ["input", "customerIds", str(i)]} for i in (1, 2, 3)
    ]
    assert (await client(MEMBERS, group=group))["customers"]["totalCount"] == 0


async def test_groups_are_made_changed_and_removed(shop: ShopUnderTest, client: Client) -> None:
    mia = await make_customer(shop)
    client.act(Permission.CUSTOMERS_WRITE)
    group = await create(client, isTaxExempt=True)
    await client(MEMBERS_ADD, group=group, customers=[cid(mia)])
    for given, code, field in (
        ({"code": "b2b"}, "TAKEN", "code"), ({"code": "B 2"}, "INVALID", "code"), ({"name": " "}, "REQUIRED", "name"),
    ):  # fmt: skip
        refused = (await client(GROUP_CREATE, input={"code": "x", "name": "X", **given}))["customerGroupCreate"]
        assert refused["userErrors"] == [{"code": code, "field": ["input", field]}]
    changed = (await client(GROUP_UPDATE, input={"groupId": group, "name": "Shops"}))["customerGroupUpdate"]
    assert changed["customerGroup"] == {"name": "Shops", "isTaxExempt": True}
    assert [one.is_tax_exempt for one in await queries.groups_of(shop.context(), mia)] == [True]
    assert (await client(GROUP_DELETE, id=group))["customerGroupDelete"] == {"deletedId": group, "userErrors": []}
    assert await queries.groups_of(shop.context(), mia) == frozenset()
    assert (await client(GROUP_DELETE, id=group))["customerGroupDelete"]["userErrors"] == [{"code": "NOT_FOUND"}]
    assert (await client("{ customerGroups { totalCount } }"))["customerGroups"]["totalCount"] == 0


async def test_groups_are_seen_in_a_channel_and_changed_only_everywhere(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    client.act()
    group = await create(client)
    node = "query($id: ID!) { node(id: $id) { id } }"
    act_in(client, goods.channels["web"], Permission.CUSTOMERS_WRITE)
    assert (await client(node, id=group))["node"] == {"id": group}
    assert (await client("{ customerGroups { nodes { id } } }"))["customerGroups"]["nodes"] == [{"id": group}]
    answer = await client.send(GROUP_DELETE, id=group)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    act_as(client, await make_customer(shop))
    assert (await client(node, id=group))["node"] is None


@pytest.mark.race
async def test_members_that_are_added_and_removed_at_once_are_in_or_out(racing_shop: ShopUnderTest) -> None:
    client = Client(racing_shop)
    people = [cid(await make_customer(racing_shop, f"c{i}@example.com")) for i in range(6)]
    client.act()
    group = await create(client)
    texts = [MEMBERS_ADD, MEMBERS_REMOVE, MEMBERS_ADD, MEMBERS_ADD, MEMBERS_REMOVE, MEMBERS_ADD]
    some = [people, people[::-1], people[3:], people[:3], people[::2], people[::-1]]
    answers = await asyncio.gather(
        *(client(text, group=group, customers=keys) for text, keys in zip(texts, some, strict=True))
    )
    assert [next(iter(answer.values()))["userErrors"] for answer in answers] == [[]] * 6
    await client(MEMBERS_ADD, group=group, customers=people)
    assert (await client(MEMBERS, group=group))["customers"]["totalCount"] == 6
    await client.http.aclose()
