"""Whose the orders of guests are: theirs who have shown that the address or the phone is theirs, and nobody else's."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.accounts.actions import identities
from commerce.accounts.values import IdentityKind, Proof
from commerce.kit import people
from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.ids import decode, encode
from commerce.kit.jobs import drain
from commerce.shop import Shop
from tests.accounts.documents import signed_in_by_code
from tests.conftest import Client, ShopUnderTest
from tests.orders.test_people import bought, staff_of
from tests.races.factory import copies
from tests.shopfront import complete, make_person, open_shop, ready_checkout

MINE = """{ viewer { orders(first: 10) { totalCount nodes { number email } pageInfo { hasNextPage } } } }"""
CUSTOMERS = """query($first: Int) { customers(first: 20) { nodes { id
  orders(first: $first) { totalCount nodes { number email lines { sku } } } cart { id } } } }"""


async def mine(client: Client) -> list[str]:
    return [one["number"] for one in (await client(MINE))["viewer"]["orders"]["nodes"]]


async def prove(shop: Shop, person: Actor, kind: IdentityKind, subject: str) -> None:
    """Somebody shows that one more contact is theirs."""
    assert person.id is not None
    async with shop.context().transaction() as session:
        identities.add(session, person.id, Proof(kind, kind.lower(), subject))


async def owners(shop: Shop) -> list[UUID | None]:
    return [row[0] for row in await shop.database.rows(text("select customer_id from orders_order order by id"))]


@pytest.mark.parametrize(
    ("kind", "subject"), [(IdentityKind.EMAIL, "li.lei@example.com"), (IdentityKind.PHONE, "+8613812345678")]
)
async def test_orders_of_a_guest_are_theirs_who_has_proven_the_contact(
    shop: ShopUnderTest, client: Client, kind: IdentityKind, subject: str
) -> None:
    goods = await open_shop(shop)
    contact = {"email": "Li.Lei@example.com", "phone": "+8613812345678"}
    orders = [await bought(client, goods, f"{i}", **contact) for i in range(2)]
    other = await bought(client, goods, "other", email="han.meimei@example.com")
    person = await make_person(shop)
    await drain(shop.context())
    shop.acting = person
    assert await mine(client) == []
    await prove(shop, person, kind, subject)
    assert await mine(client) == [], "the job has not run yet"
    await drain(shop.context())
    seen = (await client(MINE))["viewer"]["orders"]
    assert [one["number"] for one in seen["nodes"]] == [orders[1]["number"], orders[0]["number"]]
    assert {one["email"] for one in seen["nodes"]} == {"li.lei@example.com"}
    assert (await client("query($id: ID!) { order(id: $id) { id } }", id=other["id"]))["order"] is None
    shop.acting = None
    known = await client("query($id: ID!) { checkout(id: $id) { order { id } } }", id=orders[0]["checkout"])
    assert known["checkout"]["order"]["id"] == orders[0]["id"], "who bought it as a guest still sees it by its checkout"


async def test_typing_somebodys_address_gives_them_nothing_of_ours(shop: ShopUnderTest, client: Client) -> None:
    """Neither an order of a person, whatever address it goes to; nor one of a guest to who only types its address."""
    goods = await open_shop(shop)
    shop.acting = ada = await make_person(shop, email="ada.park@example.com")
    order = await bought(client, goods, email="li.lei@example.com")
    guests = None
    shop.acting = None
    guests = await bought(client, goods, "guest", email="han.meimei@example.com")
    shop.acting = eve = await make_person(shop, email="eve@example.com")
    await bought(client, goods, "eves", email="han.meimei@example.com")
    lei = await make_person(shop, email="li.lei@example.com")
    await drain(shop.context())
    shop.acting = lei
    assert await mine(client) == []
    shop.acting = eve
    assert guests["number"] not in await mine(client)
    shop.acting = ada
    assert await mine(client) == [order["number"]]


async def test_what_a_guest_orders_later_goes_to_who_has_proven_the_contact(
    shop: ShopUnderTest, client: Client
) -> None:
    goods = await open_shop(shop)
    person = await make_person(shop, email="li.lei@example.com")
    await drain(shop.context())
    order = await bought(client, goods, email="li.lei@example.com")
    await drain(shop.context())
    shop.acting = person
    assert await mine(client) == [order["number"]]
    known = await shop.database.rows(text("select customer_id from customers_presence"))
    assert [row[0] for row in known] == [person.id], "the staff of the channel knows them from now on"


async def test_a_job_that_runs_twice_or_late_takes_nothing_from_anybody(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    first = await make_person(shop, email="li.lei@example.com")
    await bought(client, goods, email="li.lei@example.com", phone="+8613812345678")
    await drain(shop.context())
    second = await make_person(shop, phone="+8613812345678")
    await drain(shop.context())
    assert await owners(shop) == [first.id]
    await shop.database.rows(text("select 1"))
    async with shop.database.session() as session:
        await session.execute(text("delete from accounts_identity"))
    from commerce.orders import actions  # noqa: PLC0415

    await actions.claim_proven(shop.context(), second.id)  # type: ignore[arg-type]  # an identity that is gone
    assert await owners(shop) == [first.id]


async def test_two_accounts_of_one_person_become_one_buyer(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    shop.acting = source = await make_person(shop)
    order = await bought(client, goods)
    cart = await ready_checkout(client, goods)
    target = await make_person(shop)
    async with shop.context().transaction() as session:
        for merge in (people.merges["orders"], people.merges["carts"]):
            await merge(session, source.id, target.id)  # type: ignore[arg-type]
    assert await mine(client) == []
    shop.acting = target
    assert await mine(client) == [order["number"]]
    found = await client("{ viewer { cart { id } customer { cart { id } } } }")
    assert found["viewer"] == {"cart": {"id": cart["cart"]["id"]}, "customer": {"cart": {"id": cart["cart"]["id"]}}}


async def test_order_that_was_placed_while_accounts_were_merged_follows_its_owner(
    shop: ShopUnderTest, client: Client
) -> None:
    goods = await open_shop(shop)
    shop.acting = source = await make_person(shop)
    target = await make_person(shop)
    await bought(client, goods)
    async with shop.database.session() as session:
        statement = text("update accounts_account set merged_into_id = :into, is_active = false where id = :key")
        await session.execute(statement, {"into": target.id, "key": source.id})
        statement = text("update accounts_identity set account_id = :into where account_id = :key")
        await session.execute(statement, {"into": target.id, "key": source.id})
    await drain(shop.context())
    assert await owners(shop) == [target.id]


async def test_staff_sees_the_orders_of_customers_of_its_channels(
    shop: ShopUnderTest, client: Client, counted: Any
) -> None:
    goods = await open_shop(shop)
    customers = [await make_person(shop) for _ in range(3)]
    for i, customer in enumerate(customers):
        shop.acting = customer
        for n in range(2):
            await bought(client, goods, f"{i}-{n}", country="CN" if n else "US")
    await drain(shop.context())
    client.act(Permission.CUSTOMERS_READ, Permission.ORDERS_READ)
    seen = (await client(CUSTOMERS, first=1))["customers"]["nodes"]
    assert [(one["orders"]["totalCount"], len(one["orders"]["nodes"])) for one in seen] == [(2, 1)] * 3
    assert {node["email"] for one in seen for node in one["orders"]["nodes"]} == {"a***@example.com"}
    assert {one["cart"] for one in seen} == {None}
    counted()
    await client(CUSTOMERS, first=5)
    many = len(counted())
    shop.acting = Actor(
        ActorKind.STAFF, shop.acting.id, frozenset([Permission.CUSTOMERS_READ]),
        within={goods.channels["asia"]: frozenset([Permission.ORDERS_READ])},
    )  # fmt: skip
    seen = (await client(CUSTOMERS, first=5))["customers"]["nodes"]
    assert [one["orders"]["totalCount"] for one in seen] == [1] * 3
    client.act(Permission.CUSTOMERS_READ)
    seen = (await client(CUSTOMERS, first=5))["customers"]["nodes"]
    assert [one["orders"] for one in seen] == [{"totalCount": 0, "nodes": []}] * 3
    client.act(Permission.CUSTOMERS_READ, Permission.ORDERS_READ)
    async with shop.database.session() as session:
        await session.execute(text("delete from accounts_identity where account_id = :key"), {"key": customers[0].id})
    counted()
    await client(CUSTOMERS.replace("customers(first: 20)", "customers(first: 1)"), first=5)
    assert len(counted()) == many, "as many statements for one customer as for three"


async def test_own_orders_are_paged(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    shop.acting = await make_person(shop)
    numbers = [(await bought(client, goods, f"{i}"))["number"] for i in range(5)]
    document = """query($first: Int, $after: String, $last: Int, $before: String) { viewer {
      orders(first: $first, after: $after, last: $last, before: $before) {
        totalCount nodes { number } pageInfo { hasNextPage startCursor endCursor } } } }"""
    first = (await client(document, first=2))["viewer"]["orders"]
    second = (await client(document, first=2, after=first["pageInfo"]["endCursor"]))["viewer"]["orders"]
    back = (await client(document, last=2, before=second["pageInfo"]["startCursor"]))["viewer"]["orders"]
    assert [one["number"] for one in (*first["nodes"], *second["nodes"])] == numbers[:0:-1]
    assert back["nodes"] == first["nodes"]
    assert {page["totalCount"] for page in (first, second, back)} == {5}


async def test_a_guest_signs_up_and_sees_the_order_only_after_verification(shop: ShopUnderTest, client: Client) -> None:
    """The whole story, by codes that are really sent."""
    goods = await open_shop(shop)
    order = await bought(client, goods, email="ada@example.com")
    cart = await ready_checkout(client, goods, quantities={"TEA": 1})
    await signed_in_by_code(client, phone="+8613812345678")
    await drain(shop.context())
    assert await mine(client) == [], "the phone is proven, the address is not"
    await signed_in_by_code(client, email="ada@example.com")
    await drain(shop.context())
    assert await mine(client) == [order["number"]]
    merged = await client(
        "mutation($input: CartMergeInput!) { cartMerge(input: $input) { cart { id isOpen } userErrors { code } } }",
        input={"cartId": cart["cart"]["id"]},
    )
    assert merged["cartMerge"] == {"cart": {"id": cart["cart"]["id"], "isOpen": True}, "userErrors": []}
    assert (await client("{ viewer { cart { id } } }"))["viewer"]["cart"]["id"] == cart["cart"]["id"]


@pytest.mark.race
async def test_no_order_is_left_behind_that_is_placed_while_its_contact_is_proven(racing_shop: ShopUnderTest) -> None:
    client = Client(racing_shop)
    goods = await open_shop(racing_shop, stock=1_000)
    model = await ready_checkout(client, goods)
    checkouts = await copies(racing_shop, model, 12)
    person = await make_person(racing_shop)
    await drain(racing_shop.context())

    async def order(i: int, checkout: dict[str, Any]) -> None:
        placed = await complete(client, checkout, f"a key that is long: {i}")
        assert placed["userErrors"] == []

    async def proven() -> None:
        await prove(racing_shop, person, IdentityKind.EMAIL, "ada@example.com")
        await drain(racing_shop.context())

    await asyncio.gather(*(order(i, one) for i, one in enumerate(checkouts)), proven())
    await drain(racing_shop.context())
    assert await owners(racing_shop) == [person.id] * 12
    racing_shop.acting = person
    assert (await client(MINE))["viewer"]["orders"]["totalCount"] == 12
    assert person.id is not None
    told = {part: len(await export(racing_shop.context(), person.id)) for part, export in people.exports.items()}
    assert (told["orders"], told["checkouts"]) == (12, 12)
    assert await people.holds["orders"](racing_shop.context(), person.id) is not None
    await client.http.aclose()


async def test_revealed_is_whom_an_order_is_for_to_who_may_see_it_there(shop: ShopUnderTest, client: Client) -> None:
    goods = await open_shop(shop)
    order = await bought(client, goods, phone="+8613812345678")
    key = decode("order", order["id"])
    assert key is not None
    both = [Permission.ORDERS_READ, Permission.PERSONAL_DATA_READ]
    for actor, is_shown in (
        (staff_of(goods, "web", *both), True), (staff_of(goods, "asia", *both), False),
        (staff_of(goods, "web", Permission.PERSONAL_DATA_READ), False), (staff_of(goods, "web", both[0]), False),
    ):  # fmt: skip
        found = await people.reveals["order"](shop.context(actor), key)
        assert (found is not None) is is_shown
        if found:
            assert (found.name, found.emails, found.phones) == ("Ada Park", ("ada@example.com",), ("+8613812345678",))
            assert found.addresses[0]["lines"] == ["1 Pier St"]
    assert await people.reveals["order"](shop.context(), decode("order", encode("order", UUID(int=1)))) is None  # type: ignore[arg-type]
