"""Nobody gets more of a customer by a roundabout way than by the straight one."""

from typing import Any
from uuid import UUID

from sqlalchemy import text as sql

from commerce.customers import actions
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.ids import new_key
from commerce.kit.jobs import drain
from tests.conftest import Client, ShopUnderTest, TestClock
from tests.customers.documents import ADDRESS_CREATE, GRANT
from tests.customers.factory import act_as, make_customer
from tests.customers.test_requests import STAFF_CANCEL, STAFF_ERASE, STAFF_EXPORT, cid
from tests.shopfront import ADDRESSES, CART_CREATE, COMPLETE, open_shop, ready_checkout

BOTH = frozenset({Permission.CUSTOMERS_WRITE, Permission.PERSONAL_DATA_READ})
EXPORTS = "query($id: ID!) { node(id: $id) { ... on PersonalDataExport { id url } } }"
REFUSED = [{"code": "STATE_NOT_ALLOWED", "field": ["input", "customerId"]}]


def staff(within: dict[UUID, Any]) -> Actor:
    return Actor(ActorKind.STAFF, new_key(), within={key: frozenset(held) for key, held in within.items()})


async def test_who_asks_for_a_customer_may_see_them_wherever_they_are_known(
    shop: ShopUnderTest, client: Client
) -> None:
    goods = await open_shop(shop)
    web, asia = goods.channels["web"], goods.channels["asia"]
    mia = await make_customer(shop, channels=[web, asia])
    halves = {web: [Permission.CUSTOMERS_WRITE], asia: [Permission.CUSTOMERS_READ, Permission.PERSONAL_DATA_READ]}
    for within in (halves, {web: BOTH}):
        shop.acting = staff(within)
        for text in (STAFF_EXPORT, STAFF_ERASE, STAFF_CANCEL):
            [answer] = (await client(text, id=cid(mia))).values()
            assert answer["userErrors"] == REFUSED, (text, within)
    shop.acting = staff({web: BOTH, asia: BOTH})
    for text in (STAFF_EXPORT, STAFF_ERASE, STAFF_CANCEL):
        [answer] = (await client(text, id=cid(mia))).values()
        assert answer["userErrors"] == []


async def test_an_archive_made_for_staff_is_closed_to_them_once_they_have_lost_the_right(
    shop: ShopUnderTest, client: Client
) -> None:
    goods = await open_shop(shop)
    web, asia = goods.channels["web"], goods.channels["asia"]
    mia = await make_customer(shop, channels=[web])
    shop.acting = ada = staff({web: BOTH})
    made = (await client(STAFF_EXPORT, id=cid(mia)))["customerDataExport"]["personalDataExport"]["id"]
    await drain(shop.context())
    assert (await client(EXPORTS, id=made))["node"]["url"]
    reads = {Permission.CUSTOMERS_READ}
    for within in ({}, {web: reads}, {asia: BOTH}, {web: reads, asia: BOTH}):
        shop.acting = Actor(ActorKind.STAFF, ada.id, within={k: frozenset(v) for k, v in within.items()})
        assert (await client(EXPORTS, id=made))["node"] is None, within
    text = "query($id: ID!) { customer(id: $id) { exports { url } } }"
    shop.acting = Actor(ActorKind.STAFF, ada.id, within={web: frozenset(reads)})
    assert (await client(text, id=cid(mia)))["customer"]["exports"] == []


async def test_nobody_has_archives_of_everybody_made(shop: ShopUnderTest, client: Client, clock: TestClock) -> None:
    client.act()
    people = [await make_customer(shop, f"mia.{i}@example.com") for i in range(61)]
    codes = []
    for one in people:
        errors = (await client(STAFF_EXPORT, id=cid(one)))["customerDataExport"]["userErrors"]
        codes.append([e["code"] for e in errors])
    assert codes == [[]] * 60 + [["LIMIT_EXCEEDED"]]
    clock.advance(minutes=61)
    assert (await client(STAFF_EXPORT, id=cid(people[-1])))["customerDataExport"]["userErrors"] == []


async def test_what_somebody_buys_while_they_are_forgotten_is_not_kept(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    mia = await make_customer(shop)
    checkout = await ready_checkout(client, goods)  # a guest's, which she pays for signed in
    act_as(client, mia)
    await client(GRANT, purpose="ANALYTICS", version="1")
    async with shop.context().transaction() as session:
        await actions.request_erasure(session, Actor(ActorKind.SYSTEM), mia, 0)
    [key] = await actions.due_erasures(shop.context())
    await actions.erase(shop.context(), key)
    for text, given in ((CART_CREATE, {"input": {"lines": []}}), (COMPLETE, {"input": paid(checkout)})):
        answer = await client.send(text, **given)
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["UNAUTHENTICATED"], answer
    found = await shop.database.rows(
        sql("select id from orders_order union select id from cart_cart where customer_id is not null")
    )
    assert found == []


def paid(checkout: dict[str, Any]) -> dict[str, Any]:
    total = checkout["totals"]["total"]["amount"]
    return {"checkoutId": checkout["id"], "expectedTotal": total, "idempotencyKey": "key-1"}


async def test_nothing_is_kept_with_an_account_that_became_part_of_another_meanwhile(
    shop: ShopUnderTest, client: Client
) -> None:
    """It would be out of reach of the account that is left, and outlast the person."""
    one, other = await make_customer(shop), await make_customer(shop, "ben@example.com")
    async with shop.context().transaction() as session:
        await session.execute(
            sql("update accounts_account set merged_into_id = :one, is_active = false where id = :other"),
            {"one": one, "other": other},
        )
    act_as(client, other)
    address = {"input": {"address": {**ADDRESSES["US"], "country": "US"}}}
    update = 'mutation { customerUpdate(input: {name: "Ben"}) { userErrors { code } } }'
    for answer in (await client.send(ADDRESS_CREATE, **address), await client.send(update)):
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["UNAUTHENTICATED"]
    assert await shop.database.rows(sql("select id from customers_address")) == []
