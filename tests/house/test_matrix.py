"""The matrix: everything is asked and tried by everyone, with the ids and the words of one customer.

Ada is a customer with all that a customer can have. Whoever else comes, by whatever way, is told nothing of her and
changes nothing of hers. What is hers carries a word that stands nowhere else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from commerce.kit.actor import Actor, ActorKind, Permission
from commerce.kit.graphql import InChannels, asked_of
from commerce.kit.ids import encode, new_key, split
from tests.conftest import Client, ShopUnderTest
from tests.customers.factory import make_customer
from tests.house.asking import QUERIES, ROOTS, SUBSCRIPTIONS, Sender, World, document
from tests.house.full_shop import US, Full, _do, fill
from tests.house.test_access import RULES, codes
from tests.shopfront import UPDATE, complete, ready_checkout

HERS = "zephyr"
"""Stands in all that is Ada's, and in nothing else."""
EMAIL = f"ada@{HERS}.example"
PHONE = "+12015550199"
ALL = frozenset(Permission)


@dataclass
class Matrix:
    """The shop, and what is Ada's in it."""

    full: Full
    ada: UUID
    bob: UUID
    elsewhere: UUID
    """A channel in which nothing was ever sold."""
    own: World
    """Ada's things, and where she has none of a sort, those of the shop."""

    def words(self) -> list[str]:
        """The keys of what is hers, as they would stand in a row of somebody who took it."""
        hers = {key for one in self.hers for _, key in [split(one) or ("", None)] if key}
        return [str(key) for key in hers | {self.ada}]

    @property
    def hers(self) -> list[str]:
        return [one for prefix in PRIVATE for one in self.own.ids.get(prefix, ())]


PRIVATE = (
    "customer",
    "customer_address",
    "cart",
    "checkout",
    "order",
    "order_line",
    "payment",
    "refund",
    "fulfillment",
    "order_event",
)
"""What belongs to a person."""


@pytest.fixture
async def matrix(shop: ShopUnderTest, client: Client) -> Matrix:
    full = await fill(shop, client)
    web = full.goods.channels["web"]
    ada = await make_customer(shop, EMAIL, PHONE, f"Ada {HERS}", channels=[web])
    bob = await make_customer(shop, "bob@example.com", "+12015550111", "Bob", channels=[web])
    full.act(*Permission)
    channel = {"locales": ["en"], "currencies": ["USD"], "countries": ["US"], "pricesIncludeTax": False}
    made = await _do(full, "channelCreate", code="elsewhere", name=[{"locale": "en", "text": "Elsewhere"}], **channel)
    elsewhere = split(made["channel"]["id"])
    assert elsewhere is not None
    matrix = Matrix(full, ada, bob, elsewhere[1], World(dict(full.world.ids), full.world.total, full.world.hidden))
    await _what_is_adas(matrix)
    full.leave()
    return matrix


async def _what_is_adas(matrix: Matrix) -> None:
    """An address, an order with a parcel and a refund, a checkout and a cart."""
    full, shop = matrix.full, matrix.full.shop
    shared, full.world = full.world, World()
    shop.acting = Actor(ActorKind.CUSTOMER, matrix.ada)
    address = {**US, "name": f"Ada {HERS}", "lines": [f"{HERS} Pier 1"]}
    await _do(full, "customerAddressCreate", address=address)
    for i in range(2):
        checkout = await ready_checkout(full.client, full.goods)
        full.world.note(checkout)
        more = {"email": EMAIL, "shippingAddress": address}
        await _do(full, "checkoutUpdate", checkoutId=checkout["id"], **more)
        chosen = {"checkoutId": checkout["id"], "shippingOptionId": checkout["shippingOptions"][0]["id"]}
        checkout = (await full.client(UPDATE, input=chosen))["checkoutUpdate"]["checkout"]
        await _do(full, "cartNoteSet", cartId=checkout["cart"]["id"], note=f"{HERS} please")
        if i == 0:
            placed = await complete(full.client, checkout, "hers")
            assert placed["userErrors"] == []
            full.world.note(placed)
    matrix.full.act(*Permission)
    order = full.world.ids["order"][0]
    line = {"lineId": full.world.ids["order_line"][0], "quantity": 1}
    await _do(full, "orderFulfill", orderId=order, lines=[line], trackingNumber=HERS, idempotencyKey="hers")
    await _do(full, "orderRefund", orderId=order, amount="1.00", reason=HERS, idempotencyKey="hers too")
    full.world.note(await full.client(document("order", 4), id=order))
    full.world.note([{"id": encode("customer", matrix.ada)}])
    hers, full.world = full.world, shared
    matrix.own.ids |= {prefix: list(known) for prefix, known in hers.ids.items()}


OF_THE_SHOP = {"customerGroups", "customerGroup"}
"""What is of the whole shop though a permission in one channel is enough: names of groups, whose members are bounded."""

OF_PEOPLE = {permission for permission in Permission if permission.startswith(("ORDERS", "CUSTOMERS", "PERSONAL"))}
Come = Callable[[Matrix, str], Actor | None]


def _staff_elsewhere(matrix: Matrix, _name: str) -> Actor:
    return Actor(ActorKind.STAFF, matrix.full.staff.id, within={matrix.elsewhere: ALL})


CALLERS: dict[str, Come] = {
    "guest": lambda _matrix, _name: None,
    "another customer": lambda matrix, _name: Actor(ActorKind.CUSTOMER, matrix.bob),
    "staff without permission": lambda matrix, _name: Actor(ActorKind.STAFF, matrix.full.staff.id),
    "staff of another channel": _staff_elsewhere,
    "app with other scopes": lambda _matrix, name: Actor(
        ActorKind.APP, new_key(), ALL - set(asked_of(RULES[name]) or OF_PEOPLE)
    ),
    "app of another channel": lambda matrix, _name: Actor(ActorKind.APP, new_key(), within={matrix.elsewhere: ALL}),
}


def is_open_to(caller: str, name: str) -> bool:
    """Whether a caller of this sort may call a root field at all, so that what is shown has to be looked at."""
    rule = RULES[name]
    return not asked_of(rule) or (isinstance(rule, InChannels) and "channel" in caller)


def asks(matrix: Matrix, name: str, random: Random) -> Iterator[dict[str, Any]]:
    """What is sent with a root field: all of it and some of it, about Ada's things and in her words."""
    for fully in (True, False):
        sent = Sender(matrix.own, random).variables(name, fully=fully)
        yield sent
        for word in (EMAIL, PHONE, f"Ada {HERS}"):
            if "query" in sent:
                yield {**sent, "query": word}
        for one in matrix.hers if fully else ():  # an id that may be one of anything
            if "id" in sent:
                yield {**sent, "id": one}
            elif "id" in sent.get("input", ()):
                yield {"input": {**sent["input"], "id": one}}


def counts(answer: Any) -> Iterator[int]:
    """Every total that an answer tells."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name == "totalCount":
                yield value
            else:
                yield from counts(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from counts(value)


async def rows(full: Full) -> set[str]:
    """Every row of every table, as text."""
    names = [row[0] for row in await full.shop.database.rows(text(_TABLES))]
    parts = " union all ".join(f"select '{name} ' || r::text from {name} r" for name in names)
    return {row[0] for row in await full.shop.database.rows(text(parts))}


_TABLES = """select relname from pg_class
  where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'alembic%'"""


def is_hers(row: str, words: list[str]) -> bool:
    return any(word in row for word in words)


async def send(matrix: Matrix, name: str, sent: dict[str, Any], depth: int) -> httpx.Response:
    return await matrix.full.ask(document(name, depth), sent)


async def nobody_else_is_told_anything_of_hers(caller: str, matrix: Matrix) -> None:
    """Every root field, by its arguments, nested, searched, sorted and filtered; nothing of Ada's is in any answer."""
    leaks, faults, open_fields = [], [], []
    for name in [*QUERIES, *(name for name in ROOTS if name not in QUERIES)]:
        matrix.full.shop.acting = CALLERS[caller](matrix, name)
        for sent in asks(matrix, name, Random(1)):
            async with matrix.full.undone():
                answer = await send(matrix, name, sent, 3 if name in QUERIES else 2)
            said = answer.json()
            echoed = HERS in str(sent)
            leaks += [(name, sent, answer.text)] if HERS in answer.text.lower() and not echoed else []
            faults += [(name, matrix.full.faults)] if "INTERNAL" in codes(said) else []
            if not is_open_to(caller, name):
                closed = {"UNAUTHENTICATED", "FORBIDDEN", "BAD_USER_INPUT"}
                open_fields += (
                    [(name, said)] if any((said.get("data") or {}).values()) or not codes(said) <= closed else []
                )
            elif isinstance(RULES[name], InChannels) and name not in OF_THE_SHOP and any(counts(said)):
                leaks.append((name, sent, "counted"))
            elif echoed and said.get("data") and name in QUERIES and any(counts(said)):
                leaks.append((name, sent, "found"))
    assert (leaks, faults, open_fields) == ([], [], [])


async def nobody_else_changes_anything_of_hers(caller: str, matrix: Matrix) -> None:
    """Whatever they write is their own: no row that was there is another one, and no new row holds a key of hers."""
    before, words = await rows(matrix.full), matrix.words()
    random = Random(2)
    async with matrix.full.undone():
        for name in ROOTS:
            if name in QUERIES:
                continue
            matrix.full.shop.acting = CALLERS[caller](matrix, name)
            for sent in asks(matrix, name, random):
                await send(matrix, name, sent, 1)
        after = await rows(matrix.full)
    lost = {row[:300] for row in before - after if is_hers(row, words)}
    taken = {row[:300] for row in after - before if is_hers(row, words)}
    assert (lost, taken) == (set(), set())


async def nothing_of_hers_is_found_by_its_id(caller: str, matrix: Matrix) -> None:
    assert {one.rpartition("_")[0] for one in matrix.hers} >= {
        "customer",
        "customer_address",
        "cart",
        "checkout",
        "order",
    }
    matrix.full.shop.acting = CALLERS[caller](matrix, "node")
    for one in matrix.hers:
        answer = (await send(matrix, "node", {"id": one}, 2)).json()
        assert answer["data"] == {"node": None}, (one, answer)
    answer = (await send(matrix, "nodes", {"ids": matrix.hers[:100]}, 1)).json()
    assert set(map(str, answer["data"]["nodes"])) == {"None"}


async def nobody_else_follows_what_is_hers(caller: str, matrix: Matrix) -> None:
    for name in SUBSCRIPTIONS:
        matrix.full.shop.acting = CALLERS[caller](matrix, name)
        for order in matrix.own.ids["order"]:
            body = {
                "query": f"subscription($id: ID!) {{ {name}(orderId: $id) {{ id number email }} }}",
                "variables": {"id": order},
            }
            text = await _followed(matrix.full.client, body)
            assert '"errors"' in text, (name, text)
            assert order not in text
            assert HERS not in text.lower()


async def _followed(client: Client, body: dict[str, Any]) -> str:
    """What is told until the stream ends."""
    kind = {"accept": "text/event-stream", "content-type": "application/json"}
    ask: Awaitable[httpx.Response] = client.http.post("/graphql", json=body, headers=kind)
    async with asyncio.timeout(10):
        return (await ask).text


@pytest.mark.parametrize("caller", CALLERS)
async def test_what_is_hers_is_hers_alone(caller: str, matrix: Matrix) -> None:
    """A shop takes seconds to fill, so that all of it is tried in one."""
    await nobody_else_is_told_anything_of_hers(caller, matrix)
    await nothing_of_hers_is_found_by_its_id(caller, matrix)
    await nobody_else_follows_what_is_hers(caller, matrix)
    await nobody_else_changes_anything_of_hers(caller, matrix)


async def test_she_herself_sees_it_all_and_so_does_who_may(matrix: Matrix) -> None:
    """So that the searches above are known to find what there is."""
    order, cart = matrix.own.ids["order"][0], matrix.own.ids["cart"][-1]
    for actor in (Actor(ActorKind.CUSTOMER, matrix.ada), Actor(ActorKind.STAFF, matrix.full.staff.id, ALL)):
        matrix.full.shop.acting = actor
        assert HERS in (await send(matrix, "order", {"id": order}, 3)).text.lower()
    matrix.full.shop.acting = Actor(ActorKind.CUSTOMER, matrix.ada)
    assert HERS in (await send(matrix, "cart", {"id": cart}, 2)).text.lower()
    assert HERS in (await send(matrix, "viewer", {}, 3)).text.lower()
    found = [one for one in matrix.hers if (await send(matrix, "node", {"id": one}, 1)).json()["data"]["node"]]
    assert {one.rpartition("_")[0] for one in found} >= {"customer_address", "cart", "checkout", "customer", "order"}
    matrix.full.shop.acting = Actor(
        ActorKind.STAFF, matrix.full.staff.id, within={matrix.full.goods.channels["web"]: ALL}
    )
    assert (await send(matrix, "order", {"id": order}, 1)).json()["data"]["order"]["id"] == order
    for word in (EMAIL, PHONE):
        answer = (await matrix.full.ask(document("customers", 2), {"query": word})).json()
        assert [one["id"] for one in answer["data"]["customers"]["nodes"]] == [encode("customer", matrix.ada)]
